from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import History, HistoryFile, Movement
from handlers.filters import Command
from handlers.say import say, send_file, show
from handlers.screens.history import history_screen
from handlers.screens.movement import movement_screen
from handlers.speech import Document
from handlers.texts import Texts
from services.activations import Activations
from services.statement import Statement
from services.topups import Topups
from services.views import Customer

router = Router(name="history")


@router.message(Command("history"))
async def tell_history(message: Message, customer: Customer, statement: Statement, text: Texts) -> None:
    await say(message, history_screen(await statement.page(customer.id), text))


@router.callback_query(History.filter())
async def show_history(
    query: CallbackQuery, callback_data: History, customer: Customer, statement: Statement, text: Texts
) -> None:
    await show(query, history_screen(await statement.page(customer.id, callback_data.page), text))


@router.callback_query(Movement.filter())
async def show_movement(
    query: CallbackQuery,
    callback_data: Movement,
    customer: Customer,
    statement: Statement,
    activations: Activations,
    topups: Topups,
    text: Texts,
) -> None:
    line = await statement.entry(customer.id, callback_data.entry)
    number = await activations.card(customer.id, line.number_id) if line.number_id else None
    bill = await topups.bill(customer.id, line.topup_id) if line.topup_id else None
    await show(query, movement_screen(line, number, bill, callback_data.page, text))


@router.callback_query(HistoryFile.filter())
async def send_history(query: CallbackQuery, customer: Customer, statement: Statement, text: Texts) -> None:
    document = Document(text.plain("history-file-name"), await statement.csv(customer.id))
    await send_file(query, document, text("history-file"))
