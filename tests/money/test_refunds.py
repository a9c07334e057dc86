"""Money out: held first, asked for with a key, proven by a look; never twice, whoever else gave back."""

from decimal import Decimal

import pytest

from db.states import RefundState
from db.store import Store
from services.errors import GatewayRefused, GatewayUnavailable
from services.ports.gateway import DisputeState
from services.refunds import (
    NothingToRefund,
    PaymentDisputed,
    PaymentNotFound,
    RefundedWhole,
    RefundTooLarge,
    RefundUnderWay,
)
from tests.money.till import Till, open_till


async def test_credits_are_held_before_the_gateway_hears_of_a_refund(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)

    refund = await till.refund(admin, "pi_1")

    assert till.gateway.asked == []
    assert await till.balance(ana) == Decimal("0.00")
    assert (await till.card(refund)).state is RefundState.ASKED
    assert await till.breaches() == []


async def test_a_refund_ends_when_the_gateway_shows_it_and_everybody_is_told(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    refund = await till.refund(admin, "pi_1", "5.00")

    await till.refund_jobs.run_due()
    await till.settlement.settle((await till.refunds.card(refund)).id)
    card = await till.card(refund)

    assert (card.state, card.credits, card.balance) == (
        RefundState.COMPLETED,
        Decimal("5.00"),
        Decimal("15.00"),
    )
    assert [fact["why"] for fact in await till.said("credits.taken")] == ["refund"]
    assert len(await till.said("refund.card")) == 2
    assert await till.case_kinds() == []
    assert await till.breaches() == []


async def test_what_the_gateway_tells_of_our_own_refund_takes_nothing_more(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.paid_bill(ana)
    await till.refund(admin, "pi_1", "5.00")
    await till.refund_jobs.run_due()

    for _ in range(3):
        await till.settlement.settle(bill.id)

    assert await till.balance(ana) == Decimal("15.00")


async def test_ours_and_one_made_at_the_gateway_are_both_taken_once(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.paid_bill(ana)
    await till.refund(admin, "pi_1", "5.00")
    till.gateway.change("pi_1", refunded=Decimal("3.00"))
    await till.settlement.settle(bill.id)
    held = await till.balance(ana)

    await till.refund_jobs.run_due()
    await till.settlement.settle(bill.id)

    assert held == Decimal("15.00")
    assert await till.balance(ana) == Decimal("12.00")
    assert await till.breaches() == []


async def test_the_same_order_told_twice_is_one_refund(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)

    first = await till.refund(admin, "pi_1", "5.00", key="update:7")
    again = await till.refund(admin, "pi_1", "5.00", key="update:7")
    await till.refund_jobs.run_due()

    assert first == again
    assert len(till.gateway.refunds) == 1
    assert await till.balance(ana) == Decimal("15.00")


async def test_a_lost_answer_is_looked_for_and_not_asked_for_again(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    till.gateway.lost = [GatewayUnavailable("the line went dead")]
    refund = await till.refund(admin, "pi_1")
    await till.refund_jobs.run_due()
    after_silence = await till.card(refund)

    till.clock.advance(60)
    await till.refund_jobs.run_due()

    assert after_silence.state is RefundState.UNKNOWN
    assert (await till.card(refund)).state is RefundState.COMPLETED
    assert len(till.gateway.asked) == 1
    assert await till.balance(ana) == Decimal("0.00")


async def test_a_gateway_that_was_down_is_asked_again_with_the_same_key(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    till.gateway.answers = [GatewayUnavailable("503"), GatewayUnavailable("503")]
    refund = await till.refund(admin, "pi_1")

    for _ in range(3):
        await till.refund_jobs.run_due()
        till.clock.advance(120)

    assert (await till.card(refund)).state is RefundState.COMPLETED
    assert till.gateway.asked == [str(refund)] * 3
    assert len(till.gateway.refunds) == 1


async def test_a_definite_no_gives_the_credits_back(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    till.gateway.answers = [GatewayRefused("insufficient_funds")]
    refund = await till.refund(admin, "pi_1")

    await till.refund_jobs.run_due()
    card = await till.card(refund)

    assert (card.state, card.error) == (RefundState.FAILED, "insufficient_funds")
    assert await till.balance(ana) == Decimal("20.00")
    assert await till.said("credits.taken") == []
    assert await till.breaches() == []


async def test_a_refund_nobody_confirms_becomes_a_case_that_ends_with_it(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    till.gateway.answers = [GatewayUnavailable("503")] * 6
    await till.refund(admin, "pi_1")

    for _ in range(6):
        await till.refund_jobs.run_due()
        till.clock.advance(1800)
    waiting = await till.case_kinds()
    await till.refund_jobs.run_due()

    assert waiting == ["refund.waiting"]
    assert await till.case_kinds() == []
    assert await till.resolved() == ["completed"]


async def test_a_key_the_gateway_may_have_forgotten_is_not_used_again(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    till.gateway.answers = [GatewayUnavailable("503")]
    await till.refund(admin, "pi_1")
    await till.refund_jobs.run_due()

    till.clock.advance(21 * 3600)
    await till.refund_jobs.run_due()

    assert len(till.gateway.asked) == 1
    assert await till.balance(ana) == Decimal("0.00")


async def test_an_accepted_refund_waits_until_it_is_shown(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    till.gateway.is_slow_to_show = True
    refund = await till.refund(admin, "pi_1")
    await till.refund_jobs.run_due()
    accepted = (await till.card(refund)).state

    till.gateway.change("pi_1", refunded=Decimal("20.00"))
    till.clock.advance(60)
    await till.refund_jobs.run_due()

    assert accepted is RefundState.ACCEPTED
    assert (await till.card(refund)).state is RefundState.COMPLETED
    assert len(till.gateway.asked) == 1


async def test_a_refund_that_fails_after_all_puts_the_credits_back_once(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.paid_bill(ana)
    await till.refund(admin, "pi_1", "5.00")
    await till.refund_jobs.run_due()
    till.gateway.change("pi_1", refunded=Decimal(0))

    balances = []
    for _ in range(3):
        await till.settlement.settle(bill.id)
        balances.append(str(await till.balance(ana)))
    till.gateway.change("pi_1", refunded=Decimal("5.00"))
    await till.settlement.settle(bill.id)

    assert balances == ["20.00"] * 3
    assert await till.balance(ana) == Decimal("15.00")
    assert await till.case_kinds() == ["payment.refund", "payment.refund_undone"]
    assert await till.breaches() == []


async def test_a_refund_of_spent_credits_leaves_a_debt_that_the_next_payment_covers(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    await till.spend(ana, "19.00", admin)

    refund = await till.refund(admin, "pi_1")
    await till.refund_jobs.run_due()
    owed = await till.card(refund)
    await till.paid_bill(ana, "25.00", "pi_2")

    assert (owed.state, owed.balance) == (RefundState.COMPLETED, Decimal("-19.00"))
    assert await till.balance(ana) == Decimal("6.00")
    assert await till.breaches() == []


async def test_a_disputed_payment_is_not_refunded_besides(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)
    till.gateway.change("pi_1", dispute=DisputeState.OPEN, disputed=Decimal("20.00"))

    with pytest.raises(PaymentDisputed):
        await till.refund(admin, "pi_1")

    assert await till.balance(ana) == Decimal("0.00")
    assert await till.case_kinds() == ["payment.chargeback"]


async def test_a_bonus_goes_back_with_the_payment_it_came_with(store: Store) -> None:
    till = open_till(store, bonuses={"50": Decimal(10)})
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana, "50.00")
    with_bonus = await till.balance(ana)

    await till.refund(admin, "pi_1", "25.00", key="a")
    await till.refund_jobs.run_due()
    after_half = await till.balance(ana)
    await till.refund(admin, "pi_1", key="b")
    await till.refund_jobs.run_due()

    assert (with_bonus, after_half) == (Decimal("55.00"), Decimal("27.50"))
    assert await till.balance(ana) == Decimal("0.00")
    assert await till.breaches() == []


async def test_what_cannot_go_back_is_refused_and_holds_nothing(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)

    with pytest.raises(PaymentNotFound):
        await till.refund(admin, "pi_of_nobody")
    for amount in ("20.01", "0", "-1", "NaN", "1.001"):
        with pytest.raises(RefundTooLarge):
            await till.refund(admin, "pi_1", amount)
    till.gateway.can_refund_partly = False
    with pytest.raises(RefundedWhole):
        await till.refund(admin, "pi_1", "5.00")
    await till.refund(admin, "pi_1", key="whole")
    with pytest.raises(RefundUnderWay):
        await till.refund(admin, "pi_1", key="again")
    await till.refund_jobs.run_due()
    with pytest.raises(NothingToRefund):
        await till.refund(admin, "pi_1", key="and again")

    assert len(till.gateway.refunds) == 1


@pytest.mark.parametrize("named_by", ["payment", "receipt", "bill"])
async def test_a_payment_is_found_by_its_own_id_its_receipt_and_its_bill(till: Till, named_by: str) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.paid_bill(ana)
    (receipt,) = await till.subjects("topup.paid")
    words = {"payment": "pi_1", "receipt": receipt, "bill": str(bill.id)}[named_by]

    refund = await till.refund(admin, words)

    assert (await till.card(refund)).payment_id == "pi_1"
