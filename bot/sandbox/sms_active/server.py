import asyncio
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.sms_active import world_routes
from bot.sandbox.sms_active.faults import KINDS
from bot.sandbox.sms_active.faults.exchange import Exchange
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.wire import Reply
from bot.sandbox.sms_active.world import SideDoor

_OPENING_BALANCE = Decimal("100.0000")
_KEPT_REQUESTS = 5_000
_ROUND_SECONDS = 0.2
_SHOWN_LETTERS = 2_000


@dataclass(slots=True)
class RawRequest:
    """One request as it came, key and all, to prove where the key travels."""

    at: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: str
    status: int = 0  # 0: no answer was given, or not yet
    answered: str = ""
    fault: str = ""


class SmsActive(SideDoor):
    """An SMS Active upstream on the sandbox's web server."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        *,
        name: str = "active",
        profile: str = "hero",
        api_key: str = "sandbox-sms-active-key",
        seed: int = 1,
    ) -> None:
        super().__init__(clock, journal, profile=profile, api_key=api_key, seed=seed)
        self.name = name
        self.api_key = api_key
        self._journal = journal
        self._requests: deque[RawRequest] = deque(maxlen=_KEPT_REQUESTS)
        self.set_balance(_OPENING_BALANCE)

    def routes(self, prefix: str = "") -> list[web.RouteDef]:
        path = f"{prefix}/stubs/handler_api.php"
        return [web.get(path, self._handle, allow_head=False), web.post(path, self._handle)]

    def world_routes(self) -> list[web.RouteDef]:
        prefix = f"/world/sms/{self.name}"
        return [*world_routes.routes(self, prefix), web.get(f"{prefix}/requests", self._show_requests)]

    def requests(self) -> list[dict[str, Any]]:
        """Show what came over the wire, unmasked, oldest first."""
        return [asdict(each) for each in self._requests]

    async def webhook_sender(self, app: web.Application) -> AsyncIterator[None]:  # noqa: ARG002  aiohttp hands it
        """Let what was planned happen by itself; for an application's cleanup_ctx."""
        async with asyncio.TaskGroup() as group:
            sender = group.create_task(self._keep_sending())
            yield
            sender.cancel()

    async def _keep_sending(self) -> None:
        while True:
            await self.deliver_webhooks()
            await asyncio.sleep(_ROUND_SECONDS)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        form = await request.post() if request.method == "POST" else {}
        asked = {name: str(value) for name, value in (*form.items(), *request.query.items())}
        raw = self._remember(request, body)
        reply = await self._answer_or_spoil(request, asked, raw)
        self._write_journal(asked, reply)
        if reply is None:
            _reset(request)
            return web.Response(status=500)
        raw.status, raw.answered = reply.status, reply.body[:_SHOWN_LETTERS]
        return web.Response(
            text=reply.body,
            status=reply.status,
            content_type=reply.content_type,
            charset="utf-8",
            headers=dict(reply.headers),
        )

    async def _answer_or_spoil(
        self, request: web.Request, asked: Mapping[str, str], raw: RawRequest
    ) -> Reply | None:
        fault = self.faults.take(asked.get("action", ""), asked)
        exchange = Exchange(
            self,
            asked,
            method=request.method,
            target=request.raw_path,
            is_gone=lambda: request.transport is None or request.transport.is_closing(),
        )
        if fault is None:
            return exchange.process()
        raw.fault = fault.kind
        try:
            return await KINDS[fault.kind].spoil(exchange, fault)
        except RefusedError as refused:  # what was to be spoiled could not even be done
            return self.words.refusal(refused, asked.get("action", ""))

    async def _show_requests(self, _: web.Request) -> web.Response:
        return web.json_response(self.requests())

    def _remember(self, request: web.Request, body: str) -> RawRequest:
        raw = RawRequest(
            at=self.now().isoformat(timespec="milliseconds"),
            method=request.method,
            target=request.raw_path,
            headers=dict(request.headers),
            body=body,
        )
        self._requests.append(raw)
        return raw

    def _write_journal(self, asked: Mapping[str, str], reply: Reply | None) -> None:
        wire = "sms_active" if self.name == "active" else f"sms_{self.name}"
        status, answered = (reply.status, reply.body) if reply else (0, "(connection reset)")
        shown = answered[:_SHOWN_LETTERS].replace(self.api_key, "•••")
        self._journal.write(wire, asked.get("action", ""), asked, status, shown)


def _reset(request: web.Request) -> None:
    """Cut the connection the hard way, so that the client sees a reset and no end of answer."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
