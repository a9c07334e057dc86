"""The card and the purchase. What comes of it is told by the outbox."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks import Buy, Operators, Quote, TopUpFor
from handlers.say import show
from handlers.screens.shop import buying_screen, offer_screen, operators_screen
from handlers.screens.topups import ways_screen
from handlers.texts import Texts
from services.activations import Activations
from services.offers import Offers
from services.rules import Rules
from services.topups import Topups
from services.views import Customer

router = Router(name="offers")


@router.callback_query(Quote.filter())
async def draw_card(
    query: CallbackQuery, callback_data: Quote, customer: Customer, offers: Offers, text: Texts
) -> None:
    wanted = callback_data
    card = await offers.quote(customer.id, wanted.service, wanted.country, wanted.operator or None)
    await show(query, offer_screen(card, text))


@router.callback_query(Operators.filter())
async def choose_operator(
    query: CallbackQuery, callback_data: Operators, customer: Customer, offers: Offers, text: Texts
) -> None:
    await show(query, operators_screen(await offers.card(customer.id, callback_data.offer), text))


@router.callback_query(Buy.filter())
async def buy_number(
    query: CallbackQuery,
    callback_data: Buy,
    customer: Customer,
    activations: Activations,
    offers: Offers,
    text: Texts,
) -> None:
    await activations.buy(customer.id, callback_data.offer)
    await show(query, buying_screen(await offers.card(customer.id, callback_data.offer), text))


@router.callback_query(TopUpFor.filter())
async def add_what_is_missing(
    query: CallbackQuery,
    callback_data: TopUpFor,
    customer: Customer,
    offers: Offers,
    topups: Topups,
    rules: Rules,
    text: Texts,
) -> None:
    card = await offers.card(customer.id, callback_data.offer)
    amount = max(card.missing, (await rules.now()).topup_min)
    wanted = (card.service.id, card.country.country_id)
    await show(query, ways_screen(amount, await topups.ways(customer.id, amount), wanted, text))
