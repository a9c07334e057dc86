import asyncio
from dataclasses import replace
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from db import people
from services.errors import GatewayRefused, GatewayUnavailable
from services.ports.gateway import DisputeState, EmailNeeded, Payment, PaymentState
from services.topups import CheckedJustNow, TopupNotFound
from services.views import Bill, TopupState
from services.ways import AmountTooLarge, AmountTooSmall, UnknownWay
from tests.shop.shop import Shop


async def _open_bill(shop: Shop, user_id: UUID, amount: str = "20.00") -> Bill:
    bill = await shop.topups.ask(user_id, "stripe", Decimal(amount))
    await shop.topup_jobs.open_drafts()
    return await shop.topups.bill(user_id, bill.id)


def _payment(bill: Bill, payment_id: str = "pi_1", amount: str = "20.00") -> Payment:
    return Payment(
        payment_id, PaymentState.PAID, Decimal(amount), "BRL", reference=str(bill.id), is_live=False
    )


def _pay(shop: Shop, bill: Bill, *payments: Payment) -> None:
    shop.gateway.payments[f"cs_{bill.id.hex}"] = list(payments)


async def test_a_bill_is_made_by_the_gateway_and_put_down_to_be_said(shop: Shop) -> None:
    ana = await shop.ana("0.00")

    bill = await _open_bill(shop, ana)

    assert bill.state is TopupState.OPEN
    assert bill.link == f"https://pay.example/cs_{bill.id.hex}"
    assert shop.gateway.bills[0].amount == Decimal("20.00")
    assert await shop.balance(ana) == Decimal("0.00")
    assert len(await shop.said("topup.bill")) == 1


