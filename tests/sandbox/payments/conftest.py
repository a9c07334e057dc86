from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal

Serve = Callable[[web.Application], Awaitable[str]]


@dataclass
class Rung:
    """One notice that reached the shop's door."""

    query: dict[str, str]
    headers: Mapping[str, str]  # whatever the case of a name
    body: bytes


@dataclass
class Shop:
    """A shop that only hears its bell; `answers` are its next statuses, 200 when none is left."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    rings: list[Rung] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.rings.append(Rung(dict(request.query), request.headers, await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


class Stopped(Clock):
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self._start = super().now()

    def now(self) -> Any:
        return self._start + self._ahead


@pytest.fixture
def clock() -> Clock:
    return Stopped()


@pytest.fixture
def journal(clock: Clock) -> Journal:
    return Journal(clock)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Put applications on loopback ports and take them away afterwards."""
    runners: list[web.AppRunner] = []

    async def serve(app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield serve
    for runner in reversed(runners):
        await runner.cleanup()


@pytest.fixture
async def shop(serve: Serve) -> Shop:
    listening = Shop()
    app = web.Application()
    app.router.add_post("/hook", listening.hear)
    listening.url = f"{await serve(app)}/hook"
    return listening


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session
