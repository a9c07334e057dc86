from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from services.errors import GatewayRefused
from services.gateways.mercadopago.checkout import CheckoutGateway
from services.gateways.mercadopago.pix import PixGateway
from services.ports.gateway import Bill, OpenTopup, PaymentState, RefundOrder
from tests.gateways.conftest import NOW, TOPUP_ID
from tests.gateways.mercadopago.samples import COLLECTOR, approved, error, found, payment, preference
from tests.gateways.wire import Reply, Wire

CREATE = "POST /checkout/preferences"
SEARCH = "GET /v1/payments/search"
REFUND = "POST /v1/payments/57731/refunds"
ORDER = RefundOrder(key="r-7", payment_id="57731", amount=Decimal("4.25"), currency="BRL", is_whole=False)


async def test_a_bill_becomes_a_page_to_pay_on(checkout: CheckoutGateway, wire: Wire, bill: Bill) -> None:
    wire.on(CREATE, Reply(preference(), 201))

    opened = await checkout.open(bill)

    assert opened.order_id == "1122334455-5c2f"
    assert opened.link == "https://www.mercadopago.com.br/checkout/v1/redirect?pref_id=1122334455-5c2f"
    assert opened.expires_at == NOW + timedelta(minutes=35)
    assert opened.receiver == str(COLLECTOR)


async def test_a_page_that_repeats_no_items_is_shown(
    checkout: CheckoutGateway, wire: Wire, bill: Bill
) -> None:
    """Each payment made on it is compared with the bill anyway."""
    told = {name: value for name, value in preference().items() if name != "items"}
    wire.on(CREATE, told)

    assert (await checkout.open(bill)).link == told["init_point"]


async def test_the_order_names_the_bill_and_the_way_back(
    checkout: CheckoutGateway, wire: Wire, bill: Bill
) -> None:
    wire.on(CREATE, preference())

    await checkout.open(bill)

    sent = wire.asked[0].json()
    assert sent["external_reference"] == str(TOPUP_ID)
    assert sent["items"][0]["unit_price"] == 10.0
    assert sent["back_urls"]["success"] == bill.success_url
    assert sent["auto_return"] == "approved"
    assert sent["expiration_date_to"] == "2026-11-22T15:35:00.000-03:00"


async def test_the_way_back_is_not_automatic_where_it_may_not_be(
    checkout: CheckoutGateway, wire: Wire, bill: Bill
) -> None:
    wire.on(CREATE, preference())

    await checkout.open(replace(bill, success_url="http://127.0.0.1:8400/chat"))

    assert "auto_return" not in wire.asked[0].json()


@pytest.mark.parametrize("wrong", [preference(price=1), preference(currency="ARS")])
async def test_a_page_for_other_money_is_not_shown(
    checkout: CheckoutGateway, wire: Wire, bill: Bill, wrong: dict[str, object]
) -> None:
    wire.on(CREATE, wrong)

    with pytest.raises(GatewayRefused):
        await checkout.open(bill)


async def test_one_page_may_gather_several_payments(
    checkout: CheckoutGateway, wire: Wire, topup: OpenTopup
) -> None:
    stale = found(payment(id=1, status="rejected"), payment(id=2), payment(id=3))
    wire.on(SEARCH, stale)
    wire.on("GET /v1/payments/1", payment(id=1, status="rejected"))
    wire.on("GET /v1/payments/2", approved(id=2))
    wire.on("GET /v1/payments/3", approved(id=3))

    payments = await checkout.fetch(topup)

    assert [each.state for each in payments] == [PaymentState.FAILED, PaymentState.PAID, PaymentState.PAID]
    assert ("external_reference", str(TOPUP_ID)) in wire.asked[0].query


async def test_a_page_nobody_has_paid_on_has_no_payments(
    checkout: CheckoutGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on(SEARCH, found())

    assert await checkout.fetch(topup) == ()


async def test_closing_ends_the_page_now(checkout: CheckoutGateway, wire: Wire, topup: OpenTopup) -> None:
    wire.on("PUT /checkout/preferences/order_1", preference())

    await checkout.close(topup)

    assert wire.asked[0].json() == {"expires": True, "expiration_date_to": "2026-11-22T15:00:00.000-03:00"}


async def test_each_gateway_lists_its_own_payments_to_the_last_page(
    checkout: CheckoutGateway, pix: PixGateway, wire: Wire
) -> None:
    of_page = approved(id=2, metadata={"gateway": "mercadopago"})
    strangers = approved(id=3, external_reference="order 9 of another shop")
    pages = found(approved(id=1), of_page, total=4), found(strangers, approved(id=4), total=4, offset=2)
    wire.on(SEARCH, *pages, *pages)

    since = NOW - timedelta(days=1)

    assert [each.payment_id for each in await checkout.recent(since)] == ["2"]
    assert [each.payment_id for each in await pix.recent(since)] == ["1", "4"]
    assert ("begin_date", "2026-11-21T15:00:00.000-03:00") in wire.asked[0].query
    assert ("offset", "2") in wire.asked[1].query


async def test_what_rang_leads_to_its_topup(checkout: CheckoutGateway, wire: Wire) -> None:
    wire.on("GET /v1/payments/57731", approved())
    wire.on("GET /v1/chargebacks/cb1", {"id": "cb1", "payments": [57731]})

    assert await checkout.locate("payment:57731") == TOPUP_ID
    assert await checkout.locate("chargeback:cb1") == TOPUP_ID


async def test_what_is_not_ours_leads_nowhere(checkout: CheckoutGateway, wire: Wire) -> None:
    wire.on("GET /v1/payments/1", approved(external_reference=None))
    wire.on("GET /v1/payments/2", Reply(error(404, "Payment not found", cause=2000), 404))
    wire.on("GET /v1/chargebacks/cb1", {"id": "cb1"})

    for about in ("payment:1", "payment:2", "chargeback:cb1"):
        assert await checkout.locate(about) is None


async def test_part_of_a_payment_is_sent_back_once(checkout: CheckoutGateway, wire: Wire) -> None:
    wire.on(REFUND, Reply({"id": 9, "status": "approved", "amount": 4.25}, 201))

    await checkout.refund(ORDER)

    assert wire.asked[0].json() == {"amount": 4.25}
    assert wire.asked[0].headers["x-idempotency-key"] == "r-7-refund"


async def test_a_whole_payment_goes_back_without_an_amount(checkout: CheckoutGateway, wire: Wire) -> None:
    wire.on(REFUND, Reply({"id": 9, "status": "in_process"}, 201))

    await checkout.refund(replace(ORDER, is_whole=True))

    assert wire.asked[0].body == b""


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply({"id": 9, "status": "rejected"}, 201), "refund_rejected"),
        (Reply(error(400, "no money", cause=4040), 400), "4040"),
    ],
)
async def test_a_refund_that_will_not_be_made_is_refused(
    checkout: CheckoutGateway, wire: Wire, reply: Reply, code: str
) -> None:
    wire.on(REFUND, reply)

    with pytest.raises(GatewayRefused) as caught:
        await checkout.refund(ORDER)

    assert caught.value.code == code


async def test_the_credentials_are_tried_by_reading_the_account(checkout: CheckoutGateway) -> None:
    assert await checkout.check() == "live mode, account 1122334455 LOJA MLB"
