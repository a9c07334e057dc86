"""Payments made inside Telegram: asked about before, told of after, believed from the gateway alone."""

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import update

from db.tables import Topup, User
from services.bells import Bells
from services.ports.gateway import Payment, PaymentState
from services.topups import Topups
from services.views import Bill, TopupState
from tests.shop.shop import Shop

TELEGRAM_ID = 4_242


async def _bill_in_stars(shop: Shop) -> tuple[UUID, Bill]:
    ana = await shop.ana("0.00")
    bill = await shop.topups.ask(ana, "stripe", Decimal("20.00"))
    await shop.topup_jobs.open_drafts()
    stars = {"gateway_amount": Decimal(800), "gateway_currency": "XTR"}
    await shop.store.write(
        lambda connection: (
            connection.execute(update(Topup).where(Topup.id == bill.id).values(**stars)).rowcount
        )
    )
    await shop.store.write(
        lambda connection: (
            connection.execute(update(User).where(User.id == ana).values(telegram_id=TELEGRAM_ID)).rowcount
        )
    )
    return ana, bill


async def test_what_the_bill_says_may_be_paid(shop: Shop) -> None:
    _, bill = await _bill_in_stars(shop)

    assert await shop.topups.question(TELEGRAM_ID, str(bill.id), "XTR", 800) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"telegram_id": 1}, "error-topup-not-found"),
        ({"payload": str(UUID(int=1))}, "error-topup-not-found"),
        ({"payload": "no id"}, "error-topup-not-found"),
        ({"total": 1}, "error-bill-differs"),
        ({"currency": "USD"}, "error-bill-differs"),
    ],
)
async def test_what_it_does_not_say_may_not(shop: Shop, changed: dict[str, object], why: str) -> None:
    _, bill = await _bill_in_stars(shop)
    asked = {"telegram_id": TELEGRAM_ID, "payload": str(bill.id), "currency": "XTR", "total": 800}

    question = partial(shop.topups.question, **(asked | changed))  # type: ignore[arg-type]  # names of its own

    assert await question() == why


async def test_a_bill_whose_gateway_is_off_may_not_be_paid_and_is_told_if_it_was(shop: Shop) -> None:
    _, bill = await _bill_in_stars(shop)
    off = Topups(shop.store, {}, shop.settlement, shop.rules, Bells(), shop.clock)

    question = await off.question(TELEGRAM_ID, str(bill.id), "XTR", 800)
    await off.paid_in_chat(TELEGRAM_ID, str(bill.id), "XTR", 800, "charge-1")

    assert question == "error-bill-over"
    assert await shop.open_cases() == ["payment.stray"]


async def test_a_cancelled_or_expired_bill_may_not_be_paid(shop: Shop) -> None:
    ana, bill = await _bill_in_stars(shop)
    shop.clock.advance(3600)
    expired = await shop.topups.question(TELEGRAM_ID, str(bill.id), "XTR", 800)
    await shop.topups.cancel(ana, bill.id)

    assert expired == "error-bill-over"
    assert await shop.topups.question(TELEGRAM_ID, str(bill.id), "XTR", 800) == "error-bill-over"


async def test_a_payment_told_in_the_chat_is_asked_about_at_once_and_only_then_believed(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await shop.topups.ask(ana, "stripe", Decimal("20.00"))
    await shop.topup_jobs.open_drafts()
    await shop.topups.paid_in_chat(TELEGRAM_ID, str(bill.id), "BRL", 2000, "pi_1")
    await shop.topup_jobs.poll_due()
    unproven = await shop.balance(ana)

    paid = Payment("pi_1", PaymentState.PAID, Decimal("20.00"), "BRL", str(bill.id), is_live=False)
    shop.gateway.payments[f"cs_{bill.id.hex}"] = [paid]
    await shop.topups.paid_in_chat(TELEGRAM_ID, str(bill.id), "BRL", 2000, "pi_1")
    await shop.topup_jobs.poll_due()

    assert unproven == Decimal("0.00")
    assert await shop.balance(ana) == Decimal("20.00")
    assert (await shop.topups.bill(ana, bill.id)).state is TopupState.PAID


async def test_a_refund_told_in_the_chat_is_asked_about_at_once(shop: Shop) -> None:
    ana = await shop.ana("0.00")
    bill = await shop.topups.ask(ana, "stripe", Decimal("20.00"))
    await shop.topup_jobs.open_drafts()
    paid = Payment("pi_1", PaymentState.PAID, Decimal("20.00"), "BRL", str(bill.id), is_live=False)
    shop.gateway.payments[f"cs_{bill.id.hex}"] = [paid]
    await shop.settlement.settle(bill.id)
    fetches = shop.gateway.fetches

    await shop.topups.refunded_in_chat("pi_1")
    await shop.topups.refunded_in_chat("pi_of_nobody")
    await shop.topup_jobs.poll_due()

    assert shop.gateway.fetches == fetches + 1
