"""A problem with a number: what helps, what it is, and the way out."""

from handlers.callbacks import CheckNumber, Report, ShowNumber
from handlers.keyboards import PRIMARY, Row, button, keyboard, way_back
from handlers.say import Screen
from handlers.screens.numbers import another_row, cancel_row, elsewhere_rows, phone_of
from handlers.texts import Texts
from services.views import CountryOffer, NumberCard, ReportReason


def problem_screen(card: NumberCard, text: Texts) -> Screen:
    return Screen(
        text("problem", service=card.service_name, phone=phone_of(card)),
        keyboard(
            [button(text.plain("button-check"), CheckNumber(number=card.id), PRIMARY)],
            *_reasons(card, text),
            cancel_row(card, text),
            another_row(card, text),
            way_back(text, ShowNumber(number=card.id)),
        ),
    )


def reported_screen(card: NumberCard, others: tuple[CountryOffer, ...], text: Texts) -> Screen:
    """It is noted; the money back first, then where else the service can be had."""
    return Screen(
        text("reported", service=card.service_name, phone=phone_of(card)),
        keyboard(
            cancel_row(card, text),
            *elsewhere_rows(card, others, text),
            way_back(text, ShowNumber(number=card.id)),
        ),
    )


def _reasons(card: NumberCard, text: Texts) -> list[Row]:
    if card.phone is None:
        return []
    used = button(text.plain("button-already-used"), Report(number=card.id, reason=ReportReason.ALREADY_USED))
    refused = button(text.plain("button-refused"), Report(number=card.id, reason=ReportReason.REFUSED))
    other = button(text.plain("button-other-problem"), Report(number=card.id, reason=ReportReason.OTHER))
    return [[used, refused], [other]]
