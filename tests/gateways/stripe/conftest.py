from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.settings import StripeSettings
from services.gateways.stripe.wire import BoundedHttp
from tests.gateways.conftest import HeldClock
from tests.gateways.stripe import forms, published
from tests.gateways.wire import Wire

KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
SECRET = "whsec_5f1c2b"


async def _at_once(_seconds: float) -> None:
    """Retries in tests wait for nobody."""


@pytest.fixture
def settings(wire: Wire) -> StripeSettings:
    return StripeSettings(
        stripe_secret_key=SecretStr(KEY),
        stripe_webhook_secret=SecretStr(SECRET),
        stripe_api_url=f"{wire.address}/",
    )


@pytest.fixture
async def stripe(settings: StripeSettings, clock: HeldClock, wire: Wire) -> AsyncIterator[StripeGateway]:
    """The gateway; at the end, all it said is held against Stripe's own types and description."""
    gateway = StripeGateway(settings, clock, BoundedHttp(pause=_at_once))
    yield gateway
    await gateway.aclose()
    for asked in wire.asked:
        forms.check(asked)
        published.check(asked)
        assert asked.headers["Authorization"] == f"Bearer {KEY}"
