"""A used number, rented once more: the price first."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks import RentAgain
from handlers.say import show
from handlers.screens.again import rent_again_screen
from handlers.texts import Texts
from services.activations import Activations
from services.reactivations import Reactivations
from services.views import Customer

router = Router(name="again")


@router.callback_query(RentAgain.filter())
async def quote_again(
    query: CallbackQuery,
    callback_data: RentAgain,
    customer: Customer,
    activations: Activations,
    reactivations: Reactivations,
    text: Texts,
) -> None:
    used = await activations.card(customer.id, callback_data.number)
    card = await reactivations.quote(customer.id, used.id)
    await show(query, rent_again_screen(used, card, text))
