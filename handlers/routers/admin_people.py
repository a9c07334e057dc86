"""What admins do with people, each in one message."""

from decimal import Decimal

from aiogram import Router
from aiogram.types import Message, Update

from handlers.filters import Command
from handlers.orders import GrantOrder, PersonOrder
from handlers.say import say
from handlers.screens.admin import done_screen
from handlers.texts import Texts
from services.desk import Desk
from services.views import Customer

router = Router(name="admin-people")


@router.message(Command("grant"), GrantOrder())
async def grant(
    message: Message,
    who: str,
    amount: Decimal,
    reason: str | None,
    customer: Customer,
    desk: Desk,
    event_update: Update,
    text: Texts,
) -> None:
    granted = await desk.grant(customer, who, amount, reason, _key(event_update))
    key = "grant-done" if granted.is_new else "grant-repeated"
    to = granted.customer
    facts = {"username": to.username, "telegram": str(to.telegram_id), "balance": to.credits}
    await say(message, done_screen(text, key, amount=granted.amount, **facts))


@router.message(Command("ban"), PersonOrder())
async def ban(
    message: Message,
    who: str,
    reason: str | None,
    customer: Customer,
    desk: Desk,
    event_update: Update,
    text: Texts,
) -> None:
    banned = await desk.ban(customer, who, reason, _key(event_update))
    await say(
        message, done_screen(text, "ban-done", username=banned.username, telegram=str(banned.telegram_id))
    )


@router.message(Command("unban"), PersonOrder())
async def unban(
    message: Message, who: str, customer: Customer, desk: Desk, event_update: Update, text: Texts
) -> None:
    freed = await desk.unban(customer, who, _key(event_update))
    await say(
        message, done_screen(text, "unban-done", username=freed.username, telegram=str(freed.telegram_id))
    )


@router.message(Command("grant"))
async def tell_how_to_grant(message: Message, text: Texts) -> None:
    await say(message, done_screen(text, "grant-how"))


@router.message(Command("ban", "unban"))
async def tell_how_to_ban(message: Message, text: Texts) -> None:
    await say(message, done_screen(text, "ban-how"))


def _key(update: Update) -> str:
    """The same update, told twice, is the same order."""
    return f"update:{update.update_id}"
