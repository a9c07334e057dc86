"""What somebody with bad intentions tries with other people's payments, bills and links, over the wire."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bot.sandbox.payments.mercadopago.payers import Paying
from db import topups
from db.store import Store
from services.topups import TopupNotFound
from services.views import Bill, TopupState
from tests.money.talk import Talk, as_read
from tests.money.wired import ANA, Wired, open_wired

BOB = 5_353
NOTHING = Decimal("0.00")


@pytest.fixture
async def wired(sqlite_store: Store) -> AsyncIterator[Wired]:
    async with open_wired(sqlite_store) as wired:
        yield wired


async def _bill(wired: Wired, telegram_id: int, amount: str, way: str = "mercadopago") -> tuple[UUID, Bill]:
    who = await wired.till.customer(telegram_id, f"p{telegram_id}")
    return who, await wired.till.open_bill(who, amount, gateway=way)


async def _pay_in_the_name_of(wired: Wired, paid: Bill, named: Bill) -> None:
    """Pay one bill by a payment that says it is for another."""
    house, order = wired.parts.mercadopago, await wired.till.order_of(paid)
    house.account.preferences[order].asked["external_reference"] = str(named.id)
    house.pay_preference(order, Paying())
    await wired.deliver()


async def test_a_small_payment_in_the_name_of_a_large_bill_credits_nobody(wired: Wired) -> None:
    ana, large = await _bill(wired, ANA, "100.00")
    bob, small = await _bill(wired, BOB, "5.00")

    await _pay_in_the_name_of(wired, small, large)

    assert [await wired.till.balance(who) for who in (ana, bob)] == [NOTHING, NOTHING]
    assert await wired.till.case_kinds() == ["payment.mismatch"]


async def test_one_payment_moved_to_a_second_bill_is_credited_once(wired: Wired) -> None:
    ana, first = await _bill(wired, ANA, "20.00")
    bob, second = await _bill(wired, BOB, "20.00")
    house = wired.parts.mercadopago
    house.pay_preference(await wired.till.order_of(first), Paying())
    await wired.deliver()

    (payment,) = house.account.payments.values()
    payment.reference = str(second.id)
    wired.advance(31)
    await wired.till.settlement.settle(second.id)
    await wired.till.payment_sweep.sweep("mercadopago")

    assert [await wired.till.balance(who) for who in (ana, bob)] == [Decimal("20.00"), NOTHING]
    assert await wired.till.breaches() == []


async def test_a_session_that_was_paid_is_credited_once_whoever_rings_again(wired: Wired) -> None:
    ana, bill = await _bill(wired, ANA, "20.00", "stripe")
    order = await wired.till.order_of(bill)
    wired.parts.stripe.pay(order)
    await wired.deliver()

    for _ in range(3):
        wired.parts.stripe.forge("checkout.session.completed", order, "valid")
        wired.parts.stripe.forge("checkout.session.expired", order, "valid")
        await wired.deliver()

    assert await wired.till.balance(ana) == Decimal("20.00")
    assert (await wired.till.topups.bill(ana, bill.id)).state is TopupState.PAID


@pytest.mark.parametrize("written", ["hex", "plain"])
async def test_a_way_back_asks_the_gateway_and_credits_nothing_by_itself(wired: Wired, written: str) -> None:
    ana, bill = await _bill(wired, ANA, "20.00", "stripe")
    talk, customer = Talk(wired.till), await wired.till.customers.get(ana)
    start = f"/start paid_{bill.id.hex if written == 'hex' else bill.id}"

    before = await talk.say(customer, start)
    wired.advance(4)
    wired.parts.stripe.deliveries.configure({"faults": {"drop": 9}})
    wired.parts.stripe.pay(await wired.till.order_of(bill))
    after = await talk.say(customer, start)

    assert "have not seen the payment" in as_read(before.text)
    assert "Paid" in as_read(after.text)
    assert await wired.till.balance(ana) == Decimal("20.00")


async def test_somebody_elses_way_back_leads_nowhere_and_asks_nobody(wired: Wired) -> None:
    ana, bill = await _bill(wired, ANA, "20.00", "stripe")
    bob = await wired.till.customers.get((await _bill(wired, BOB, "20.00", "stripe"))[0])
    wired.parts.stripe.deliveries.configure({"faults": {"drop": 9}})
    wired.parts.stripe.pay(await wired.till.order_of(bill))
    talk, calls = Talk(wired.till), wired.asked("stripe")

    answers = [await talk.say(bob, f"/start {kind}_{bill.id.hex}") for kind in ("paid", "cancel")]

    assert ["do not find this bill" in as_read(answer.text) for answer in answers] == [True, True]
    assert wired.asked("stripe") == calls
    assert await wired.till.balance(ana) == NOTHING
    for tried in (wired.till.topups.check, wired.till.topups.cancel, wired.till.topups.bill):
        with pytest.raises(TopupNotFound):
            await tried(bob.id, bill.id)


async def test_a_notice_that_comes_before_its_bill_is_written_down_loses_nothing(wired: Wired) -> None:
    ana = await wired.till.customer(ANA)
    bill = await wired.till.topups.ask(ana, "stripe", Decimal("20.00"))
    wired.parts.ring_at("http://127.0.0.1:9")
    await wired.gateways["stripe"].open(wired.till.topup_jobs._wish(await _row(wired, bill)))
    (order,) = wired.parts.stripe.account.sessions
    wired.parts.ring_at(wired.shop)
    wired.parts.stripe.pay(order)
    await wired.deliver()
    early = await wired.till.balance(ana)

    await wired.till.topup_jobs.open_drafts()
    wired.advance(31)
    await wired.deliver()

    assert early == NOTHING
    assert await wired.till.balance(ana) == Decimal("20.00")
    assert len(wired.parts.stripe.account.sessions) == 1


async def _row(wired: Wired, bill: Bill) -> Any:
    return await wired.till.store.read(lambda connection: topups.by_id(connection, bill.id))
