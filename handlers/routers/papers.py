"""What can be read at any time, terms accepted or not."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import Place
from handlers.filters import Command, To
from handlers.say import say, show
from handlers.screens.papers import help_screen, paper_screen, support_screen
from handlers.texts import Texts
from services.views import Customer

router = Router(name="papers")


@router.message(Command("help"))
async def tell_help(message: Message, customer: Customer, text: Texts) -> None:
    await say(message, help_screen(customer, text))


@router.callback_query(To(Place.HELP))
async def show_help(query: CallbackQuery, customer: Customer, text: Texts) -> None:
    await show(query, help_screen(customer, text))


@router.message(Command("terms"))
async def tell_terms(message: Message, customer: Customer, text: Texts) -> None:
    await say(message, paper_screen(customer, text, "terms"))


@router.callback_query(To(Place.TERMS))
async def show_terms(query: CallbackQuery, customer: Customer, text: Texts) -> None:
    await show(query, paper_screen(customer, text, "terms"))


@router.message(Command("privacy"))
async def tell_privacy(message: Message, customer: Customer, text: Texts) -> None:
    await say(message, paper_screen(customer, text, "privacy"))


@router.callback_query(To(Place.PRIVACY))
async def show_privacy(query: CallbackQuery, customer: Customer, text: Texts) -> None:
    await show(query, paper_screen(customer, text, "privacy"))


@router.message(Command("paysupport"))
async def tell_refunds(message: Message, customer: Customer, support_contact: str, text: Texts) -> None:
    await say(message, support_screen(customer, text, support_contact))


@router.callback_query(To(Place.REFUNDS))
async def show_refunds(query: CallbackQuery, customer: Customer, support_contact: str, text: Texts) -> None:
    await show(query, support_screen(customer, text, support_contact))
