"""Whatever nobody else has understood is answered kindly; silence is not an answer."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import Command, IsCommand, IsText
from handlers.gate import ANSWERS_ITSELF
from handlers.homes import draw_home
from handlers.say import answer, say, show
from handlers.screens.papers import lost_screen
from handlers.shopping import draw_meant
from handlers.texts import Texts
from services.activations import Activations
from services.catalogue import Catalogue
from services.offers import Offers
from services.views import Customer

router = Router(name="unknown")


@router.message(Command("cancel"))
async def leave(message: Message, raw_state: str | None, text: Texts) -> None:
    """Leave the typing of a search or an amount; the conversation's state is gone already."""
    await say(message, lost_screen(text, "cancel-left" if raw_state else "cancel-nothing"))


@router.message(IsCommand())
async def tell_unknown_command(message: Message, text: Texts) -> None:
    await say(message, lost_screen(text, "unknown-command"))


@router.message(IsText())
async def guess_what_is_wanted(
    message: Message, customer: Customer, catalogue: Catalogue, offers: Offers, text: Texts
) -> None:
    """Whoever just says the name of a service means to buy."""
    meant = await draw_meant(message.text or "", customer, catalogue, offers, text)
    await say(message, meant or lost_screen(text, "unknown-words"))


@router.message()
async def tell_unknown_words(message: Message, text: Texts) -> None:
    await say(message, lost_screen(text, "unknown-words"))


@router.callback_query(flags=ANSWERS_ITSELF)
async def tell_old_button(
    query: CallbackQuery, customer: Customer, activations: Activations, catalogue: Catalogue, text: Texts
) -> None:
    await answer(query, text.plain("old-button"))
    await show(query, await draw_home(customer, activations, catalogue, text))
