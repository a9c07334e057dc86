from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from services.errors import GatewayRefused
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.minor_units import from_minor, to_minor
from services.ports.gateway import Bill
from tests.gateways.conftest import NOW, TOPUP_ID, HeldClock
from tests.gateways.stripe.samples import a_list, error, session
from tests.gateways.wire import Reply, Wire

CREATE = "POST /v1/checkout/sessions"


async def test_a_bill_becomes_a_page_to_pay_on(stripe: StripeGateway, wire: Wire, bill: Bill) -> None:
    wire.on(CREATE, session())

    opened = await stripe.open(bill)

    assert opened.order_id == "cs_test_1"
    assert opened.link == "https://checkout.stripe.com/c/pay/cs_test_1"
    assert opened.expires_at == NOW + timedelta(minutes=35)


async def test_the_order_says_all_that_keeps_money_exact(
    stripe: StripeGateway, wire: Wire, bill: Bill
) -> None:
    wire.on(CREATE, session())

    await stripe.open(bill)

    sent = wire.asked[0].form()
    assert sent["line_items[0][price_data][unit_amount]"] == "1000"
    assert sent["line_items[0][price_data][currency]"] == "brl"
    assert sent["metadata[topup_id]"] == sent["payment_intent_data[metadata][topup_id]"] == str(TOPUP_ID)
    assert sent["adaptive_pricing[enabled]"] == "false"
    assert sent["locale"] == "pt-BR"
    assert not any("payment_method_types" in name or "customer_email" in name for name in sent)


async def test_an_email_we_know_is_not_asked_for_again(stripe: StripeGateway, wire: Wire, bill: Bill) -> None:
    wire.on(CREATE, session())

    await stripe.open(replace(bill, payer_email="ana@example.com"))

    assert wire.asked[0].form()["customer_email"] == "ana@example.com"


async def test_the_same_bill_later_is_the_same_request(
    stripe: StripeGateway, wire: Wire, bill: Bill, clock: HeldClock
) -> None:
    wire.on(CREATE, session())

    await stripe.open(bill)
    clock.at += timedelta(minutes=4)
    await stripe.open(bill)

    first, second = wire.asked
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == f"{TOPUP_ID}-open"
    assert first.body == second.body


async def test_a_bill_made_late_gets_the_shortest_life_stripe_allows(
    stripe: StripeGateway, wire: Wire, bill: Bill, clock: HeldClock
) -> None:
    wire.on(CREATE, session())

    clock.at += timedelta(minutes=5)
    await stripe.open(bill)
    clock.at += timedelta(minutes=20)
    await stripe.open(bill)

    ends = {asked.form()["expires_at"] for asked in wire.asked}
    assert ends == {str(int((bill.expires_at + timedelta(minutes=31)).timestamp()))}


async def test_the_same_bill_in_other_words_finds_the_first_session(
    stripe: StripeGateway, wire: Wire, bill: Bill
) -> None:
    wire.on(CREATE, Reply(error("idempotency_error"), 400))
    wire.on(
        "GET /v1/checkout/sessions",
        a_list("checkout/sessions", session(id="cs_other", metadata={}), session(id="cs_first")),
    )

    opened = await stripe.open(replace(bill, language="en"))

    assert opened.order_id == "cs_first"


async def test_a_first_session_that_was_paid_meanwhile_is_the_bill_all_the_same(
    stripe: StripeGateway, wire: Wire, bill: Bill
) -> None:
    paid = session(id="cs_first", status="complete", payment_status="paid", url=None)
    wire.on(CREATE, Reply(error("idempotency_error"), 400))
    wire.on("GET /v1/checkout/sessions", a_list("checkout/sessions", paid))

    opened = await stripe.open(bill)

    assert (opened.order_id, opened.link) == ("cs_first", None)


@pytest.mark.parametrize("wrong", [{"currency": "usd"}, {"amount_total": 100}, {"url": None}])
async def test_a_page_for_other_money_is_not_shown(
    stripe: StripeGateway, wire: Wire, bill: Bill, wrong: dict[str, object]
) -> None:
    wire.on(CREATE, session(**wrong))

    with pytest.raises(GatewayRefused):
        await stripe.open(bill)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("10.00", "BRL", 1000), ("0.07", "USD", 7), ("500", "JPY", 500), ("1140.20", "EUR", 114020)],
)
def test_amounts_travel_in_minor_units_and_back(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor
    assert from_minor(minor, currency.lower()) == Decimal(amount)


def test_every_cent_survives_the_journey() -> None:
    cents = range(1, 200_000)

    assert all(to_minor(Decimal(each).scaleb(-2), "BRL") == each for each in cents)


@pytest.mark.parametrize(("amount", "currency"), [("10.005", "BRL"), ("10.50", "JPY"), ("1.000", "KWD")])
def test_money_a_currency_cannot_say_is_refused_not_rounded(amount: str, currency: str) -> None:
    with pytest.raises(GatewayRefused):
        to_minor(Decimal(amount), currency)
