import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.telegram.errors import ApiError, TooManyRequests
from bot.sandbox.telegram.events import Events
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.methods import chats, edits, files, messages, payments, profile, queries, updates
from bot.sandbox.telegram.parameters import Parameters, read_parameters
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.person import controls, people, speech, wallet, watching
from bot.sandbox.telegram.person.doors import Doors
from bot.sandbox.telegram.profile import Profile
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

DEFAULT_TOKEN = "1234567890:sandbox-token-sandbox-token-sandbox"  # noqa: S105  it opens the sandbox alone
_USERNAME = "sandbox_shop_bot"
_NAME = "Sandbox shop"
METHODS = Methods()
for _subject in (chats, edits, files, messages, payments, profile, queries, updates):
    METHODS.update(_subject.methods)
_BY_LOWER_CASE = {name.lower(): name for name in METHODS}  # Telegram does not mind how a method is written
_DOORS: tuple[Doors, ...] = (people.doors, speech.doors, watching.doors, wallet.doors, controls.doors)


class _ConnectionCut(Exception):
    """The caller's connection ends here, without an answer."""


class Telegram:
    """A strict Telegram: the Bot API for a bot, and the chat's other side for whoever plays its people."""

    def __init__(self, clock: Clock, journal: Journal, tokens: Mapping[str, str] | None = None) -> None:
        """Take the bot's tokens and its username by each; all tokens are keys to the same one bot."""
        self._tokens = dict(tokens or {DEFAULT_TOKEN: _USERNAME})
        token, username = next(iter(self._tokens.items()))
        self.token = token
        self._world = World(clock, journal, Profile(int(token.split(":")[0]), username, names={"": _NAME}))

    @property
    def events(self) -> Events:
        """What people see happen, for a page that shows all of them."""
        return self._world.events

    @property
    def stars(self) -> int:
        """The bot's balance: what people paid in Stars, less what was given back."""
        return self._world.checkouts.balance

    def add_person(
        self,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        person_id: int = 0,
    ) -> Person:
        """Let somebody into the world; they have not spoken to the bot yet."""
        return self._world.add_person(Person(person_id, first_name, last_name, username, language_code))

    def attach(self, application: web.Application) -> None:
        """Join an application: all routes, and the work that goes on between requests."""
        application.add_routes([*self.routes(), *self.world_routes()])
        application.cleanup_ctx.append(self.lifetime)
        application.on_shutdown.append(self.close)

    def routes(self) -> list[web.RouteDef]:
        """The Bot API."""
        return [
            web.route("*", "/bot{token}/{method}", self._call),
            web.get("/file/bot{token}/{path:.+}", self._download),
        ]

    def world_routes(self) -> list[web.RouteDef]:
        """The people's side."""
        return [route for doors in _DOORS for route in doors.routes("/world/telegram", self._world)]

    async def lifetime(self, application: web.Application) -> AsyncIterator[None]:  # noqa: ARG002  aiohttp's form
        """Bring updates to a webhook for as long as the application runs: a cleanup context."""
        async with asyncio.TaskGroup() as group:
            courier = group.create_task(self._world.courier.run())
            yield
            courier.cancel()

    async def close(self, application: web.Application) -> None:  # noqa: ARG002  aiohttp's form
        """End what would hold a shutdown up: open polls and streams."""
        self._world.events.close()
        self._world.updates.interrupt("terminated by shutdown")

    async def _call(self, request: web.Request) -> web.StreamResponse:
        given = request.match_info["method"]
        name = _BY_LOWER_CASE.get(given.lower(), given)
        asked = Parameters()
        try:
            self._check_token(request)
            asked = await read_parameters(request)
            result = await self._perform(name, asked)
        except _ConnectionCut:
            self._note(name, asked, 0, "connection reset")
            return _cut(request)
        except ApiError as error:
            self._note(name, asked, error.status, error.description)
            return _refusal(error)
        if name != "getUpdates" or result:
            self._note(name, asked, 200, json.dumps(result, ensure_ascii=False))
        return web.json_response({"ok": True, "result": result})

    async def _perform(self, name: str, asked: Parameters) -> Any:
        if name not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        fault = self._world.faults.take(name, self._world.meant_person_id(asked))
        if fault:
            await self._strike(fault)
        result = await METHODS[name](self._world, asked)
        if fault and fault.reset == "after":
            raise _ConnectionCut
        return result

    async def _strike(self, fault: Fault) -> None:
        if fault.delay_seconds:
            await self._world.clock.sleep(fault.delay_seconds)
        if fault.reset == "before":
            raise _ConnectionCut
        if fault.status == 429 and not fault.description:
            raise TooManyRequests(fault.retry_after or 1)
        if fault.status is not None:
            raise ApiError(fault.status, fault.description or "Internal Server Error", fault.retry_after)

    async def _download(self, request: web.Request) -> web.Response:
        stored = self._world.files.at(request.match_info["path"])
        try:
            self._check_token(request)
        except ApiError as error:
            return _refusal(error)
        if stored is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=stored.content, content_type="application/octet-stream")

    def _check_token(self, request: web.Request) -> None:
        if request.match_info["token"] not in self._tokens:
            raise ApiError(401, "Unauthorized")

    def _note(self, name: str, asked: Parameters, status: int, answered: str) -> None:
        self._world.journal.write("telegram", name, asked.shown(), status, answered)


def _refusal(error: ApiError) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.retry_after is not None:
        answer["parameters"] = {"retry_after": error.retry_after}
    return web.json_response(answer, status=error.status)


def _cut(request: web.Request) -> web.Response:
    if isinstance(request.transport, asyncio.WriteTransport):
        request.transport.abort()
    return web.Response()
