"""Each way to pay, from the wish to the money and back, over loopback and on both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.mercadopago.payers import Paying
from bot.sandbox.payments.stripe.payers import Payment as StripePaying
from db.states import RefundState
from db.store import Store
from services.views import Bill, TopupState
from tests.money.wired import ANA, Wired, open_wired

WAYS = ("pix", "mercadopago", "stripe", "stars", "cryptopay")


@pytest.fixture
async def wired(store: Store) -> AsyncIterator[Wired]:
    async with open_wired(store) as wired:
        yield wired


async def _open(wired: Wired, way: str) -> tuple[UUID, Bill]:
    ana = await wired.till.customer(ANA)
    bill = await wired.till.open_bill(ana, gateway=way)
    assert bill.state is TopupState.OPEN
    return ana, bill


async def _pay(wired: Wired, way: str, bill: Bill) -> None:
    order = await wired.till.order_of(bill)
    match way:
        case "pix":
            wired.parts.mercadopago.pay_code(bill.copy_code or "")
        case "mercadopago":
            wired.parts.mercadopago.pay_preference(order, Paying())
        case "stripe":
            wired.parts.stripe.pay(order)
        case "cryptopay":
            wired.parts.cryptopay.pay(order)
        case _:
            assert (await wired.pay_stars(bill))["ok"]


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_paid_is_credited_once(wired: Wired, way: str) -> None:
    ana, bill = await _open(wired, way)
    await _pay(wired, way, bill)

    await wired.deliver()
    wired.advance(3)
    await wired.till.topups.check(ana, bill.id)
    await wired.till.payment_sweep.run_due()

    assert await wired.till.balance(ana) == Decimal("20.00")
    assert (await wired.till.topups.bill(ana, bill.id)).state is TopupState.PAID
    assert len(await wired.till.said("topup.paid")) == 1
    assert await wired.till.breaches() == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_shop_nobody_can_call_finds_each_payment_by_itself(wired: Wired, way: str) -> None:
    wired.parts.ring_at("http://127.0.0.1:9")
    ana, bill = await _open(wired, way)
    await _pay(wired, way, bill)

    wired.advance(31)
    await wired.till.topup_jobs.poll_due()

    assert await wired.till.balance(ana) == Decimal("20.00")


@pytest.mark.parametrize("way", ["pix", "mercadopago", "stripe", "stars"])
async def test_an_admin_sends_it_all_back(wired: Wired, way: str) -> None:
    ana, bill = await _open(wired, way)
    await _pay(wired, way, bill)
    await wired.deliver()
    admin = await wired.till.admin()

    refund = await wired.till.refund(admin, str(bill.id))
    await wired.till.refund_jobs.run_due()
    await wired.deliver()

    assert (await wired.till.card(refund)).state is RefundState.COMPLETED
    assert await wired.till.balance(ana) == Decimal("0.00")
    assert set(wired.parts.ledgers()["stars"].values()) == {0}
    assert await wired.till.case_kinds() == []
    assert await wired.till.breaches() == []


@pytest.mark.parametrize("way", ["pix", "mercadopago", "stripe"])
async def test_an_admin_sends_a_part_back(wired: Wired, way: str) -> None:
    ana, bill = await _open(wired, way)
    await _pay(wired, way, bill)
    await wired.deliver()

    refund = await wired.till.refund(await wired.till.admin(), str(bill.id), "7.50")
    await wired.till.refund_jobs.run_due()
    await wired.deliver()

    assert (await wired.till.card(refund)).state is RefundState.COMPLETED
    assert await wired.till.balance(ana) == Decimal("12.50")
    assert await wired.till.breaches() == []


async def test_cryptopay_sends_nothing_back_and_the_credits_stay(wired: Wired) -> None:
    ana, bill = await _open(wired, "cryptopay")
    await _pay(wired, "cryptopay", bill)
    await wired.deliver()

    refund = await wired.till.refund(await wired.till.admin(), str(bill.id))
    await wired.till.refund_jobs.run_due()

    assert (await wired.till.card(refund)).state is RefundState.FAILED
    assert await wired.till.balance(ana) == Decimal("20.00")
    assert await wired.till.breaches() == []


@pytest.mark.parametrize("way", ["pix", "mercadopago", "stripe"])
async def test_a_bill_that_was_closed_cannot_be_paid_any_more(wired: Wired, way: str) -> None:
    ana, bill = await _open(wired, way)

    await wired.till.topups.cancel(ana, bill.id)
    await wired.deliver()

    with pytest.raises(ImpossibleOrderError, match="nobody can pay"):
        await _pay(wired, way, bill)


async def test_stars_of_a_cancelled_bill_are_refused_before_they_move(wired: Wired) -> None:
    ana, bill = await _open(wired, "stars")
    await wired.till.topups.cancel(ana, bill.id)

    said = await wired.pay_stars(bill)

    assert said == {"ok": False, "error": "error-bill-over"}
    assert wired.parts.telegram.stars == 0


async def test_stars_that_belong_to_no_bill_go_back_to_their_payer(wired: Wired) -> None:
    _, bill = await _open(wired, "stars")
    admin = await wired.till.admin()
    forgotten = await wired.telegram.call(
        "createInvoiceLink",
        title="x",
        description="x",
        payload="a bill that is lost",
        currency="XTR",
        prices=[{"label": "x", "amount": 70}],
    )
    wired.till.topups.question = _agree  # type: ignore[method-assign,assignment]
    assert (await wired.pay_stars(replace(bill, link=forgotten)))["ok"]
    taken = wired.parts.telegram.stars
    (case,) = await wired.till.open_cases()

    await wired.till.payment_cases.decide(admin, case.id, "refund", "update:1")
    await wired.till.refund_jobs.run_due()
    await wired.till.refund_jobs.run_due()

    assert (taken, wired.parts.telegram.stars) == (70, 0)
    assert await wired.till.case_kinds() == []
    assert [fact["why"] for fact in await wired.till.said("topup.returned")] == ["stray"]


async def _agree(*_question: object) -> None:
    """Nothing speaks against it: so it was when the bill was still known."""


async def test_stars_given_back_by_telegram_take_the_credits(wired: Wired) -> None:
    ana, bill = await _open(wired, "stars")
    paid = await wired.pay_stars(bill)
    await wired.deliver()

    await wired.do(f"/world/telegram/people/{ANA}/refund_stars", charge_id=paid["charge_id"])
    await wired.deliver()
    await wired.till.payment_sweep.run_due()

    assert await wired.till.balance(ana) == Decimal("0.00")
    assert await wired.till.breaches() == []


async def test_a_lost_refund_answer_of_stripe_sends_nothing_twice(wired: Wired) -> None:
    ana, bill = await _open(wired, "stripe")
    await _pay(wired, "stripe", bill)
    await wired.deliver()
    wired.parts.stripe.faults.add({"kind": "reset_after", "path": "/v1/refunds", "times": 3})

    refund = await wired.till.refund(await wired.till.admin(), str(bill.id), "5.00")
    for _ in range(3):
        await wired.till.refund_jobs.run_due()
        wired.advance(60)

    refunds = [row for row in wired.parts.stripe.ledger()["movements"] if row["kind"] == "refund"]
    assert (await wired.till.card(refund)).state is RefundState.COMPLETED
    assert len(refunds) == 1
    assert await wired.till.balance(ana) == Decimal("15.00")


async def test_a_stripe_refund_that_fails_later_comes_back_to_the_customer(wired: Wired) -> None:
    ana, bill = await _open(wired, "stripe")
    await _pay(wired, "stripe", bill)
    await wired.deliver()
    await wired.till.refund(await wired.till.admin(), str(bill.id))
    await wired.till.refund_jobs.run_due()
    refunded = await wired.till.balance(ana)
    (given,) = wired.parts.stripe.account.refunds

    wired.parts.stripe.fail_refund(given)
    await wired.deliver()

    assert refunded == Decimal("0.00")
    assert await wired.till.balance(ana) == Decimal("20.00")
    assert await wired.till.case_kinds() == ["payment.refund_undone"]
    assert await wired.till.breaches() == []


async def test_a_boleto_paid_after_its_bill_ended_is_credited(wired: Wired) -> None:
    ana, bill = await _open(wired, "stripe")
    wired.parts.stripe.pay(await wired.till.order_of(bill), StripePaying(outcome="late"))
    wired.advance(40 * 60)
    await wired.till.topup_jobs.poll_due()
    at_its_end = await wired.till.balance(ana)

    wired.advance(3600)
    await wired.deliver()

    assert at_its_end in (Decimal("0.00"), Decimal("20.00"))
    assert await wired.till.balance(ana) == Decimal("20.00")
