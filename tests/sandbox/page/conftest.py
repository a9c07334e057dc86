from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.app import Sandbox


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox("http://127.0.0.1:8400")


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(sandbox.application(), shutdown_timeout=0.1)) as client:
        yield client
