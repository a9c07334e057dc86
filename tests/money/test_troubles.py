"""Everything that can go wrong at a gateway, over the wire: what the payer has, and what admins are told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bot.sandbox.payments.mercadopago.payers import Paying
from bot.sandbox.payments.stripe.payers import Payment as StripePaying
from db.store import Store
from services.views import Bill, TopupState
from tests.money.wired import ANA, Wired, open_wired

PAID, NOTHING = Decimal("20.00"), Decimal("0.00")


@dataclass(frozen=True)
class Trouble:
    """A way in which a payment goes wrong, and what comes of it."""

    name: str
    api: dict[str, Any] = field(default_factory=dict)  # a fault of the gateway's API
    way: dict[str, Any] = field(default_factory=dict)  # a fault of the way to the shop
    paying: dict[str, Any] = field(default_factory=dict)  # how the payment differs from its bill
    credits: Decimal = PAID
    state: TopupState = TopupState.PAID
    cases: tuple[str, ...] = ()


TROUBLES = (
    Trouble("500 when looked at", api={"kind": "status500", "method": "get", "times": 9}),
    Trouble("no sense in the answer", api={"kind": "malformed", "method": "get", "times": 9}),
    Trouble("an answer of 16 MB", api={"kind": "oversized", "method": "get", "times": 4}),
    Trouble("the line goes dead", api={"kind": "reset_before", "method": "get", "times": 9}),
    Trouble("a slow answer", api={"kind": "delay", "method": "get", "seconds": 0.3}),
    Trouble("a notice is lost", way={"drop": 9}),
    Trouble("a notice comes twice", way={"duplicate": 9}),
    Trouble("notices come in the wrong order", way={"shuffle": 2}),
    Trouble("a notice comes late", way={"delay_seconds": 45}),
    Trouble("a notice is forged first", way={"forged": 1}),
    Trouble("a notice is unsigned", way={"unsigned": 9}),
    Trouble(
        "too little is paid",
        paying={"amount": "2.00"},
        credits=NOTHING,
        state=TopupState.REVIEW,
        cases=("payment.mismatch",),
    ),
    Trouble(
        "another currency",
        paying={"currency": "usd"},
        credits=NOTHING,
        state=TopupState.REVIEW,
        cases=("payment.mismatch",),
    ),
    Trouble(
        "the other mode",
        paying={"live": True},
        credits=NOTHING,
        state=TopupState.REVIEW,
        cases=("payment.mismatch",),
    ),
)
ANOTHER_ACCOUNT = Trouble(
    "another account",
    paying={"collector": 777},
    credits=NOTHING,
    state=TopupState.REVIEW,
    cases=("payment.mismatch",),
)


@pytest.fixture
async def wired(sqlite_store: Store) -> AsyncIterator[Wired]:
    async with open_wired(sqlite_store) as wired:
        yield wired


async def _live_through(wired: Wired, house: Any, trouble: Trouble) -> None:
    """Ten minutes in which whatever is due is done."""
    for _ in range(20):
        await wired.deliver()
        wired.advance(31)
    assert house.faults.as_json() == [] or trouble.api.get("kind") == "oversized"


async def _outcome(wired: Wired, ana: UUID, bill: Bill) -> tuple[Decimal, TopupState, list[str], int]:
    """What the payer has, what the bill says, what admins must decide, and how often a credit was told."""
    return (
        await wired.till.balance(ana),
        (await wired.till.topups.bill(ana, bill.id)).state,
        await wired.till.case_kinds(),
        len(await wired.till.said("topup.paid")),
    )


def _expected(trouble: Trouble) -> tuple[Decimal, TopupState, list[str], int]:
    return trouble.credits, trouble.state, list(trouble.cases), int(trouble.credits > 0)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
async def test_stripe_in_trouble(wired: Wired, trouble: Trouble) -> None:
    ana = await wired.till.customer(ANA)
    bill = await wired.till.open_bill(ana, gateway="stripe")
    stripe, order = wired.parts.stripe, await wired.till.order_of(bill)
    stripe.deliveries.configure({"faults": trouble.way})
    if trouble.api:
        stripe.faults.add(trouble.api)
    amount = trouble.paying.get("amount")
    paying = StripePaying(
        amount=int(Decimal(amount) * 100) if amount else None,
        currency=trouble.paying.get("currency"),
        livemode=trouble.paying.get("live"),
    )

    stripe.pay(order, paying)
    await _live_through(wired, stripe, trouble)

    assert await _outcome(wired, ana, bill) == _expected(trouble)
    assert await wired.till.breaches() == []


@pytest.mark.parametrize("trouble", [*TROUBLES, ANOTHER_ACCOUNT], ids=lambda trouble: trouble.name)
async def test_pix_in_trouble(wired: Wired, trouble: Trouble) -> None:
    ana = await wired.till.customer(ANA)
    bill = await wired.till.open_bill(ana, gateway="pix")
    house, order = wired.parts.mercadopago, await wired.till.order_of(bill)
    house.deliveries.configure({"faults": trouble.way})
    if trouble.api:
        house.faults.add(trouble.api)
    amount = trouble.paying.get("amount")
    paying = Paying(
        amount=Decimal(amount) if amount else None,
        currency=trouble.paying.get("currency"),
        live_mode=trouble.paying.get("live"),
        collector=trouble.paying.get("collector"),
    )

    house.pay(order, paying)
    await _live_through(wired, house, trouble)

    assert await _outcome(wired, ana, bill) == _expected(trouble)
    assert await wired.till.breaches() == []


async def test_a_page_that_takes_two_payments_credits_both(wired: Wired) -> None:
    ana = await wired.till.customer(ANA)
    bill = await wired.till.open_bill(ana, gateway="mercadopago")

    wired.parts.mercadopago.pay_preference(await wired.till.order_of(bill), Paying(outcome="twice"))
    await wired.deliver()

    assert await wired.till.balance(ana) == Decimal("40.00")
    assert await wired.till.breaches() == []


@pytest.mark.parametrize("way", ["stripe", "pix", "mercadopago", "cryptopay"])
@pytest.mark.parametrize("fault", ["status500", "status500_after", "reset_after", "malformed"])
async def test_a_bill_whose_making_goes_wrong_is_made_once_all_the_same(
    wired: Wired, way: str, fault: str
) -> None:
    ana = await wired.till.customer(ANA)
    house: Any = getattr(wired.parts, {"pix": "mercadopago"}.get(way, way))
    house.faults.add({"kind": fault, "times": 1})
    bill = await wired.till.topups.ask(ana, way, Decimal("20.00"))

    for _ in range(3):
        await wired.till.topup_jobs.open_drafts()
        wired.advance(6)

    assert (await wired.till.topups.bill(ana, bill.id)).state is TopupState.OPEN


@pytest.mark.parametrize("way", ["stripe", "pix", "mercadopago"])
async def test_a_disputed_payment_is_held_and_comes_back_when_it_is_won(wired: Wired, way: str) -> None:
    ana = await wired.till.customer(ANA)
    bill = await wired.till.open_bill(ana, gateway=way)
    house, order = wired.parts.mercadopago, await wired.till.order_of(bill)
    if way == "stripe":
        wired.parts.stripe.pay(order)
    elif way == "pix":
        house.pay(order)
    else:
        house.pay_preference(order, Paying())
    await wired.deliver()
    paid = (await wired.till.topups.bill(ana, bill.id)).payment_id or ""
    dispute: Any = wired.parts.stripe.dispute if way == "stripe" else house.dispute

    balances = [await wired.till.balance(ana)]
    for state in ("open", "won"):
        dispute(paid, state)
        await wired.deliver()
        balances.append(await wired.till.balance(ana))

    assert balances == [PAID, NOTHING, PAID]
    assert await wired.till.breaches() == []
