"""Waiting for numbers that have run out."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks import WaitForStock
from handlers.gate import ANSWERS_ITSELF
from handlers.say import answer
from handlers.texts import Texts
from services.views import Customer
from services.watches import Watches

router = Router(name="watches")


@router.callback_query(WaitForStock.filter(), flags=ANSWERS_ITSELF)
async def wait_for_stock(
    query: CallbackQuery, callback_data: WaitForStock, customer: Customer, watches: Watches, text: Texts
) -> None:
    await watches.wait(customer.id, callback_data.service, callback_data.country)
    await answer(query, text.plain("stock-awaited"), alert=True)
