from decimal import Decimal

import pytest

from services.errors import GatewayRefused
from services.gateways.stripe.gateway import StripeGateway
from services.ports.gateway import RefundOrder
from tests.gateways.stripe.samples import error, sample
from tests.gateways.wire import Reply, Wire

REFUND = "POST /v1/refunds"
ORDER = RefundOrder(key="r-7", payment_id="pi_1", amount=Decimal("4.25"), currency="BRL", is_whole=False)


async def test_a_refund_names_payment_amount_and_key(stripe: StripeGateway, wire: Wire) -> None:
    wire.on(REFUND, sample("refund", status="succeeded"))

    await stripe.refund(ORDER)

    (asked,) = wire.asked
    assert asked.form()["payment_intent"] == "pi_1"
    assert asked.form()["amount"] == "425"
    assert asked.headers["Idempotency-Key"] == "r-7-refund"


async def test_a_refund_on_its_way_is_no_failure(stripe: StripeGateway, wire: Wire) -> None:
    wire.on(REFUND, sample("refund", status="pending"))

    await stripe.refund(ORDER)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(sample("refund", status="failed") | {"failure_reason": "unknown"}), "refund_failed"),
        (Reply(error("invalid_request_error", "charge_already_refunded"), 400), "charge_already_refunded"),
    ],
)
async def test_a_refund_stripe_will_not_make_is_refused(
    stripe: StripeGateway, wire: Wire, reply: Reply, code: str
) -> None:
    wire.on(REFUND, reply)

    with pytest.raises(GatewayRefused) as caught:
        await stripe.refund(ORDER)

    assert caught.value.code == code


async def test_a_lost_answer_is_asked_for_again_under_the_same_key(stripe: StripeGateway, wire: Wire) -> None:
    wire.on(REFUND, "drop", "reset", sample("refund"))

    await stripe.refund(ORDER)

    assert [asked.headers["Idempotency-Key"] for asked in wire.asked] == ["r-7-refund"] * 3
