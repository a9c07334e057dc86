"""Numbers one has: look, check, cancel. Their cards are sent and edited by the outbox."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import CancelNumber, CheckNumber, Place, Problem, ShowNumber
from handlers.filters import Command, To
from handlers.gate import ANSWERS_ITSELF
from handlers.say import answer, is_home, replace, say, show
from handlers.screens.numbers import (
    number_card,
    number_screen,
    numbers_screen,
    status_words,
)
from handlers.screens.reports import problem_screen
from handlers.texts import Texts
from services.activations import Activations
from services.views import Customer, NumberCard

router = Router(name="numbers")


@router.message(Command("numbers"))
async def tell_numbers(message: Message, customer: Customer, activations: Activations, text: Texts) -> None:
    await say(message, numbers_screen(await activations.open_numbers(customer.id), text))


@router.callback_query(To(Place.NUMBERS))
async def show_numbers(
    query: CallbackQuery, customer: Customer, activations: Activations, text: Texts
) -> None:
    await show(query, numbers_screen(await activations.open_numbers(customer.id), text))


@router.callback_query(ShowNumber.filter())
async def show_number(
    query: CallbackQuery, callback_data: ShowNumber, customer: Customer, activations: Activations, text: Texts
) -> None:
    await show(query, number_screen(await activations.card(customer.id, callback_data.number), text))


@router.callback_query(CheckNumber.filter(), flags=ANSWERS_ITSELF)
async def check_number(
    query: CallbackQuery,
    callback_data: CheckNumber,
    customer: Customer,
    activations: Activations,
    text: Texts,
) -> None:
    card = await activations.card(customer.id, callback_data.number)
    await answer(query, status_words(card, text), alert=True)
    await redraw(query, card, text)


@router.callback_query(CancelNumber.filter(), flags=ANSWERS_ITSELF)
async def cancel_number(
    query: CallbackQuery,
    callback_data: CancelNumber,
    customer: Customer,
    activations: Activations,
    text: Texts,
) -> None:
    card = await activations.cancel(customer.id, callback_data.number)
    await answer(query, status_words(card, text))
    await redraw(query, card, text)


@router.callback_query(Problem.filter())
async def tell_what_helps(
    query: CallbackQuery, callback_data: Problem, customer: Customer, activations: Activations, text: Texts
) -> None:
    await show(query, problem_screen(await activations.card(customer.id, callback_data.number), text))


async def redraw(query: CallbackQuery, card: NumberCard, text: Texts) -> None:
    """Show the number's new state where it was tapped."""
    if is_home(query.message):
        await show(query, number_screen(card, text))
    elif isinstance(query.message, Message):
        await replace(query.message, number_card(card, text))
