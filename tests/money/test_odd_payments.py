"""Money that is not what a bill said, or came twice, or came where nobody looked: a person decides, once."""

from decimal import Decimal

import pytest

from db.states import RefundState
from db.store import Store
from services.errors import GatewayRefused
from services.payment_cases import CaseIsOver, Decision, decisions_for
from services.views import TopupState
from tests.money.till import Till, open_till


async def test_two_odd_payments_of_one_bill_are_two_cases(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, "pi_1", amount=Decimal("2.00"))
    till.gateway.pay(bill, "pi_2", amount=Decimal("3.00"))

    await till.settlement.settle(bill.id)

    assert await till.case_kinds() == ["payment.mismatch", "payment.mismatch"]
    assert await till.balance(ana) == Decimal("0.00")


async def test_an_admin_credits_what_was_really_paid(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, amount=Decimal("2.00"))
    await till.settlement.settle(bill.id)
    (case,) = await till.open_cases()

    await till.payment_cases.decide(admin, case.id, "credit_paid", "update:1")
    with pytest.raises(CaseIsOver):
        await till.payment_cases.decide(admin, case.id, "credit_paid", "update:2")
    for _ in range(3):
        await till.settlement.settle(bill.id)

    assert decisions_for(case) == (Decision.CREDIT_PAID, Decision.REFUND)
    assert await till.balance(ana) == Decimal("2.00")
    assert (await till.topups.bill(ana, bill.id)).state is TopupState.PAID
    assert await till.case_kinds() == []
    assert await till.breaches() == []


async def test_an_admin_sends_an_odd_payment_back(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, amount=Decimal("200.00"))
    await till.settlement.settle(bill.id)
    (case,) = await till.open_cases()

    await till.payment_cases.decide(admin, case.id, "refund", "update:1")
    await till.refund_jobs.run_due()
    await till.settlement.settle(bill.id)

    (sent,) = till.gateway.refunds.values()
    assert (sent.amount, sent.is_whole) == (Decimal("200.00"), True)
    assert await till.balance(ana) == Decimal("0.00")
    assert [fact["why"] for fact in await till.said("topup.returned")] == ["mismatch"]
    assert (await till.topups.bill(ana, bill.id)).state is TopupState.FAILED
    assert await till.case_kinds() == []


async def test_an_odd_payment_that_cannot_go_back_still_brings_no_more_than_was_paid(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.open_bill(ana, "100.00")
    till.gateway.pay(bill, amount=Decimal("1.00"))
    await till.settlement.settle(bill.id)
    (case,) = await till.open_cases()
    till.gateway.answers = [GatewayRefused("insufficient_funds")]
    await till.payment_cases.decide(admin, case.id, "refund", "update:1")
    await till.refund_jobs.run_due()

    (again,) = await till.open_cases()
    await till.payment_cases.decide(admin, again.id, decisions_for(again)[0], "update:2")

    assert again.facts["refund_refused"] == "insufficient_funds"
    assert decisions_for(again) == decisions_for(case)
    assert await till.balance(ana) == Decimal("1.00")
    assert await till.breaches() == []


async def test_another_currency_is_credited_as_the_bill_said_or_not_at_all(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, currency="USD")
    await till.settlement.settle(bill.id)
    (case,) = await till.open_cases()

    await till.payment_cases.decide(admin, case.id, "credit_bill", "update:1")

    assert decisions_for(case) == (Decision.CREDIT_BILL, Decision.REFUND)
    assert await till.balance(ana) == Decimal("20.00")
    assert await till.breaches() == []


async def test_a_decided_case_is_not_opened_again(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, amount=Decimal("2.00"))
    await till.settlement.settle(bill.id)
    (case,) = await till.open_cases()

    await till.cases.resolve(admin, case.id, "done", "update:1")
    await till.settlement.settle(bill.id)

    assert await till.case_kinds() == []


async def test_an_odd_payment_refunded_at_the_gateway_ends_its_case(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, amount=Decimal("2.00"))
    await till.settlement.settle(bill.id)

    till.gateway.change("pi_1", refunded=Decimal("2.00"))
    await till.settlement.settle(bill.id)

    assert await till.case_kinds() == []


async def test_a_bill_paid_twice_is_credited_twice_or_the_second_goes_back(store: Store) -> None:
    till = open_till(store, refunds_second_payments=True)
    ana = await till.customer()
    bill = await till.paid_bill(ana)
    till.gateway.pay(bill, "pi_2")

    for _ in range(3):
        await till.settlement.settle(bill.id)
        await till.refund_jobs.run_due()

    assert await till.balance(ana) == Decimal("20.00")
    assert [order.payment_id for order in till.gateway.refunds.values()] == ["pi_2"]
    assert [fact["why"] for fact in await till.said("topup.returned")] == ["second"]
    assert await till.breaches() == []


async def test_a_second_payment_that_cannot_go_back_is_never_dropped(store: Store) -> None:
    till = open_till(store, refunds_second_payments=True)
    ana, admin = await till.customer(), await till.admin()
    bill = await till.paid_bill(ana)
    till.gateway.pay(bill, "pi_2")
    till.gateway.answers = [GatewayRefused("not_offered")]
    await till.settlement.settle(bill.id)
    await till.refund_jobs.run_due()
    (case,) = await till.open_cases()

    await till.payment_cases.decide(admin, case.id, "credit_bill", "update:1")

    assert case.kind == "payment.second"
    assert await till.balance(ana) == Decimal("40.00")
    assert await till.breaches() == []


async def test_a_payment_in_the_chat_that_names_no_bill_is_a_case(till: Till) -> None:
    await till.admin()

    await till.topups.paid_in_chat(1, "no bill of ours", "XTR", 800, "stx_1")
    await till.topups.paid_in_chat(1, "no bill of ours", "XTR", 800, "stx_1")

    (case,) = await till.open_cases()
    assert (case.kind, case.subject) == ("payment.stray", "stx_1")


async def test_a_refund_decided_for_a_payment_credited_meanwhile_takes_the_credits(till: Till) -> None:
    ana, admin = await till.customer(), await till.admin()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, amount=Decimal("2.00"))
    await till.settlement.settle(bill.id)
    (case,) = await till.open_cases()
    await till.payment_cases.decide(admin, case.id, "credit_paid", "update:1")

    refund = await till.refund(admin, "pi_1")
    await till.refund_jobs.run_due()

    assert (await till.card(refund)).state is RefundState.COMPLETED
    assert await till.balance(ana) == Decimal("0.00")
    assert await till.breaches() == []
