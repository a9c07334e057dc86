"""The provider's end of the wire: the sandbox's upstream, or a server that says what a test wants."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.sms_active.server import SmsActive
from services.clock import SystemClock
from services.ports.provider import Order
from services.providers.handler_api import Account, ApiKey, Deadlines, DialectName, Pace
from services.providers.handler_api.provider import HandlerApiProvider

KEY = "9f3c+secret/of the=shop"
PATH = "/stubs/handler_api.php"
UNHURRIED = Pace(requests_per_second=1_000, catalogue_per_second=1_000, burst=1_000)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


def account_at(url: str, dialect: DialectName = "hero", deadlines: Deadlines | None = None) -> Account:
    return Account("active", url, ApiKey(KEY), dialect, deadlines=deadlines or Deadlines(), pace=UNHURRIED)


def provider_at(
    url: str, dialect: DialectName = "hero", deadlines: Deadlines | None = None
) -> HandlerApiProvider:
    return HandlerApiProvider(account_at(url, dialect, deadlines), SystemClock())


def order(cap: str = "5", key: str = "intent-1", operator: str | None = None) -> Order:
    return Order(key, "wa", "73", Decimal(cap), operator=operator, buyer="hash-of-ana")


@dataclass
class Sandbox:
    """The sandbox's upstream on a loopback port, with a wire that can be broken."""

    profile: str
    faults: deque[Fault] = field(default_factory=deque)  # each breaks one purchase
    journal_clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.sms = SmsActive(
            self.journal_clock, Journal(self.journal_clock), profile=self.profile, api_key=KEY
        )

    def server(self) -> TestServer:
        app = web.Application(middlewares=[self._break])
        app.add_routes(self.sms.routes())
        return TestServer(app, host="127.0.0.1")

    def bought(self) -> int:
        return len(self.sms.list_activations())

    def actions(self) -> list[str]:
        """Name what reached the upstream or its broken wire, in order."""
        return self._asked

    @web.middleware
    async def _break(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        action = request.query.get("action", "")
        self._asked.append(action)
        if self.faults and action.startswith(("getNumber", "getExtraActivation", "reactivate")):
            return await self.faults.popleft()(request, handler)
        return await handler(request)

    _asked: list[str] = field(default_factory=list)


@dataclass
class Canned:
    """Says the same to everybody, or one thing after the other, and remembers what it was asked."""

    answers: deque[web.Response | tuple[int, str] | tuple[int, str, Mapping[str, str]]] = field(
        default_factory=deque
    )
    asked: list[Mapping[str, str]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)

    def server(self) -> TestServer:
        app = web.Application()
        app.router.add_route("*", PATH, self._answer)
        return TestServer(app, host="127.0.0.1")

    def say(self, *bodies: str, status: int = 200, **headers: str) -> None:
        self.answers = deque((status, body, headers) for body in bodies)

    def actions(self) -> list[str]:
        return [asked["action"] for asked in self.asked]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.query))
        self.methods.append(request.method)
        said = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, web.Response):
            return said
        status, body, *headers = said
        named = {name.replace("_", "-"): value for each in headers for name, value in each.items()}
        return web.Response(status=status, body=body.encode(), content_type="text/html", headers=named)


def cut(request: web.Request) -> web.Response:
    """Break the connection with a reset."""
    assert request.transport
    connection: socket.socket = request.transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return web.Response()


def instead(status: int, body: str, *, bought: bool, **headers: str) -> Fault:
    """Say something else than the upstream would, after it sold a number or before."""

    async def fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        if bought:
            await handler(request)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=body, content_type="text/html", headers=named)

    return fault


def rewritten(rewrite: Callable[[str], str]) -> Fault:
    """Sell the number and garble the reply."""

    async def fault(request: web.Request, handler: Handler) -> web.StreamResponse:
        reply = await handler(request)
        assert isinstance(reply, web.Response)
        return web.Response(text=rewrite(reply.text or ""), content_type="text/html")

    return fault


async def reset_before(request: web.Request, _: Handler) -> web.StreamResponse:
    return cut(request)


async def reset_after(request: web.Request, handler: Handler) -> web.StreamResponse:
    await handler(request)
    return cut(request)


async def hang_before(_: web.Request, __: Handler) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


async def hang_after(request: web.Request, handler: Handler) -> web.StreamResponse:
    await handler(request)
    await asyncio.sleep(60)
    return web.Response()


async def torn_after(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Sell the number, promise a whole reply and send half of it."""
    reply = await handler(request)
    assert isinstance(reply, web.Response)
    text = (reply.text or "").encode()
    torn = web.StreamResponse(headers={"Content-Length": str(len(text))})
    await torn.prepare(request)
    await torn.write(text[: len(text) // 2])
    assert request.transport
    request.transport.close()
    return torn
