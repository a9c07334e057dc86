import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp.test_utils import TestServer

from services.providers.handler_api import Deadlines, DialectName
from services.providers.handler_api.provider import HandlerApiProvider
from tests.providers.handler_api.upstream import PATH, Canned, Sandbox, order, provider_at

OpenProvider = Callable[..., "HandlerApiProvider"]


@pytest.fixture(scope="session", autouse=True)
def _first_request_is_over() -> None:
    """It reads certificates and imports, for longer than the short deadlines some tests set."""

    async def ask_nobody() -> None:
        provider = provider_at("http://127.0.0.1:1/")
        await provider.purchase(order())
        await provider.close()

    asyncio.run(ask_nobody())


@pytest.fixture
async def doors() -> AsyncIterator[AsyncExitStack]:
    """Close whatever a test opened."""
    async with AsyncExitStack() as stack:
        yield stack


async def connect(
    doors: AsyncExitStack,
    server: TestServer,
    dialect: DialectName = "hero",
    deadlines: Deadlines | None = None,
) -> HandlerApiProvider:
    await server.start_server(access_log=None)  # it would tell the key
    doors.push_async_callback(server.close)
    provider = provider_at(str(server.make_url(PATH)), dialect, deadlines)
    doors.push_async_callback(provider.close)
    return provider


@pytest.fixture
def canned() -> Canned:
    return Canned()


@pytest.fixture
async def provider(canned: Canned, doors: AsyncExitStack) -> HandlerApiProvider:
    """A provider whose upstream says whatever `canned` was told."""
    return await connect(doors, canned.server())


@pytest.fixture
def hero_sandbox() -> Sandbox:
    return Sandbox("hero")


@pytest.fixture
async def hero(hero_sandbox: Sandbox, doors: AsyncExitStack) -> HandlerApiProvider:
    return await connect(doors, hero_sandbox.server())
