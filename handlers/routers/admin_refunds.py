"""Money back through the gateway it came by. How it goes is told by the outbox, in one message."""

from decimal import Decimal

from aiogram import Router
from aiogram.types import Message, Update

from handlers.filters import Command
from handlers.orders import RefundOrder
from handlers.say import say
from handlers.screens.admin import done_screen
from handlers.texts import Texts
from services.refunds import Refunds
from services.views import Customer

router = Router(name="admin-refunds")


@router.message(Command("refund"), RefundOrder())
async def refund(
    message: Message,  # noqa: ARG001  aiogram hands it to every handler
    payment: str,
    amount: Decimal | None,
    customer: Customer,
    refunds: Refunds,
    event_update: Update,
) -> None:
    await refunds.order(customer, payment, amount, f"update:{event_update.update_id}")


@router.message(Command("refund"))
async def tell_how_to_refund(message: Message, text: Texts) -> None:
    await say(message, done_screen(text, "refund-how"))
