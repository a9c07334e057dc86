"""The real Stripe, in test mode: `STRIPE_TEST_KEY=sk_test_… pytest -m live tests/gateways`."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import stripe as sdk
from pydantic import SecretStr

from services.clock import SystemClock
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.settings import StripeSettings
from services.ports.gateway import Bill, OpenTopup, RefundOrder
from tests.gateways.live import live_key

pytestmark = pytest.mark.live


@pytest.fixture
def key(request: pytest.FixtureRequest) -> SecretStr:
    return live_key(request, "stripe_test_key", "sk_test_")


@pytest.fixture
async def stripe(key: SecretStr) -> AsyncIterator[StripeGateway]:
    gateway = StripeGateway(StripeSettings(stripe_secret_key=key), SystemClock())
    yield gateway
    await gateway.aclose()


async def test_a_page_is_made_once_looked_at_and_closed(stripe: StripeGateway, bill: Bill) -> None:
    now = SystemClock().now()
    fresh = replace(bill, topup_id=uuid4(), expires_at=now + timedelta(minutes=35))

    opened, again = await stripe.open(fresh), await stripe.open(fresh)
    topup = OpenTopup(fresh.topup_id, opened.order_id, fresh.amount, fresh.currency, now)

    assert opened.order_id == again.order_id
    assert await stripe.fetch(topup) == ()
    assert await stripe.locate(f"checkout.session:{opened.order_id}") == fresh.topup_id
    await stripe.close(topup)
    await stripe.close(topup)


async def test_a_paid_intent_is_refunded_once(stripe: StripeGateway, key: SecretStr) -> None:
    client = sdk.StripeClient(key.get_secret_value())
    intent = await client.v1.payment_intents.create_async(
        {
            "amount": 1000,
            "currency": "usd",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    order = RefundOrder(str(uuid4()), intent.id, Decimal("4.25"), "USD", is_whole=False)

    await stripe.refund(order)
    await stripe.refund(order)

    charge = await client.v1.charges.retrieve_async(str(intent.latest_charge))
    assert charge.amount_refunded == 425
    assert "test mode" in await stripe.check()
