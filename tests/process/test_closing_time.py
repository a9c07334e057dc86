"""Told to stop while upstream is silent about a purchase: it ends in time, and the next start settles it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.store import open_store
from services.views import NumberStatus
from tests.process.conftest import World, until
from tests.process.test_process import Start, start
from tests.providers.handler_api.upstream import KEY, PATH, Sandbox
from tests.shop.shop import open_shop

__all__ = ["start"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
_SETTLED_WITHIN_SECONDS = 150


@pytest.fixture
async def upstream() -> AsyncIterator[tuple[Sandbox, str]]:
    sandbox = Sandbox("hero")
    sandbox.sms.set_price("wa", 73, "0.50")
    server = sandbox.server()
    await server.start_server(access_log=None)
    yield sandbox, str(server.make_url(PATH))
    sandbox.sms.release_hanging()
    await server.close()


async def test_a_purchase_in_flight_at_the_stop_is_settled_at_the_next_start(
    world: World, start: Start, upstream: tuple[Sandbox, str], tmp_path: Path
) -> None:
    await world.meet()
    sandbox, url = upstream
    sandbox.sms.add_fault("hang_bought")
    settings = {
        "SMS_ACTIVE_URL": url,
        "SMS_ACTIVE_API_KEY": KEY,
        "SMS_ACTIVE_RATE": "5",
        "SMS_ACTIVE_EXCLUSIVE": "true",
    }
    first = await start(**settings)
    await until(first.is_well, 90)
    store = open_store(f"sqlite+aiosqlite:///{tmp_path}/shop.db")
    shop = await open_shop(store)
    ana = await shop.ana("50.00")
    ticket = await shop.activations.buy(ana, await shop.offer(ana))
    await until(lambda: sandbox.bought() == 1, 60)

    code = await first.stop(signal.SIGTERM)
    left_as = (await shop.card(ana, ticket)).status
    second = await start(**settings)
    async with asyncio.timeout(_SETTLED_WITHIN_SECONDS):
        while (await shop.card(ana, ticket)).status is not NumberStatus.ACTIVE:  # noqa: ASYNC110  another process ends it
            await asyncio.sleep(0.5)

    assert code == 0
    assert left_as in {NumberStatus.SENT, NumberStatus.UNKNOWN}
    assert sandbox.bought() == 1
    assert await shop.breaches() == []
    assert "Traceback" not in first.log.read_text()
    assert await second.stop(signal.SIGTERM) == 0
    await store.close()
