import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.telegram.server import DEFAULT_TOKEN, Telegram


async def until(is_so: Callable[[], bool]) -> None:
    """Let everybody else go on until something has happened."""
    while not is_so():  # noqa: ASYNC110  what happens on the other end of a wire sets no event of ours
        await asyncio.sleep(0)


class Phone:
    """The wire from a test to the sandbox: as a bot, and as the people who hold a phone."""

    def __init__(self, session: ClientSession, clock: Clock, telegram: Telegram, address: str) -> None:
        self.clock = clock
        self.session = session
        self.address = address
        self._telegram = telegram

    async def ask(self, method: str, /, **fields: Any) -> dict[str, Any]:
        """Call a method as JSON and take the whole answer, refusals too."""
        async with self.session.post(self._api(method), json=fields) as reply:
            answer: dict[str, Any] = await reply.json()
            assert answer["ok"] or answer["error_code"] == reply.status
            return answer

    async def call(self, method: str, /, **fields: Any) -> Any:
        """Call a method that should work."""
        answer = await self.ask(method, **fields)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, /, **fields: Any) -> str:
        """Call a method that should be refused, and tell in which words it is."""
        answer = await self.ask(method, **fields)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def do(self, path: str, status: int = 200, /, verb: str = "POST", **given: Any) -> Any:
        """Act in the world; what is given goes as JSON."""
        body = given if verb != "GET" else None
        async with self.session.request(verb, f"{self.address}/world/telegram{path}", json=body) as reply:
            assert reply.status == status, await reply.text()
            return await reply.json()

    async def see(self, path: str) -> Any:
        return await self.do(path, verb="GET")

    async def updates(self, **fields: Any) -> list[dict[str, Any]]:
        """Take what the bot has not heard yet, and confirm it."""
        updates: list[dict[str, Any]] = await self.call("getUpdates", **fields)
        if updates:
            await self.call("getUpdates", offset=updates[-1]["update_id"] + 1, limit=1)
        return updates

    @property
    def is_polled(self) -> bool:
        return self._telegram._world.updates.is_polled

    def _api(self, method: str) -> str:
        return f"{self.address}/bot{DEFAULT_TOKEN}/{method}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def phone(clock: Clock) -> AsyncIterator[Phone]:
    telegram = Telegram(clock, Journal(clock))
    application = web.Application()
    telegram.attach(application)
    server = TestServer(application)
    async with server, ClientSession() as session:
        yield Phone(session, clock, telegram, str(server.make_url("")).rstrip("/"))


@pytest.fixture
async def ana(phone: Phone) -> int:
    """Somebody who has started the bot; their /start has been heard."""
    person: dict[str, Any] = await phone.do("/people", first_name="Ana", language_code="pt-br")
    await phone.do(f"/people/{person['id']}/say", text="/start")
    await phone.updates()
    return int(person["id"])
