"""Payments made inside Telegram, passed on: which gateway they are for is not the chat's business."""

from aiogram import Router
from aiogram.types import Message, PreCheckoutQuery

from handlers.filters import HasPayment, HasRefund
from handlers.texts import Texts
from services.topups import Topups

router = Router(name="payments")


@router.pre_checkout_query()
async def answer_checkout(query: PreCheckoutQuery, topups: Topups, text: Texts) -> None:
    """Telegram waits ten seconds for this answer."""
    refusal = await topups.question(
        query.from_user.id, query.invoice_payload, query.currency, query.total_amount
    )
    if refusal is None:
        await query.answer(ok=True)
    else:
        await query.answer(ok=False, error_message=text.plain(refusal))


@router.message(HasPayment())
async def take_payment(message: Message, topups: Topups) -> None:
    paid = message.successful_payment
    if paid is not None and message.from_user is not None:
        await topups.paid_in_chat(
            message.from_user.id,
            paid.invoice_payload,
            paid.currency,
            paid.total_amount,
            paid.telegram_payment_charge_id,
        )


@router.message(HasRefund())
async def take_refund(message: Message, topups: Topups) -> None:
    refunded = message.refunded_payment
    if refunded is not None:
        await topups.refunded_in_chat(refunded.telegram_payment_charge_id)
