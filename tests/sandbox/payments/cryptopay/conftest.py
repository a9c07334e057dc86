import pytest
from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.cryptopay import CryptoPay
from tests.sandbox.payments.conftest import Serve


@pytest.fixture
async def played(clock: Clock, journal: Journal, serve: Serve) -> CryptoPay:
    origin: list[str] = []
    played = CryptoPay(clock, journal, public_url=lambda: origin[0])
    app = web.Application()
    app.add_routes([*played.routes(), *played.world_routes()])
    app.cleanup_ctx.append(played.running)
    origin.append(await serve(app))
    return played


@pytest.fixture
def origin(played: CryptoPay) -> str:
    return played._public_url()
