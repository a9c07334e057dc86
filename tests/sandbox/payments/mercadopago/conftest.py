import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import mercadopago
import pytest
from aiohttp import web
from mercadopago.config import RequestOptions
from mercadopago.http import HttpClient

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.mercadopago import MercadoPago
from tests.sandbox.payments.conftest import Serve

Ask = Callable[..., Any]


class Loopback(HttpClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's own transport, turned towards another host."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def request(self, method: str, url: str, **said: Any) -> Any:
        return super().request(method, f"{self._origin}/mercadopago{urlsplit(url).path}", **said)


@pytest.fixture
async def played(clock: Clock, journal: Journal, serve: Serve) -> MercadoPago:
    origin: list[str] = []
    played = MercadoPago(clock, journal, public_url=lambda: origin[0])
    app = web.Application()
    app.add_routes([*played.routes(), *played.world_routes()])
    app.cleanup_ctx.append(played.running)
    origin.append(await serve(app))
    return played


@pytest.fixture
def origin(played: MercadoPago) -> str:
    return played.account.public_url()


@pytest.fixture
def ask(origin: str) -> Ask:
    """Call the official SDK in a thread, as it blocks; answers (status, body)."""
    sdk = mercadopago.SDK("TEST-sandbox", http_client=Loopback(origin))

    async def ask(resource: str, call: str, *said: Any, key: str | None = None) -> tuple[int, Any]:
        options = RequestOptions(custom_headers={"x-idempotency-key": key} if key else None)
        act = getattr(getattr(sdk, resource)(), call)
        answer = await asyncio.to_thread(act, *said, request_options=options)
        return answer["status"], answer["response"]

    return ask
