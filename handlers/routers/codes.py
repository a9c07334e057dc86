"""What one does with a code that came."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import AnotherCode, FinishNumber, WholeMessage
from handlers.gate import ANSWERS_ITSELF
from handlers.say import answer, drop_buttons, is_home, show
from handlers.screens.numbers import (
    another_code_screen,
    number_screen,
    status_words,
    whole_message_screen,
)
from handlers.texts import Texts
from services.activations import Activations
from services.views import Customer

router = Router(name="codes")


@router.callback_query(AnotherCode.filter())
async def ask_for_another(
    query: CallbackQuery,
    callback_data: AnotherCode,
    customer: Customer,
    activations: Activations,
    text: Texts,
) -> None:
    card = await activations.ask_again(customer.id, callback_data.number)
    await show(query, another_code_screen(card, text))


@router.callback_query(FinishNumber.filter(), flags=ANSWERS_ITSELF)
async def finish_number(
    query: CallbackQuery,
    callback_data: FinishNumber,
    customer: Customer,
    activations: Activations,
    text: Texts,
) -> None:
    card = await activations.finish(customer.id, callback_data.number)
    await answer(query, status_words(card, text))
    if is_home(query.message):
        await show(query, number_screen(card, text))
    elif isinstance(query.message, Message) and not card.is_open:  # the code itself is kept
        await drop_buttons(query.message, AnotherCode, FinishNumber)


@router.callback_query(WholeMessage.filter())
async def show_whole_message(
    query: CallbackQuery,
    callback_data: WholeMessage,
    customer: Customer,
    activations: Activations,
    text: Texts,
) -> None:
    card, code = await activations.message(customer.id, callback_data.message)
    await show(query, whole_message_screen(card, code, text))
