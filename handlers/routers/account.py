from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import Place
from handlers.filters import Command, To
from handlers.say import Screen, say, show
from handlers.screens.home import account_screen, balance_screen
from handlers.texts import Texts
from services.activations import Activations
from services.views import Customer

router = Router(name="account")


@router.message(Command("balance"))
async def tell_balance(message: Message, customer: Customer, activations: Activations, text: Texts) -> None:
    await say(message, await _balance(customer, activations, text))


@router.callback_query(To(Place.BALANCE))
async def show_balance(
    query: CallbackQuery, customer: Customer, activations: Activations, text: Texts
) -> None:
    await show(query, await _balance(customer, activations, text))


@router.callback_query(To(Place.ACCOUNT))
async def show_account(query: CallbackQuery, customer: Customer, text: Texts) -> None:
    await show(query, account_screen(customer, text))


async def _balance(customer: Customer, activations: Activations, text: Texts) -> Screen:
    return balance_screen(customer, await activations.open_numbers(customer.id), text)
