"""What a person says is wrong with a number, and the way out."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks import Report
from handlers.say import show
from handlers.screens.reports import reported_screen
from handlers.texts import Texts
from services.activations import Activations
from services.catalogue import Catalogue
from services.reports import Reports
from services.views import Customer

router = Router(name="reports")


@router.callback_query(Report.filter())
async def report_number(
    query: CallbackQuery,
    callback_data: Report,
    customer: Customer,
    activations: Activations,
    catalogue: Catalogue,
    reports: Reports,
    text: Texts,
) -> None:
    await reports.report(customer.id, callback_data.number, callback_data.reason)
    card = await activations.card(customer.id, callback_data.number)
    others = await catalogue.alternatives(card.service_id, card.country_id, limit=2)
    await show(query, reported_screen(card, others, text))
