"""Everything that can go wrong at a gateway, over the wire: what the payer has, and what admins are told."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from bot.sandbox.payments.mercadopago.payers import Paying
from db.store import Store
from services.views import TopupState
from tests.money.talk import Talk
from tests.money.troubles import NOTHING, PAID, TROUBLES, Trouble, live_through
from tests.money.wired import ANA, Wired, open_wired


@pytest.fixture
async def wired(sqlite_store: Store) -> AsyncIterator[Wired]:
    async with open_wired(sqlite_store) as wired:
        yield wired


@pytest.mark.parametrize(
    ("way", "trouble"),
    [pytest.param(way, each, id=f"{way}: {each.name}") for way, those in TROUBLES.items() for each in those],
)
async def test_a_payment_in_trouble(wired: Wired, way: str, trouble: Trouble) -> None:
    admin = await wired.till.admin()

    lived = await live_through(wired, way, trouble)

    assert (lived.balance, lived.bill.state) == (trouble.credits, trouble.state)
    assert (lived.cases, lived.credits_told) == (list(trouble.cases), int(trouble.credits > 0))
    assert await wired.till.breaches() == []
    talk = Talk(wired.till)
    payer, told = await talk.told(lived.ana), await talk.told(admin.id)
    assert ("credited" in payer[-1]) == (trouble.credits > 0)
    assert len(told) == len(trouble.cases)
    if trouble.cases:
        assert "under review" in payer[-1]
        assert "payment.mismatch" in told[0]


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
