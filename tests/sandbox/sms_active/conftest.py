from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.sms_active.server import SmsActive

KEY = "sandbox-sms-active-key"
PATH = "/stubs/handler_api.php"


class StoppedClock(Clock):
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        super().__init__()
        self._now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def journal(clock: Clock) -> Journal:
    return Journal(clock)


class Caller:
    """A client of one upstream, over a real loopback connection."""

    def __init__(self, upstream: SmsActive, client: httpx.AsyncClient) -> None:
        self.upstream = upstream
        self.client = client

    async def ask(self, action: str, **asked: object) -> tuple[int, str]:
        """Ask for an action with the right key; give status and body."""
        params = {"api_key": KEY, "action": action} | {name: str(value) for name, value in asked.items()}
        response = await self.client.get(PATH, params=params)
        return response.status_code, response.text

    async def buy(self, service: str = "wa", country: int = 73) -> str:
        """Buy a number; give its id."""
        _, body = await self.ask("getNumber", service=service, country=country)
        return body.split(":")[1]


OpenUpstream = Callable[[str], Awaitable[Caller]]


@pytest.fixture
async def open_upstream(clock: Clock, journal: Journal) -> AsyncIterator[OpenUpstream]:
    """Start an upstream of a profile on a loopback port."""
    async with AsyncExitStack() as stack:

        async def start(profile: str) -> Caller:
            upstream = SmsActive(clock, journal, profile=profile)
            app = web.Application()
            app.add_routes([*upstream.routes(), *upstream.world_routes()])
            server = await stack.enter_async_context(TestServer(app))
            client = httpx.AsyncClient(base_url=str(server.make_url("/")), timeout=5, verify=False)
            return Caller(upstream, await stack.enter_async_context(client))

        yield start


@pytest.fixture
async def hero(open_upstream: OpenUpstream) -> Caller:
    return await open_upstream("hero")


@pytest.fixture
async def classic(open_upstream: OpenUpstream) -> Caller:
    return await open_upstream("classic")
