"""Coming in: /start, alone or by a link, the terms, home."""

from uuid import UUID

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import Accept, Place, lengthen
from handlers.filters import Command, Link, To
from handlers.gate import GoOn
from handlers.homes import draw_home
from handlers.say import Screen, replace, say, show
from handlers.screens.topups import bill_standing_screen
from handlers.shopping import draw_wanted
from handlers.texts import Texts
from services.activations import Activations
from services.catalogue import Catalogue
from services.customers import Customers
from services.offers import Offers
from services.topups import Topups
from services.views import Customer

router = Router(name="start")


@router.message(Link("paid", read=lengthen))
async def come_back_paid(
    message: Message, linked: UUID, customer: Customer, topups: Topups, text: Texts
) -> None:
    """Look again, now; only what the gateway itself tells is credited."""
    await say(message, bill_standing_screen(await topups.check(customer.id, linked), text))


@router.message(Link("cancel", read=lengthen))
async def come_back_unpaid(
    message: Message, linked: UUID, customer: Customer, topups: Topups, text: Texts
) -> None:
    """Leaving the gateway's page cancels nothing: the bill can still be paid or cancelled here."""
    await say(message, bill_standing_screen(await topups.bill(customer.id, linked), text))


@router.message(Link("buy"))
async def come_to_buy(
    message: Message, linked: str, customer: Customer, catalogue: Catalogue, offers: Offers, text: Texts
) -> None:
    await say(message, await draw_wanted(linked.split("_"), customer, catalogue, offers, text))


@router.message(Command("start"))
async def start(
    message: Message, customer: Customer, activations: Activations, catalogue: Catalogue, text: Texts
) -> None:
    await say(message, await draw_home(customer, activations, catalogue, text))


@router.callback_query(To(Place.HOME))
async def go_home(
    query: CallbackQuery, customer: Customer, activations: Activations, catalogue: Catalogue, text: Texts
) -> None:
    await show(query, await draw_home(customer, activations, catalogue, text))


@router.callback_query(Accept.filter())
async def accept_terms(
    query: CallbackQuery,
    callback_data: Accept,
    customer: Customer,
    customers: Customers,
    activations: Activations,
    catalogue: Catalogue,
    text: Texts,
) -> GoOn | None:
    """Accept, and go on with what was asked before; from a question too old to be edited, home."""
    await customers.accept_terms(customer.id)
    accepted = await customers.get(customer.id)
    if not isinstance(query.message, Message):
        await show(query, await draw_home(accepted, activations, catalogue, text))
        return None
    await replace(query.message, Screen(text("terms-accepted")))
    asked = {"text": callback_data.asked or "/start", "from_user": query.from_user, "reply_markup": None}
    return GoOn(query.message.model_copy(update=asked), accepted, text)
