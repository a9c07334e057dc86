"""Adding credits. Bills and receipts are said by the outbox."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import CancelBill, CheckBill, Pay, Place, TypeAmount, Ways
from handlers.conversation import Typing, read_amount
from handlers.filters import Command, IsText, To
from handlers.gate import ANSWERS_ITSELF
from handlers.say import Screen, answer, say, show
from handlers.screens.topups import (
    Wanted,
    amounts_screen,
    bill_coming_screen,
    type_amount_screen,
    ways_screen,
)
from handlers.texts import Texts
from services.rules import Rules
from services.topups import Topups
from services.views import Customer

router = Router(name="topups")


@router.message(Command("topup"))
async def top_up(
    message: Message, command: CommandObject, customer: Customer, topups: Topups, rules: Rules, text: Texts
) -> None:
    amount = read_amount(command.args or "")
    if amount is not None:
        await say(message, ways_screen(amount, await topups.ways(customer.id, amount), None, text))
    elif command.args:
        await say(message, await _amount_asked(rules, text, misread=command.args))
    else:
        await say(message, await _presets(customer, topups, text))


@router.callback_query(To(Place.TOPUP))
async def choose_amount(query: CallbackQuery, customer: Customer, topups: Topups, text: Texts) -> None:
    await show(query, await _presets(customer, topups, text))


@router.callback_query(TypeAmount.filter())
async def ask_for_amount(
    query: CallbackQuery, callback_data: TypeAmount, state: FSMContext, rules: Rules, text: Texts
) -> None:
    await state.set_state(Typing.amount)
    await state.set_data({"button": callback_data.pack()})
    await show(query, await _amount_asked(rules, text))


@router.message(StateFilter(Typing.amount), IsText())
async def hear_amount(
    message: Message, customer: Customer, topups: Topups, rules: Rules, state: FSMContext, text: Texts
) -> None:
    amount = read_amount(message.text or "")
    if amount is None:
        await say(message, await _amount_asked(rules, text, misread=message.text or ""))
        return
    ways = await topups.ways(customer.id, amount)
    asked = TypeAmount.unpack((await state.get_data())["button"])
    await state.clear()
    await say(message, ways_screen(amount, ways, _wanted(asked.service, asked.country), text))


@router.callback_query(Ways.filter())
async def choose_way(
    query: CallbackQuery, callback_data: Ways, customer: Customer, topups: Topups, text: Texts
) -> None:
    amount = callback_data.amount
    ways = await topups.ways(customer.id, amount)
    await show(query, ways_screen(amount, ways, _wanted(callback_data.service, callback_data.country), text))


@router.callback_query(Pay.filter())
async def ask_for_bill(
    query: CallbackQuery, callback_data: Pay, customer: Customer, topups: Topups, text: Texts
) -> None:
    wanted = _wanted(callback_data.service, callback_data.country)
    bill = await topups.ask(customer.id, callback_data.gateway, callback_data.amount, wanted)
    await show(query, bill_coming_screen(bill, text))


@router.callback_query(CheckBill.filter(), flags=ANSWERS_ITSELF)
async def check_bill(
    query: CallbackQuery, callback_data: CheckBill, customer: Customer, topups: Topups, text: Texts
) -> None:
    """Look again; what is found is told by the outbox."""
    await answer(query, text.plain("bill-looking"))
    await topups.check(customer.id, callback_data.topup)


@router.callback_query(CancelBill.filter(), flags=ANSWERS_ITSELF)
async def cancel_bill(
    query: CallbackQuery, callback_data: CancelBill, customer: Customer, topups: Topups, text: Texts
) -> None:
    bill = await topups.cancel(customer.id, callback_data.topup)
    await answer(query, text.plain(f"bill-toast-{bill.state.value}"))


async def _presets(customer: Customer, topups: Topups, text: Texts) -> Screen:
    return amounts_screen(await topups.presets(), await topups.bonuses(), customer.credits, text)


async def _amount_asked(rules: Rules, text: Texts, misread: str = "") -> Screen:
    now = await rules.now()
    return type_amount_screen(now.topup_min, now.topup_max, text, misread=misread)


def _wanted(service: UUID | None, country: int | None) -> Wanted | None:
    return None if service is None or country is None else (service, country)
