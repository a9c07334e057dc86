from aiogram import Router
from aiogram.types import CallbackQuery, Update

from handlers.callbacks import ListedCase, OpenCases, Place, ResolveCase, ShowCase
from handlers.filters import To
from handlers.say import show
from handlers.screens.cases import case_screen, cases_screen
from handlers.texts import Texts
from services.cases import Cases
from services.payment_cases import Decision, PaymentCases
from services.purchase_cases import PurchaseCases, is_purchase_decision
from services.views import Customer

router = Router(name="admin-cases")


@router.callback_query(To(Place.CASES))
async def show_cases(query: CallbackQuery, cases: Cases, text: Texts) -> None:
    await show(query, cases_screen(await cases.page(), text))


@router.callback_query(OpenCases.filter())
async def show_page_of_cases(
    query: CallbackQuery, callback_data: OpenCases, cases: Cases, text: Texts
) -> None:
    await show(query, cases_screen(await cases.page(callback_data.page), text))


@router.callback_query(ListedCase.filter())
async def show_listed_case(
    query: CallbackQuery, callback_data: ListedCase, cases: Cases, text: Texts
) -> None:
    await show(query, case_screen(await cases.get(callback_data.case), text, callback_data.page))


@router.callback_query(ShowCase.filter())
async def show_case(query: CallbackQuery, callback_data: ShowCase, cases: Cases, text: Texts) -> None:
    await show(query, case_screen(await cases.get(callback_data.case), text))


@router.callback_query(ResolveCase.filter())
async def resolve_case(
    query: CallbackQuery,
    callback_data: ResolveCase,
    customer: Customer,
    cases: Cases,
    payment_cases: PaymentCases,
    purchase_cases: PurchaseCases,
    event_update: Update,
    text: Texts,
) -> None:
    key = f"update:{event_update.update_id}"
    if callback_data.how in set(Decision):
        await payment_cases.decide(customer, callback_data.case, callback_data.how, key)
    elif is_purchase_decision(callback_data.how):
        await purchase_cases.decide(customer, callback_data.case, callback_data.how, key)
    else:
        await cases.resolve(customer, callback_data.case, callback_data.how, key)
    await show(query, case_screen(await cases.get(callback_data.case), text))
