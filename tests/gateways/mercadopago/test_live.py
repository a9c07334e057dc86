"""The real Mercado Pago, on test credentials: `MERCADOPAGO_TEST_TOKEN=… pytest -m live tests/gateways`.

A Pix cannot be paid in test mode: what is refunded is a payment by one of Mercado Pago's test cards.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.clock import SystemClock
from services.gateways.mercadopago.checkout import CheckoutGateway
from services.gateways.mercadopago.pix import PixGateway
from services.gateways.mercadopago.settings import MercadoPagoSettings
from services.pix import is_valid_br_code
from services.ports.gateway import Bill, OpenTopup, PaymentState, RefundOrder
from tests.gateways.live import live_key

pytestmark = pytest.mark.live


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> MercadoPagoSettings:
    return MercadoPagoSettings(mercadopago_access_token=live_key(request, "mercadopago_test_token"))


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


async def _pay_by_test_card(settings: MercadoPagoSettings, bill: Bill) -> None:
    """Buy with the card that Mercado Pago's documents give for Brazil; the holder's name approves it."""
    holder = {"name": "APRO", "identification": {"type": "CPF", "number": "12345678909"}}
    card = {
        "card_number": "5031433215406351",
        "security_code": "123",
        "expiration_month": 11,
        "expiration_year": 2030,
        "cardholder": holder,
    }
    token = settings.mercadopago_access_token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}", "X-Idempotency-Key": str(uuid4())}
    async with httpx.AsyncClient(base_url=settings.mercadopago_api_url, headers=headers, timeout=30) as http:
        made = (await http.post("/v1/card_tokens", json=card)).raise_for_status().json()
        order: dict[str, Any] = {
            "transaction_amount": 10,
            "token": made["id"],
            "installments": 1,
            "payment_method_id": "master",
            "external_reference": str(bill.topup_id),
            "payer": {"email": bill.payer_email, "identification": holder["identification"]},
            "metadata": {"gateway": "mercadopago"},
        }
        (await http.post("/v1/payments", json=order)).raise_for_status()


async def test_a_card_payment_is_found_and_refunded_once(
    checkout: CheckoutGateway, settings: MercadoPagoSettings, fresh: Bill
) -> None:
    opened = await checkout.open(fresh)
    topup = OpenTopup(fresh.topup_id, opened.order_id, fresh.amount, fresh.currency, SystemClock().now())
    await _pay_by_test_card(settings, fresh)
    for _ in range(30):  # the index lags behind
        if payments := await checkout.fetch(topup):
            break
        await asyncio.sleep(2)
    order = RefundOrder(str(uuid4()), payments[0].payment_id, Decimal("4.25"), "BRL", is_whole=False)

    await checkout.refund(order)
    await checkout.refund(order)

    (refunded,) = await checkout.fetch(topup)
    assert (payments[0].state, refunded.refunded) == (PaymentState.PAID, Decimal("4.25"))
