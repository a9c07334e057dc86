from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from services.errors import GatewayRefused
from services.gateways.mercadopago.pix import PixGateway
from services.gateways.mercadopago.settings import MercadoPagoSettings
from services.ports.gateway import Bill, EmailNeeded, OpenTopup, PaymentState
from tests.gateways.conftest import NOW, TOPUP_ID, HeldClock
from tests.gateways.mercadopago.conftest import TOKEN
from tests.gateways.mercadopago.samples import COLLECTOR, PIX_CODE, approved, error, payment, picture
from tests.gateways.wire import Reply, Wire

CREATE = "POST /v1/payments"
FETCH = "GET /v1/payments/57731"
CANCEL = "PUT /v1/payments/57731"


@pytest.fixture
def pending(topup: OpenTopup) -> OpenTopup:
    return replace(topup, order_id="57731")


async def test_a_bill_becomes_a_code_in_the_chat(pix: PixGateway, wire: Wire, bill: Bill) -> None:
    wire.on(CREATE, Reply(payment(), 201))

    opened = await pix.open(bill)

    assert opened.order_id == "57731"
    assert opened.copy_code == PIX_CODE
    assert opened.image_png == picture()
    assert opened.link
    assert opened.link.startswith("https://www.mercadopago.com.br/")
    assert opened.expires_at == NOW + timedelta(minutes=35)


async def test_the_order_is_as_the_documents_want_it(pix: PixGateway, wire: Wire, bill: Bill) -> None:
    wire.on(CREATE, payment())

    await pix.open(replace(bill, amount=Decimal("10.00")))

    assert wire.asked[0].json() == {
        "transaction_amount": 10.0,
        "payment_method_id": "pix",
        "description": "10,00 de crédito",
        "external_reference": str(TOPUP_ID),
        "date_of_expiration": "2026-11-22T15:35:00.000-03:00",
        "payer": {"email": "tg4242@shop.example"},
        "metadata": {"gateway": "pix"},
    }


async def test_the_same_bill_later_is_the_same_request(
    pix: PixGateway, wire: Wire, bill: Bill, clock: HeldClock
) -> None:
    wire.on(CREATE, payment())

    await pix.open(bill)
    clock.at += timedelta(minutes=4)
    await pix.open(bill)

    first, second = wire.asked
    assert first.headers["x-idempotency-key"] == second.headers["x-idempotency-key"] == f"{TOPUP_ID}-open"
    assert first.body == second.body


async def test_a_bill_made_late_gets_the_shortest_life_a_code_may_have(
    pix: PixGateway, wire: Wire, bill: Bill, clock: HeldClock
) -> None:
    wire.on(CREATE, payment())

    clock.at += timedelta(minutes=5)
    await pix.open(bill)

    assert wire.asked[0].json()["date_of_expiration"] == "2026-11-22T16:06:00.000-03:00"


async def test_an_email_we_know_is_told(pix: PixGateway, wire: Wire, bill: Bill) -> None:
    wire.on(CREATE, payment())

    await pix.open(replace(bill, payer_email="ana@example.com"))

    assert wire.asked[0].json()["payer"] == {"email": "ana@example.com"}


async def test_without_any_email_the_person_is_asked_for_one(
    wire: Wire, clock: HeldClock, bill: Bill
) -> None:
    settings = MercadoPagoSettings(
        mercadopago_access_token=SecretStr(TOKEN), mercadopago_api_url=wire.address, payer_email_domain=""
    )
    gateway = PixGateway(settings, clock)

    with pytest.raises(EmailNeeded):
        await gateway.open(bill)

    assert wire.asked == []
    await gateway.aclose()


async def test_a_picture_that_is_none_is_left_to_be_drawn(pix: PixGateway, wire: Wire, bill: Bill) -> None:
    spoilt = payment()
    spoilt["point_of_interaction"]["transaction_data"]["qr_code_base64"] = "bm90IGEgcGljdHVyZQ=="
    wire.on(CREATE, spoilt)

    opened = await pix.open(bill)

    assert opened.image_png is None
    assert opened.copy_code == PIX_CODE


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency_id": "ARS"},
        {"transaction_amount": 1},
        {"status": "rejected", "status_detail": "cc_rejected_high_risk"},
        {"point_of_interaction": {}},
    ],
)
async def test_a_code_for_other_money_or_none_is_not_shown(
    pix: PixGateway, wire: Wire, bill: Bill, wrong: dict[str, object]
) -> None:
    wire.on(CREATE, payment(**wrong))

    with pytest.raises(GatewayRefused):
        await pix.open(bill)


async def test_what_is_paid_is_read_from_the_payment(pix: PixGateway, wire: Wire, pending: OpenTopup) -> None:
    wire.on(FETCH, approved())

    (told,) = await pix.fetch(pending)

    assert (told.payment_id, told.state, told.amount, told.currency) == (
        "57731",
        PaymentState.PAID,
        Decimal(10),
        "BRL",
    )
    assert (told.reference, told.is_live, told.paid_at) == (str(TOPUP_ID), True, NOW)
    assert told.receiver == str(COLLECTOR)


async def test_a_look_is_one_call(pix: PixGateway, wire: Wire, pending: OpenTopup) -> None:
    wire.on(FETCH, payment())

    await pix.fetch(pending)

    assert wire.routes() == [FETCH]


async def test_a_bill_tells_which_account_it_pays(pix: PixGateway, wire: Wire, bill: Bill) -> None:
    wire.on(CREATE, payment())

    assert (await pix.open(bill)).receiver == str(COLLECTOR)


async def test_closing_cancels_the_code(pix: PixGateway, wire: Wire, pending: OpenTopup) -> None:
    wire.on(CANCEL, payment(status="cancelled"))

    await pix.close(pending)

    assert wire.asked[0].json() == {"status": "cancelled"}


@pytest.mark.parametrize("status", ["approved", "cancelled", "refunded"])
async def test_closing_what_has_ended_is_fine(
    pix: PixGateway, wire: Wire, pending: OpenTopup, status: str
) -> None:
    wire.on(CANCEL, Reply(error(400, cause=2034), 400))
    wire.on(FETCH, payment(status=status))

    await pix.close(pending)


async def test_closing_that_is_refused_on_an_open_code_says_so(
    pix: PixGateway, wire: Wire, pending: OpenTopup
) -> None:
    wire.on(CANCEL, Reply(error(400, cause=2034), 400))
    wire.on(FETCH, payment(status="pending"))

    with pytest.raises(GatewayRefused):
        await pix.close(pending)


def test_the_account_has_one_bell_and_the_pages_gateway_answers_it(pix: PixGateway) -> None:
    assert not pix.takes_notices()
