from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.errors import GatewayRefused, OutsideError
from services.gateways.stripe.gateway import StripeGateway
from services.ports.gateway import DisputeState, OpenTopup, PaymentState
from tests.gateways.conftest import NOW, TOPUP_ID
from tests.gateways.stripe.samples import (
    a_list,
    charge,
    error,
    intent,
    paid_session,
    sample,
    session,
)
from tests.gateways.wire import Reply, Wire

FETCH = "GET /v1/checkout/sessions/order_1"
UNPAID = {"status": "complete", "payment_status": "unpaid"}


async def test_a_page_nobody_has_paid_on_has_no_payments(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on(FETCH, session())

    assert await stripe.fetch(topup) == ()


async def test_a_paid_session_is_one_payment(stripe: StripeGateway, wire: Wire, topup: OpenTopup) -> None:
    wire.on(FETCH, paid_session())

    (payment,) = await stripe.fetch(topup)

    assert (payment.payment_id, payment.state) == ("pi_1", PaymentState.PAID)
    assert (payment.amount, payment.currency) == (Decimal("10.00"), "BRL")
    assert (payment.reference, payment.is_live) == (str(TOPUP_ID), False)
    assert (payment.refunded, payment.disputed) == (Decimal(0), Decimal(0))
    assert payment.dispute is None
    assert payment.paid_at == NOW


@pytest.mark.parametrize(
    ("of_session", "of_intent", "state"),
    [
        (
            UNPAID,
            {"status": "requires_action"},
            PaymentState.WAITING,
        ),
        (UNPAID, {"status": "processing"}, PaymentState.WAITING),
        (
            {"status": "open", "payment_status": "unpaid"},
            {"status": "requires_payment_method"},
            PaymentState.WAITING,
        ),
        (
            UNPAID,
            {"status": "requires_payment_method"},
            PaymentState.FAILED,
        ),
        ({"status": "expired", "payment_status": "unpaid"}, {"status": "canceled"}, PaymentState.FAILED),
        (
            {"status": "complete", "payment_status": "no_payment_required"},
            {"status": "succeeded"},
            PaymentState.WAITING,
        ),
    ],
)
async def test_only_payment_status_paid_is_paid(
    stripe: StripeGateway,
    wire: Wire,
    topup: OpenTopup,
    of_session: dict[str, Any],
    of_intent: dict[str, Any],
    state: PaymentState,
) -> None:
    wire.on(
        FETCH,
        session(**of_session, payment_intent=intent(amount_received=0, latest_charge=None, **of_intent)),
    )

    (payment,) = await stripe.fetch(topup)

    assert payment.state == state
    assert payment.amount == Decimal("10.00")


async def test_a_payment_that_is_only_named_is_asked_for(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on(FETCH, session(status="complete", payment_status="paid", payment_intent="pi_1"))
    wire.on("GET /v1/payment_intents/pi_1", intent(latest_charge=charge(amount_refunded=100)))

    (payment,) = await stripe.fetch(topup)

    assert (payment.payment_id, payment.state) == ("pi_1", PaymentState.PAID)
    assert (payment.amount, payment.refunded) == (Decimal("10.00"), Decimal("1.00"))


async def test_what_really_arrived_is_told_in_its_own_currency(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on(FETCH, paid_session(currency="jpy", amount_received=500))

    (payment,) = await stripe.fetch(topup)

    assert (payment.amount, payment.currency) == (Decimal(500), "JPY")


async def test_refunds_add_up(stripe: StripeGateway, wire: Wire, topup: OpenTopup) -> None:
    wire.on(FETCH, paid_session(latest_charge=charge(amount_refunded=425)))

    (payment,) = await stripe.fetch(topup)

    assert payment.refunded == Decimal("4.25")
    assert payment.state == PaymentState.PAID


@pytest.mark.parametrize(
    ("statuses", "state", "at_stake"),
    [
        (["needs_response"], DisputeState.OPEN, "10.00"),
        (["lost"], DisputeState.LOST, "10.00"),
        (["appeal_under_review"], DisputeState.LOST, "10.00"),
        (["won"], DisputeState.WON, "0.00"),
        (["warning_needs_response"], None, "0.00"),
        (["prevented"], None, "0.00"),
        (["won", "under_review"], DisputeState.OPEN, "10.00"),
        (["lost", "lost"], DisputeState.LOST, "10.00"),
    ],
)
async def test_a_dispute_holds_money_until_it_is_won(
    stripe: StripeGateway,
    wire: Wire,
    topup: OpenTopup,
    statuses: list[str],
    state: DisputeState | None,
    at_stake: str,
) -> None:
    wire.on(FETCH, paid_session(latest_charge=charge(disputed=True)))
    disputes = [sample("dispute", status=each, currency="brl") for each in statuses]
    wire.on("GET /v1/disputes", a_list("disputes", *disputes))

    (payment,) = await stripe.fetch(topup)

    assert (payment.dispute, payment.disputed) == (state, Decimal(at_stake))


async def test_a_session_stripe_does_not_know_is_a_definite_no(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on(FETCH, Reply(error("invalid_request_error", "resource_missing"), 404))

    with pytest.raises(GatewayRefused) as caught:
        await stripe.fetch(topup)

    assert caught.value.code == "resource_missing"


async def test_an_intent_that_did_not_come_along_is_not_taken_for_no_payment(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on(FETCH, session(payment_status="paid", payment_intent="pi_1"))

    with pytest.raises(OutsideError):
        await stripe.fetch(topup)


async def test_another_topups_order_is_fetched_by_its_own_id(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup
) -> None:
    wire.on("GET /v1/checkout/sessions/cs_7", session())

    await stripe.fetch(replace(topup, order_id="cs_7"))

    assert ("expand[0]", "payment_intent.latest_charge") in wire.asked[0].query
