"""Telegram's real Stars, with any bot of one's own: `STARS_TEST_TOKEN=… pytest -m live tests/gateways`.

A link is made and the list is read; nobody can pay but by hand, so the refund is that of an unknown charge.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from bot.stars_desk import TelegramStarsDesk
from bot.telegram_api import TelegramApi
from services.clock import SystemClock
from services.errors import GatewayRefused
from services.gateways.stars import StarsGateway, StarsSettings
from services.ports.gateway import Bill, OpenTopup, RefundOrder
from tests.gateways.live import live_key

pytestmark = pytest.mark.live


@pytest.fixture
async def stars(request: pytest.FixtureRequest) -> AsyncIterator[StarsGateway]:
    api = TelegramApi("https://api.telegram.org", live_key(request, "stars_test_token").get_secret_value())
    yield StarsGateway(StarsSettings(stars_per_unit=Decimal(40)), "BRL", TelegramStarsDesk(api))
    await api.close()


async def test_an_invoice_is_made_and_its_payments_are_looked_for(stars: StarsGateway, bill: Bill) -> None:
    now = SystemClock().now()
    fresh = replace(bill, topup_id=uuid4(), expires_at=now + timedelta(minutes=35))

    opened = await stars.open(fresh)
    topup = OpenTopup(fresh.topup_id, opened.order_id, Decimal(400), "XTR", now)
    await stars.close(topup)

    assert (opened.link or "").startswith("https://t.me/")
    assert (opened.amount, opened.currency) == (Decimal(400), "XTR")
    assert await stars.fetch(topup) == ()
    assert "40 Stars" in await stars.check()


async def test_a_charge_nobody_made_is_not_refunded(stars: StarsGateway) -> None:
    order = RefundOrder("r-1", "nobody-paid-this", Decimal(400), "XTR", is_whole=True, telegram_id=1)

    with pytest.raises(GatewayRefused):
        await stars.refund(order)
