"""Telegram on loopback, and the parts of the process that speak with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.telegram.server import DEFAULT_TOKEN, Telegram
from bot.tasks import Tasks


class World:
    """Telegram as its people hold it."""

    def __init__(self, session: ClientSession, address: str, journal: Journal) -> None:
        self.address = address
        self._session = session
        self._journal = journal

    async def meet(self, first_name: str = "Ana") -> int:
        """Let somebody in who has opened the bot's chat."""
        person = await self.do("/people", first_name=first_name)
        await self.do(f"/people/{person['id']}/open")
        return int(person["id"])

    async def say(self, person_id: int, text: str) -> None:
        await self.do(f"/people/{person_id}/say", text=text)

    async def chat(self, person_id: int) -> list[dict[str, Any]]:
        """What the bot has said to somebody, oldest first."""
        async with self._session.get(f"{self.address}/world/telegram/people/{person_id}/chat") as reply:
            messages: list[dict[str, Any]] = (await reply.json())["messages"]
        return [message for message in messages if message["from"]["is_bot"]]

    async def fail(self, method: str, **fault: Any) -> None:
        await self.do("/faults", method=method, **fault)

    async def do(self, path: str, verb: str = "POST", **given: Any) -> Any:
        async with self._session.request(verb, f"{self.address}/world/telegram{path}", json=given) as reply:
            assert reply.status == 200, await reply.text()
            return await reply.json()

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [entry for entry in self._journal.entries("telegram") if entry["call"] == method]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = Clock()
    journal = Journal(clock)
    application = web.Application()
    Telegram(clock, journal, {DEFAULT_TOKEN: "shop_bot"}).attach(application)
    server = TestServer(application)
    async with server, ClientSession() as session:
        yield World(session, str(server.make_url("")).rstrip("/"), journal)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    started = Tasks()
    yield started
    await started.cancel()


async def until(is_so: Callable[[], Any], within_seconds: float = 10) -> None:
    """Wait for something that another task brings about."""
    async with asyncio.timeout(within_seconds):
        while not (await seen if asyncio.iscoroutine(seen := is_so()) else seen):  # noqa: ASYNC110  any fact
            await asyncio.sleep(0.01)
