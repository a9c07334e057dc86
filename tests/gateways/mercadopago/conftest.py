from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from services.gateways.mercadopago.checkout import CheckoutGateway
from services.gateways.mercadopago.pix import PixGateway
from services.gateways.mercadopago.settings import MercadoPagoSettings
from tests.gateways.conftest import HeldClock
from tests.gateways.mercadopago.samples import ACCOUNT
from tests.gateways.wire import Wire

TOKEN = "APP_USR-6317427424180639-042414-47e969706991d3a442922b0702a0da44-1122334455"
SECRET = "3f9a6b5ee1c2"


@pytest.fixture
def settings(wire: Wire) -> MercadoPagoSettings:
    return MercadoPagoSettings(
        mercadopago_access_token=SecretStr(TOKEN),
        mercadopago_webhook_secret=SecretStr(SECRET),
        mercadopago_api_url=f"{wire.address}/",
        payer_email_domain="shop.example",
    )


@pytest.fixture
async def pix(settings: MercadoPagoSettings, clock: HeldClock, wire: Wire) -> AsyncIterator[PixGateway]:
    wire.on("GET /users/me", ACCOUNT)
    gateway = PixGateway(settings, clock)
    yield gateway
    await gateway.aclose()
    assert all(asked.headers["Authorization"] == f"Bearer {TOKEN}" for asked in wire.asked)


@pytest.fixture
async def checkout(
    settings: MercadoPagoSettings, clock: HeldClock, wire: Wire
) -> AsyncIterator[CheckoutGateway]:
    wire.on("GET /users/me", ACCOUNT)
    gateway = CheckoutGateway(settings, clock)
    yield gateway
    await gateway.aclose()
