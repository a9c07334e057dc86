"""The real Mercado Pago, on test credentials: `MERCADOPAGO_TEST_TOKEN=… pytest -m live tests/gateways`.

A Pix cannot be paid in test mode, so nothing is refunded here.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.clock import SystemClock
from services.gateways.mercadopago.checkout import CheckoutGateway
from services.gateways.mercadopago.pix import PixGateway
from services.gateways.mercadopago.settings import MercadoPagoSettings
from services.pix import is_valid_br_code
from services.ports.gateway import Bill, OpenTopup, PaymentState

pytestmark = pytest.mark.live


class LiveSettings(BaseSettings):
    mercadopago_test_token: SecretStr = SecretStr("")


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> MercadoPagoSettings:
    token = LiveSettings().mercadopago_test_token
    if "live" not in request.config.getoption("-m"):
        pytest.skip("talks to the real Mercado Pago: only with -m live")
    if not token:
        pytest.skip("talks to the real Mercado Pago: set MERCADOPAGO_TEST_TOKEN")
    return MercadoPagoSettings(mercadopago_access_token=token)


@pytest.fixture
async def pix(settings: MercadoPagoSettings) -> AsyncIterator[PixGateway]:
    gateway = PixGateway(settings, SystemClock())
    yield gateway
    await gateway.aclose()


@pytest.fixture
async def checkout(settings: MercadoPagoSettings) -> AsyncIterator[CheckoutGateway]:
    gateway = CheckoutGateway(settings, SystemClock())
    yield gateway
    await gateway.aclose()


@pytest.fixture
def fresh(bill: Bill) -> Bill:
    ends = SystemClock().now() + timedelta(minutes=35)
    return replace(bill, topup_id=uuid4(), expires_at=ends, payer_email="test_user_1@testuser.com")


async def test_a_code_is_made_once_looked_at_and_cancelled(pix: PixGateway, fresh: Bill) -> None:
    opened, again = await pix.open(fresh), await pix.open(fresh)
    topup = OpenTopup(fresh.topup_id, opened.order_id, fresh.amount, fresh.currency, SystemClock().now())
    (waiting,) = await pix.fetch(topup)

    await pix.close(topup)
    await pix.close(topup)
    (closed,) = await pix.fetch(topup)

    assert opened.order_id == again.order_id
    assert is_valid_br_code(opened.copy_code or "")
    assert (waiting.state, closed.state) == (PaymentState.WAITING, PaymentState.FAILED)


async def test_a_page_is_made_looked_at_and_closed(checkout: CheckoutGateway, fresh: Bill) -> None:
    opened = await checkout.open(fresh)
    topup = OpenTopup(fresh.topup_id, opened.order_id, fresh.amount, fresh.currency, SystemClock().now())

    assert await checkout.fetch(topup) == ()
    await checkout.close(topup)
    assert await checkout.check()
