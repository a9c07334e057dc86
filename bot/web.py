"""The web server: health, metrics, and the doors that Telegram, gateways and providers knock at."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Protocol

from aiohttp import web
from sqlalchemy import Connection, text

from bot.heartbeats import Heartbeats
from bot.intake import NotAnUpdate
from bot.metrics import CONTENT_TYPE
from bot.peers import Network, caller, is_among
from db.store import Store
from services.errors import ForgedNotice
from services.ports.gateway import Gateway

_log = logging.getLogger(__name__)
_LARGEST_BODY_BYTES = 256 * 1024
_LARGEST_SMS_NOTICE_BYTES = 16 * 1024
_DATABASE_WITHIN_SECONDS = 3.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
_SHUTDOWN_SECONDS = 2.0


class Keeps(Protocol):
    async def keep(self, updates: Sequence[Any]) -> None:
        """Store updates; when this returns they cannot be lost any more."""


class Hears(Protocol):
    async def hear(
        self, gateway: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> bool:
        """Store a notice; raises ForgedNotice and asks nobody anything."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """Where Telegram brings updates, and how it proves that it is Telegram."""

    path: str
    secret: str

    @classmethod
    def of(cls, token: str) -> "Doorway":
        """Derived from the token, which nobody else has: nothing more to set up or to lose."""
        return cls(_derive(token, "path")[:32], _derive(token, "secret"))


def _derive(token: str, purpose: str) -> str:
    return hmac.new(token.encode(), f"chegou webhook {purpose}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class ProviderDoor:
    """Where a provider of numbers rings: behind a secret, and from its own addresses where they are named."""

    secret: str
    callers: tuple[Network, ...] = ()


class Measures(Protocol):
    async def write(self) -> bytes:
        """Write all figures down as they stand now."""


class HearsProviders(Protocol):
    async def hear(self, provider: str, body: bytes) -> bool:
        """Store a notice; raises ForgedNotice for what is none."""


class Web:
    """Listens from the first second; each door answers only when what it tells is stored."""

    def __init__(
        self,
        *,
        store: Store,
        heartbeats: Heartbeats,
        metrics: Measures,
        intake: Keeps,
        doorway: Doorway,
        notices: Hears,
        gateways: Mapping[str, Gateway],
        provider_doors: Mapping[str, ProviderDoor],
        upstream_notices: HearsProviders,
        proxies: Collection[Network] = (),
    ) -> None:
        self._store = store
        self._heartbeats = heartbeats
        self._intake = intake
        self._doorway = doorway
        self._notices = notices
        self._gateways = gateways
        self._provider_doors = provider_doors
        self._proxies = proxies
        self._upstream_notices = upstream_notices
        self._metrics = metrics
        self._runner: web.AppRunner | None = None

    def application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_BODY_BYTES)
        application.add_routes(
            [
                web.get("/health", self._health),
                web.get("/metrics", self._show_metrics),
                web.post("/telegram/{path}", self._telegram),
                web.post("/webhooks/sms/{provider}/{secret}", self._sms),
                web.post("/webhooks/{gateway}", self._notice),
            ]
        )
        return application

    async def open(self, host: str, port: int) -> None:
        """Start listening; raises OSError when the port is taken."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        pulses = self._heartbeats.pulses()
        parts: dict[str, dict[str, Any]] = {
            name: {"ok": pulse.is_alive, "age_seconds": pulse.age_seconds} for name, pulse in pulses.items()
        }
        parts["database"] = {"ok": await self._database_answers()}
        is_well = all(part["ok"] for part in parts.values())
        return web.json_response({"ok": is_well, "parts": parts}, status=200 if is_well else 503)

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(_DATABASE_WITHIN_SECONDS):
                await self._store.read(_select_one)
        except Exception:  # noqa: BLE001  whatever it is, the database does not answer
            _log.exception("the database does not answer")
            return False
        return True

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self._metrics.write(), headers={"Content-Type": CONTENT_TYPE})

    async def _telegram(self, request: web.Request) -> web.Response:
        if not _is_same(request.match_info["path"], self._doorway.path):
            raise web.HTTPNotFound
        if not _is_same(request.headers.get(SECRET_HEADER, ""), self._doorway.secret):
            raise web.HTTPForbidden
        try:
            await self._intake.keep([json.loads(await request.read())])
        except (ValueError, NotAnUpdate):
            raise web.HTTPBadRequest from None
        return web.Response()

    async def _notice(self, request: web.Request) -> web.Response:
        code = request.match_info["gateway"]
        gateway = self._gateways.get(code)
        if gateway is None or not gateway.takes_notices():
            raise web.HTTPNotFound
        body = await request.read()
        try:
            await self._notices.hear(code, request.query, request.headers, body)
        except ForgedNotice:
            _log.warning("a forged notice", extra={"gateway": code, "from": request.remote})
            raise web.HTTPUnauthorized from None
        return web.Response()

    async def _sms(self, request: web.Request) -> web.Response:
        """A doorbell, stored before it is answered: HeroSMS wants its 200 within three seconds.

        Whoever does not know the secret learns not even that there is such a door.
        """
        provider = request.match_info["provider"]
        door = self._provider_doors.get(provider)
        if door is None or not _is_same(request.match_info["secret"], door.secret):
            raise web.HTTPNotFound
        peer = caller(request.remote, request.headers, self._proxies)
        if door.callers and not is_among(peer, door.callers):
            _log.warning("a notice from elsewhere", extra={"provider": provider, "from": str(peer)})
            raise web.HTTPForbidden
        body = await request.read()
        if len(body) > _LARGEST_SMS_NOTICE_BYTES:
            raise web.HTTPRequestEntityTooLarge(_LARGEST_SMS_NOTICE_BYTES, len(body))
        try:
            await self._upstream_notices.hear(provider, body)
        except ForgedNotice:
            _log.warning("a notice that names no number", extra={"provider": provider})
            raise web.HTTPBadRequest from None
        return web.Response()


def _is_same(given: str, ours: str) -> bool:
    return compare_digest(given.encode(errors="replace"), ours.encode())


def _select_one(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))
