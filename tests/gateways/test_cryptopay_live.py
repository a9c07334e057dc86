"""The real Crypto Pay, on its test network: `CRYPTOPAY_TEST_TOKEN=… pytest -m live tests/gateways`.

Nobody can pay an invoice but by hand, and Crypto Pay sends nothing back: the refund is the refusal.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from services.clock import SystemClock
from services.errors import GatewayRefused
from services.gateways.cryptopay import CryptoPayGateway, CryptoPaySettings
from services.ports.gateway import Bill, OpenTopup, PaymentState, RefundOrder
from tests.gateways.live import live_key

pytestmark = pytest.mark.live


@pytest.fixture
async def cryptopay(request: pytest.FixtureRequest) -> AsyncIterator[CryptoPayGateway]:
    settings = CryptoPaySettings(
        cryptopay_token=live_key(request, "cryptopay_test_token"),
        cryptopay_api_url="https://testnet-pay.crypt.bot",
    )
    gateway = CryptoPayGateway(settings, SystemClock())
    yield gateway
    await gateway.aclose()


async def test_an_invoice_is_made_once_looked_at_and_deleted(cryptopay: CryptoPayGateway, bill: Bill) -> None:
    now = SystemClock().now()
    fresh = replace(bill, topup_id=uuid4(), expires_at=now + timedelta(minutes=35))

    opened, again = await cryptopay.open(fresh), await cryptopay.open(fresh)
    topup = OpenTopup(fresh.topup_id, opened.order_id, fresh.amount, fresh.currency, now)
    (waiting,) = await cryptopay.fetch(topup)
    await cryptopay.close(topup)
    await cryptopay.close(topup)

    assert opened.order_id == again.order_id
    assert (waiting.state, waiting.amount, waiting.currency) == (PaymentState.WAITING, fresh.amount, "BRL")
    assert await cryptopay.locate(opened.order_id) in (None, fresh.topup_id)
    assert all(each.state is not PaymentState.PAID for each in await cryptopay.fetch(topup))
    assert "app" in await cryptopay.check()


async def test_nothing_is_sent_back(cryptopay: CryptoPayGateway) -> None:
    with pytest.raises(GatewayRefused):
        await cryptopay.refund(RefundOrder("r-1", "1", Decimal(10), "BRL", is_whole=True))