async def test_a_paid_bill_is_credited_once_however_often_it_is_told(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    _pay(shop, bill, _payment(bill))

    await asyncio.gather(*(shop.settlement.settle(bill.id) for _ in range(10)))

    assert await shop.balance(ana) == Decimal("20.00")
    assert (await shop.topups.bill(ana, bill.id)).state is TopupState.PAID
    assert len(await shop.said("topup.paid")) == 1
    assert await shop.breaches() == []


async def test_polling_finds_a_payment_that_no_doorbell_told(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    _pay(shop, bill, _payment(bill))

    shop.clock.advance(31)
    await shop.topup_jobs.poll_due()

    assert await shop.balance(ana) == Decimal("20.00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal("2.00")},
        {"amount": Decimal("20.01")},
        {"currency": "USD"},
        {"reference": str(UUID(int=1))},
        {"reference": None},
        {"is_live": True},
    ],
    ids=str,
)
async def test_a_payment_that_is_not_what_the_bill_said_becomes_a_case(
    shop: Shop, wrong: dict[str, object]
) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    _pay(shop, bill, replace(_payment(bill), **wrong))  # type: ignore[arg-type]

    await shop.settlement.settle(bill.id)
    await shop.settlement.settle(bill.id)

    assert await shop.balance(ana) == Decimal("0.00")
    assert await shop.open_cases() == ["payment.mismatch"]
    assert (await shop.topups.bill(ana, bill.id)).state is TopupState.REVIEW


async def test_money_to_another_account_is_not_ours(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    shop.gateway.receiver = "ours"
    bill = await _open_bill(shop, ana)
    _pay(shop, bill, replace(_payment(bill), receiver="theirs"))

    await shop.settlement.settle(bill.id)

    assert await shop.balance(ana) == Decimal("0.00")


async def test_an_unpaid_bill_expires_and_a_late_payment_still_counts(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    shop.clock.advance(36 * 60)
    await shop.topup_jobs.poll_due()
    expired = (await shop.topups.bill(ana, bill.id)).state

    _pay(shop, bill, _payment(bill))
    shop.clock.advance(10 * 60)
    await shop.topup_jobs.poll_due()

    assert expired is TopupState.EXPIRED
    assert await shop.balance(ana) == Decimal("20.00")
    assert (await shop.topups.bill(ana, bill.id)).state is TopupState.PAID
    assert await shop.breaches() == []


async def test_a_bill_that_wants_an_email_says_so_and_is_made_once_it_is_known(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    shop.gateway.failure = EmailNeeded()
    refused = await _open_bill(shop, ana)

    shop.gateway.failure = None
    await shop.store.write(partial(people.change, user_id=ana, now=shop.clock.now(), email="ana@example.com"))
    bill = await _open_bill(shop, ana)

    assert refused.state is TopupState.FAILED
    assert await shop.said("topup.refused") == [{"gateway": "stripe", "reason": "email_needed"}]
    assert bill.state is TopupState.OPEN
    assert shop.gateway.bills[0].payer_email == "ana@example.com"


async def test_two_payments_of_one_bill_are_both_credited(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    _pay(shop, bill, _payment(bill), _payment(bill, "pi_2"))

    await shop.settlement.settle(bill.id)
    await shop.settlement.settle(bill.id)

    assert await shop.balance(ana) == Decimal("40.00")
    assert await shop.breaches() == []


async def test_a_cancelled_bill_is_closed_at_its_gateway(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)

    cancelled = await shop.topups.cancel(ana, bill.id)
    await shop.topup_jobs.poll_due()

    assert cancelled.state is TopupState.CANCELLED
    assert shop.gateway.closed == [f"cs_{bill.id.hex}"]


async def test_a_gateway_that_says_no_ends_the_wish(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    shop.gateway.failure = GatewayRefused("amount_too_small")

    bill = await _open_bill(shop, ana)

    assert bill.state is TopupState.FAILED
    assert len(await shop.said("topup.refused")) == 1


async def test_a_gateway_that_is_down_is_asked_again(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    shop.gateway.failure = GatewayUnavailable("503")
    bill = await _open_bill(shop, ana)
    shop.gateway.failure = None

    shop.clock.advance(6)
    await shop.topup_jobs.open_drafts()

    assert bill.state is TopupState.DRAFT
    assert (await shop.topups.bill(ana, bill.id)).state is TopupState.OPEN


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        ("4.99", AmountTooSmall),
        ("0", AmountTooSmall),
        ("-20", AmountTooSmall),
        ("NaN", AmountTooSmall),
        ("10.001", AmountTooSmall),
        ("1000.01", AmountTooLarge),
        ("1E+99", AmountTooLarge),
        ("Infinity", AmountTooSmall),
    ],
)
async def test_an_impossible_amount_is_refused(shop: Shop, amount: str, refusal: type[Exception]) -> None:
    ana = await shop.ana("0.00")

    with pytest.raises(refusal):
        await shop.topups.ask(ana, "stripe", Decimal(amount))


async def test_an_unknown_way_is_refused(shop: Shop) -> None:
    ana = await shop.ana("0.00")

    with pytest.raises(UnknownWay):
        await shop.topups.ask(ana, "cheque", Decimal(20))


async def test_somebody_elses_bill_is_not_shown_nor_checked(shop: Shop) -> None:
    ana, bob = await shop.ana("0.00"), await shop.ana("0.00", telegram_id=2, username="bob")
    bill = await _open_bill(shop, ana)

    with pytest.raises(TopupNotFound):
        await shop.topups.bill(bob, bill.id)
    with pytest.raises(TopupNotFound):
        await shop.topups.check(bob, bill.id)

    assert shop.gateway.fetches == 0


async def test_i_paid_asks_the_gateway_and_not_twice_in_a_moment(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)

    await shop.topups.check(ana, bill.id)
    with pytest.raises(CheckedJustNow):
        await shop.topups.check(ana, bill.id)
    shop.clock.advance(4)
    _pay(shop, bill, _payment(bill))
    checked = await shop.topups.check(ana, bill.id)

    assert checked.state is TopupState.PAID
    assert shop.gateway.fetches == 2


async def test_a_new_bill_takes_the_place_of_the_one_before_which_is_closed(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    first = await _open_bill(shop, ana)

    second = await _open_bill(shop, ana, "50.00")
    await shop.topup_jobs.poll_due()

    states = [(await shop.topups.bill(ana, bill.id)).state for bill in (first, second)]
    assert states == [TopupState.CANCELLED, TopupState.OPEN]
    assert shop.gateway.closed == [f"cs_{first.id.hex}"]


async def test_a_button_pressed_twice_asks_for_one_bill(shop: Shop) -> None:
    ana = await shop.ana("0.00")

    bills = [await _open_bill(shop, ana) for _ in range(2)]
    shop.clock.advance(6)
    later = await _open_bill(shop, ana)

    assert bills[0].id == bills[1].id != later.id


async def test_a_bonus_is_given_once_with_the_payment(shop: Shop) -> None:
    await shop.rules.change("bonuses", "50=5")
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana, "50.00")
    _pay(shop, bill, _payment(bill, amount="50.00"))

    for _ in range(3):
        await shop.settlement.settle(bill.id)

    assert await shop.balance(ana) == Decimal("52.50")
    assert await shop.breaches() == []


async def test_a_refund_is_clawed_back_cumulatively(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    _pay(shop, bill, _payment(bill))
    await shop.settlement.settle(bill.id)

    balances = []
    for refunded in ("5.00", "5.00", "12.50", "20.00", "20.00"):
        _pay(shop, bill, replace(_payment(bill), refunded=Decimal(refunded)))
        await shop.settlement.settle(bill.id)
        balances.append(str(await shop.balance(ana)))

    assert balances == ["15.00", "15.00", "7.50", "0.00", "0.00"]
    assert await shop.breaches() == []


async def test_a_refund_of_spent_credits_leaves_a_debt_that_stops_buying(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    _pay(shop, bill, _payment(bill))
    await shop.settlement.settle(bill.id)
    await shop.buy(ana, "19.00")

    _pay(shop, bill, replace(_payment(bill), refunded=Decimal("20.00")))
    await shop.settlement.settle(bill.id)

    assert await shop.balance(ana) == Decimal("-19.00")
    assert "payment.refund" in await shop.open_cases()
    with pytest.raises(Exception, match="error-indebted"):
        await shop.buy(ana)
    assert await shop.breaches() == []


async def test_a_dispute_takes_the_credits_until_it_is_won(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    paid = _payment(bill)
    balances = []

    for state in (None, DisputeState.OPEN, DisputeState.OPEN, DisputeState.WON, DisputeState.WON):
        disputed = Decimal("20.00") if state else Decimal(0)
        _pay(shop, bill, replace(paid, dispute=state, disputed=disputed))
        await shop.settlement.settle(bill.id)
        balances.append(str(await shop.balance(ana)))

    assert balances == ["20.00", "0.00", "0.00", "20.00", "20.00"]
    assert await shop.breaches() == []


async def test_a_lost_dispute_is_final(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await _open_bill(shop, ana)
    paid = _payment(bill)

    for state in (None, DisputeState.OPEN, DisputeState.LOST, DisputeState.LOST):
        disputed = Decimal("20.00") if state else Decimal(0)
        _pay(shop, bill, replace(paid, dispute=state, disputed=disputed))
        await shop.settlement.settle(bill.id)

    assert await shop.balance(ana) == Decimal("0.00")
    assert await shop.breaches() == []
