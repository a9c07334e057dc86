"""The real Stripe, in test mode: `STRIPE_TEST_KEY=sk_test_… pytest -m live tests/gateways`."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import stripe as sdk
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.clock import SystemClock
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.settings import StripeSettings
from services.ports.gateway import Bill, OpenTopup, RefundOrder

pytestmark = pytest.mark.live


class LiveSettings(BaseSettings):
    stripe_test_key: SecretStr = SecretStr("")


@pytest.fixture
def key(request: pytest.FixtureRequest) -> SecretStr:
    key = LiveSettings().stripe_test_key
    if "live" not in request.config.getoption("-m"):
        pytest.skip("talks to the real Stripe: only with -m live")
    if not key.get_secret_value().startswith("sk_test_"):
        pytest.skip("talks to the real Stripe: set STRIPE_TEST_KEY to a test key")
    return key


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
    intent = await sdk.StripeClient(key.get_secret_value()).v1.payment_intents.create_async(
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

    assert "test mode" in await stripe.check()
