"""The address that some ways to pay ask for; kept only if the person gives it."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import EraseEmail, Place, TypeEmail, lengthen, shorten
from handlers.conversation import Typing, read_email
from handlers.filters import IsText, To
from handlers.say import say, show
from handlers.screens.email import email_screen, type_email_screen
from handlers.screens.topups import ways_screen, wish_of
from handlers.texts import Texts
from services.customers import Customers
from services.topups import Topups
from services.views import Customer

router = Router(name="email")


@router.callback_query(To(Place.EMAIL))
async def show_email(query: CallbackQuery, customer: Customer, customers: Customers, text: Texts) -> None:
    await show(query, email_screen(await customers.email(customer.id), text))


@router.callback_query(EraseEmail.filter())
async def erase_email(query: CallbackQuery, customer: Customer, customers: Customers, text: Texts) -> None:
    await customers.set_email(customer.id, None)
    await show(query, email_screen(None, text))


@router.callback_query(TypeEmail.filter())
async def ask_for_email(
    query: CallbackQuery, callback_data: TypeEmail, state: FSMContext, text: Texts
) -> None:
    await state.set_state(Typing.email)
    if callback_data.topup is not None:
        await state.set_data({"topup": shorten(callback_data.topup)})
    await show(query, type_email_screen(text))


@router.message(StateFilter(Typing.email), IsText())
async def hear_email(
    message: Message, customer: Customer, customers: Customers, topups: Topups, state: FSMContext, text: Texts
) -> None:
    """Keep it, and go on with the bill that wanted it."""
    address = read_email(message.text or "")
    if address is None:
        await say(message, type_email_screen(text, is_again=True))
        return
    wanted_by = (await state.get_data()).get("topup")
    await customers.set_email(customer.id, address)  # one that is refused leaves the typing open
    await state.clear()
    if wanted_by is None:
        await say(message, email_screen(address, text))
        return
    bill = await topups.bill(customer.id, lengthen(wanted_by))
    ways = await topups.ways(customer.id, bill.credits)
    await say(message, ways_screen(bill.credits, ways, wish_of(bill), text))
