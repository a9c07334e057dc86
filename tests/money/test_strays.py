"""A payment in the chat that belongs to no bill goes back by an admin's word, once."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest

from db.states import RefundState
from db.store import Store
from services.errors import GatewayRefused, GatewayUnavailable
from services.payment_cases import CaseIsOver, Decision, decisions_for
from services.views import Bill, CaseCard, Customer
from services.ways import UnknownWay
from tests.money.till import GivingGateway, Till, open_till


class StarsTaker(GivingGateway):
    """Asks for Stars, as the one that takes payments in the chat does."""

    can_refund_partly = False

    def __init__(self) -> None:
        super().__init__("stars")

    def price_of(self, amount: Decimal) -> tuple[Decimal, str] | None:
        return amount * 40, "XTR"


@dataclass
class Counter:
    till: Till
    stars: StarsTaker
    ana: UUID
    admin: Customer

    async def stray(self) -> CaseCard:
        """Ana pays 800 Stars for nothing of ours."""
        await self.till.topups.paid_in_chat(1, "no bill of ours", "XTR", 800, "stx_1")
        (case,) = await self.till.open_cases()
        return case

    async def send_back(self, case: CaseCard, key: str = "update:1") -> UUID:
        await self.till.payment_cases.decide(self.admin, case.id, "refund", key)
        return UUID((await self.till.subjects("refund.card"))[-1])


@pytest.fixture
async def counter(store: Store) -> Counter:
    stars = StarsTaker()
    till = open_till(store, {"stripe": GivingGateway(), "stars": stars})
    return Counter(till, stars, await till.customer(), await till.admin())


async def test_it_is_sent_back_whole_to_whoever_paid(counter: Counter) -> None:
    case = await counter.stray()

    refund = await counter.send_back(case)
    await counter.till.refund_jobs.run_due()

    (sent,) = counter.stars.refunds.values()
    assert decisions_for(case) == (Decision.REFUND,)
    assert (sent.payment_id, sent.amount, sent.currency, sent.is_whole, sent.telegram_id) == (
        "stx_1",
        Decimal(800),
        "XTR",
        True,
        1,
    )
    assert (await counter.till.card(refund)).state is RefundState.COMPLETED
    assert await counter.till.said("topup.returned") == [
        {"amount": "800.00", "currency": "XTR", "why": "stray"}
    ]
    assert await counter.till.case_kinds() == []
    assert await counter.till.balance(counter.ana) == Decimal("0.00")
    assert await counter.till.breaches() == []


async def test_two_admins_send_it_back_once(counter: Counter) -> None:
    case = await counter.stray()

    both = await asyncio.gather(
        *(counter.send_back(case, f"update:{each}") for each in range(2)), return_exceptions=True
    )
    for _ in range(3):
        await counter.till.refund_jobs.run_due()
        counter.till.clock.advance(120)

    assert sorted(type(each).__name__ for each in both) == ["CaseIsOver", "UUID"]
    assert len(counter.stars.asked) == 1


async def test_it_is_ordered_before_the_gateway_hears_of_it(counter: Counter) -> None:
    case = await counter.stray()

    refund = await counter.send_back(case)

    assert counter.stars.asked == []
    assert (await counter.till.card(refund)).state is RefundState.ASKED
    with pytest.raises(CaseIsOver):
        await counter.send_back(case, "update:2")


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(counter: Counter) -> None:
    refund = await counter.send_back(await counter.stray())
    counter.stars.lost = [GatewayUnavailable("the line went dead")]

    await counter.till.refund_jobs.run_due()
    unsure = (await counter.till.card(refund)).state
    counter.till.clock.advance(60)
    await counter.till.refund_jobs.run_due()

    assert unsure is RefundState.UNKNOWN
    assert len(counter.stars.asked) == 2
    assert len(set(counter.stars.asked)) == len(counter.stars.refunds) == 1
    assert (await counter.till.card(refund)).state is RefundState.COMPLETED


async def test_a_refusal_puts_it_before_the_admins_again(counter: Counter) -> None:
    refund = await counter.send_back(await counter.stray())
    counter.stars.answers = [GatewayRefused("CHARGE_NOT_FOUND")]
    await counter.till.refund_jobs.run_due()

    (again,) = await counter.till.open_cases()
    second = await counter.send_back(again, "update:2")
    await counter.till.refund_jobs.run_due()

    assert again.facts["refund_refused"] == "CHARGE_NOT_FOUND"
    assert (await counter.till.card(refund)).state is RefundState.FAILED
    assert (await counter.till.card(second)).state is RefundState.COMPLETED
    assert len(counter.stars.refunds) == 1


async def test_once_decided_it_is_not_told_again(counter: Counter) -> None:
    await counter.send_back(await counter.stray())

    await counter.till.topups.paid_in_chat(1, "no bill of ours", "XTR", 800, "stx_1")

    assert await counter.till.case_kinds() == []


async def test_stars_that_telegram_gave_back_need_no_decision(counter: Counter) -> None:
    await counter.stray()

    await counter.till.topups.refunded_in_chat("stx_1")

    assert await counter.till.case_kinds() == []
    assert await counter.till.resolved() == ["refunded"]


async def test_without_anybody_who_takes_stars_the_case_stays_open(counter: Counter) -> None:
    case = await counter.stray()
    blind = open_till(counter.till.store)

    with pytest.raises(UnknownWay):
        await blind.payment_cases.decide(counter.admin, case.id, "refund", "update:1")

    assert await counter.till.case_kinds() == ["payment.stray"]
    assert await blind.refund_jobs.run_due() == 0


async def _bill_in_stars(counter: Counter) -> Bill:
    """A bill that stood while nobody took Stars, and was paid all the same."""
    bill = await counter.till.open_bill(counter.ana, gateway="stars")
    counter.stars.pay(bill, "stx_1")
    return bill


async def test_a_stray_whose_bill_is_found_is_credited_and_cannot_go_back_too(counter: Counter) -> None:
    case, bill = await counter.stray(), await _bill_in_stars(counter)

    await counter.till.settlement.settle(bill.id)

    assert await counter.till.case_kinds() == []
    with pytest.raises(CaseIsOver):
        await counter.send_back(case)
    await counter.till.refund_jobs.run_due()
    assert counter.stars.refunds == {}
    assert await counter.till.balance(counter.ana) == Decimal("20.00")


async def test_a_stray_that_was_sent_back_is_not_credited_too(counter: Counter) -> None:
    case, bill = await counter.stray(), await _bill_in_stars(counter)

    await counter.send_back(case)
    await counter.till.settlement.settle(bill.id)
    before_it_went = await counter.till.balance(counter.ana)
    await counter.till.refund_jobs.run_due()
    await counter.till.settlement.settle(bill.id)

    assert before_it_went == Decimal("0.00")
    assert len(counter.stars.refunds) == 1
    assert await counter.till.balance(counter.ana) == Decimal("0.00")
    assert await counter.till.breaches() == []
