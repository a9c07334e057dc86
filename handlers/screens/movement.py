"""One movement of credits, told from beginning to end."""

from collections.abc import Iterator
from datetime import datetime

from handlers.callbacks import History, Quote, RentAgain, ShowNumber
from handlers.keyboards import Row, button, keyboard, way_back
from handlers.say import Screen
from handlers.screens.history import what_of
from handlers.screens.numbers import phone_of, place_of
from handlers.screens.topups import gateway_name
from handlers.texts import Html, Texts
from services.views import Bill, NumberCard, NumberStatus, StatementLine, TransactionStatus

_ENDS = {
    NumberStatus.FINISHED: "movement-finished",
    NumberStatus.EXPIRED: "movement-expired",
    NumberStatus.CANCELLED: "movement-cancelled",
    NumberStatus.REJECTED: "movement-rejected",
}


def movement_screen(
    line: StatementLine, number: NumberCard | None, bill: Bill | None, page: int, text: Texts
) -> Screen:
    title = text("movement-title", what=Html(what_of(line, text)))
    lines = [title, *_story(line, number, bill, text), "", *_sums(line, text)]
    rows = _number_rows(number, text) if number else []
    return Screen("\n".join(lines), keyboard(*rows, way_back(text, History(page=page))))


def _story(line: StatementLine, number: NumberCard | None, bill: Bill | None, text: Texts) -> list[str]:
    if number is not None:
        return list(_life(number, text))
    if bill is not None:
        lines = [text("movement-at", at=text.date(bill.created_at), what=text("movement-bill"))]
        paid = bill.payment_id
        return [*lines, *([text("movement-payment", id=paid)] if paid else [])]
    lines = [text("movement-at", at=text.date(line.at), what=gateway_name(line.gateway.lower(), text))]
    return [*lines, *([text("credits-reason", reason=line.reason)] if line.reason else [])]


def _life(number: NumberCard, text: Texts) -> Iterator[str]:
    if number.phone is not None:
        yield text("number-phone", phone=phone_of(number))
    yield place_of(number, text)
    for at, what in _events(number, text):
        yield text("movement-at", at=text.date(at), what=Html(what))


def _events(number: NumberCard, text: Texts) -> Iterator[tuple[datetime, str]]:
    yield number.created_at, text("movement-asked", price=number.price)
    if number.started_at is not None:
        yield number.started_at, text("movement-started")
    for code in number.codes:
        yield code.received_at, text("movement-code", code=code.code) if code.code else text("movement-sms")
    if number.ended_at is not None and number.status in _ENDS:
        yield number.ended_at, text(_ENDS[number.status])


def _sums(line: StatementLine, text: Texts) -> list[str]:
    amount = text("amount-in" if line.amount > 0 else "amount-out", amount=abs(line.amount))
    if line.status is not TransactionStatus.COMPLETED:
        amount += text(f"history-{line.status.value}")
    return [text("movement-sum", amount=Html(amount), balance=line.balance), text("movement-id", id=line.id)]


def _number_rows(number: NumberCard, text: Texts) -> list[Row]:
    if number.is_open:
        return [[button(text.plain("button-open-number"), ShowNumber(number=number.id))]]
    same = Quote(service=number.service_id, country=number.country_id)
    rows = [[button(text.plain("button-same-again"), same)]]
    if number.can_rent_again:
        rows.insert(0, [button(text.plain("button-rent-again"), RentAgain(number=number.id))])
    return rows
