from decimal import Decimal
from typing import Any

import pytest
import stripe
from aiohttp import ClientSession

from bot.sandbox.clock import Clock
from bot.sandbox.payments.stripe import Stripe
from tests.sandbox.payments.stripe.bills import bill

# the SDK hands httpx its form as `data`
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
async def intent(client: stripe.StripeClient, played: Stripe, clock: Clock) -> str:
    made = await client.v1.checkout.sessions.create_async(bill(clock))
    return str(played.pay(made.id)["payment_intent"])


async def test_a_refund_in_parts_ends_when_nothing_is_left(
    client: stripe.StripeClient, played: Stripe, intent: str
) -> None:
    first = await client.v1.refunds.create_async({"payment_intent": intent, "amount": 400})
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async({"payment_intent": intent, "amount": 601})

    rest = await client.v1.refunds.create_async({"payment_intent": intent})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent})
    charge = await client.v1.charges.retrieve_async(str(first.charge), {"expand": ["refunds"]})
    assert (first.amount, rest.amount, charge.amount_refunded, charge.refunded) == (400, 600, 1000, True)
    assert refused.value.code == "charge_already_refunded"
    assert charge.refunds is not None
    assert [one.id for one in charge.refunds.data] == [rest.id, first.id]
    assert played.account.ledger.balance() == {"BRL": Decimal(0)}


async def test_the_same_refund_key_gives_back_once(
    client: stripe.StripeClient, played: Stripe, intent: str
) -> None:
    order: Any = {"payment_intent": intent, "amount": 400}
    first = await client.v1.refunds.create_async(order, {"idempotency_key": "refund-1"})

    second = await client.v1.refunds.create_async(order, {"idempotency_key": "refund-1"})

    assert first.id == second.id
    assert played.account.ledger.balance() == {"BRL": Decimal("6.00")}


async def test_a_refund_that_fails_was_none(client: stripe.StripeClient, played: Stripe, intent: str) -> None:
    refund = await client.v1.refunds.create_async({"payment_intent": intent})

    played.fail_refund(refund.id)

    fetched = await client.v1.refunds.retrieve_async(refund.id, {"expand": ["charge"]})
    assert isinstance(fetched.charge, stripe.Charge)
    assert (fetched.status, fetched.charge.amount_refunded, fetched.charge.refunded) == ("failed", 0, False)
    events = await client.v1.events.list_async({"types": ["refund.*"]})
    assert [event.type for event in events.data] == ["refund.failed", "refund.updated", "refund.created"]
    assert played.account.ledger.balance() == {"BRL": Decimal("10.00")}


@pytest.mark.parametrize(("end", "left"), [("won", "10.00"), ("lost", "0.00")])
async def test_a_dispute_takes_the_money_and_gives_it_back_when_won(
    client: stripe.StripeClient, played: Stripe, intent: str, end: Any, left: str
) -> None:
    played.dispute(intent)
    (opened,) = (await client.v1.disputes.list_async({"payment_intent": intent})).data
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent})

    played.dispute(intent, end)

    ended = await client.v1.disputes.retrieve_async(opened.id, {"expand": ["charge", "payment_intent"]})
    assert isinstance(ended.charge, stripe.Charge)
    assert (opened.status, ended.status, ended.charge.disputed) == ("needs_response", end, True)
    assert refused.value.code == "charge_disputed"
    assert played.account.ledger.balance() == {"BRL": Decimal(left)}


async def test_a_declined_card_leaves_the_session_open(
    client: stripe.StripeClient, played: Stripe, clock: Clock, origin: str, browser: ClientSession
) -> None:
    made = await client.v1.checkout.sessions.create_async(bill(clock))

    await browser.post(f"{origin}/world/stripe/sessions/{made.id}/pay", json={"outcome": "fail"})

    fetched = await client.v1.checkout.sessions.retrieve_async(made.id, {"expand": ["payment_intent"]})
    assert isinstance(fetched.payment_intent, stripe.PaymentIntent)
    assert (fetched.status, fetched.payment_intent.status) == ("open", "requires_payment_method")
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async({"payment_intent": fetched.payment_intent.id})


async def test_another_amount_currency_or_mode_stands_in_every_object(
    client: stripe.StripeClient, clock: Clock, origin: str, browser: ClientSession
) -> None:
    made = await client.v1.checkout.sessions.create_async(bill(clock))
    order = {"amount": 100, "currency": "usd", "livemode": True}

    await browser.post(f"{origin}/world/stripe/sessions/{made.id}/pay", json=order)

    paid = await client.v1.checkout.sessions.retrieve_async(
        made.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    charge = paid.payment_intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    for told in (paid, paid.payment_intent, charge):
        assert (told.currency, told.livemode) == ("usd", True)
    assert (paid.amount_total, paid.payment_intent.amount_received, charge.amount) == (100, 100, 100)


async def test_what_cannot_be_expanded_is_refused(client: stripe.StripeClient, intent: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.retrieve_async(intent, {"expand": ["latest_charge.colour"]})

    assert refused.value.param == "expand"


async def test_the_balance_is_what_the_ledger_says(client: stripe.StripeClient, intent: str) -> None:
    await client.v1.refunds.create_async({"payment_intent": intent, "amount": 1})

    balance = await client.v1.balance.retrieve_async()

    assert [(one.amount, one.currency) for one in balance.available] == [(999, "brl")]


async def test_every_field_is_one_the_official_sdk_knows(
    client: stripe.StripeClient, played: Stripe, intent: str
) -> None:
    played.refund(intent, 100)
    played.dispute(intent)
    account = played.account
    kinds: dict[type[stripe.StripeObject], Any] = {
        stripe.checkout.Session: account.sessions,
        stripe.PaymentIntent: account.intents,
        stripe.Charge: account.charges,
        stripe.Refund: account.refunds,
        stripe.Dispute: account.disputes,
        stripe.Event: account.events,
    }

    unknown = {
        kind.__name__: set(account.wording(record)) - set(kind.__annotations__)
        for kind, book in kinds.items()
        for record in book.values()
    }

    assert unknown == {kind.__name__: set() for kind in kinds}


async def test_too_many_calls_are_told_as_such(client: stripe.StripeClient, played: Stripe) -> None:
    played.faults.add({"kind": "status429"})

    with pytest.raises(stripe.RateLimitError):
        await client.v1.balance.retrieve_async()


async def test_a_closed_dispute_is_lost_and_stays_so(
    client: stripe.StripeClient, played: Stripe, intent: str
) -> None:
    opened = played.dispute(intent)

    closed = await client.v1.disputes.close_async(opened["id"])

    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.disputes.close_async(opened["id"])
    assert closed.status == "lost"
