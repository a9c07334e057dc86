from collections.abc import AsyncIterator

import pytest
import stripe
from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.stripe import Stripe
from tests.sandbox.payments.conftest import Serve


@pytest.fixture
async def played(clock: Clock, journal: Journal, serve: Serve) -> Stripe:
    origin: list[str] = []
    played = Stripe(clock, journal, public_url=lambda: origin[0])
    app = web.Application()
    app.add_routes([*played.routes(), *played.world_routes()])
    app.cleanup_ctx.append(played.running)
    origin.append(await serve(app))
    return played


@pytest.fixture
def origin(played: Stripe) -> str:
    return played.account._public_url()


@pytest.fixture
async def client(origin: str) -> AsyncIterator[stripe.StripeClient]:
    http = stripe.HTTPXClient(timeout=10)
    yield stripe.StripeClient("sk_test_sandbox", base_addresses={"api": f"{origin}/stripe"}, http_client=http)
    await http.close_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
