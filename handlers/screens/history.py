from handlers.callbacks import Go, History, HistoryFile, Movement, Place
from handlers.keyboards import button, in_rows, keyboard, neighbours, pager, way_back
from handlers.say import Screen
from handlers.screens.topups import gateway_name
from handlers.texts import Html, Texts
from services.views import Page, StatementLine, TransactionStatus, TransactionType

_ABREAST = 4  # small buttons in a row


def history_screen(page: Page, text: Texts) -> Screen:
    if not page.lines:
        return Screen(text("history-none"), keyboard(way_back(text, Go(to=Place.HOME))))
    before, after = neighbours(page.number, page.pages)
    lines = [
        text("history-title", page=page.number, pages=page.pages),
        *(_line(place, line, text) for place, line in enumerate(page.lines, 1)),
    ]
    looks = [
        button(str(place), Movement(entry=line.id, page=page.number))
        for place, line in enumerate(page.lines, 1)
    ]
    return Screen(
        "\n".join(lines),
        keyboard(
            *in_rows(looks, _ABREAST),
            pager(page.number, page.pages, History(page=before), History(page=after), text),
            [button(text.plain("button-csv"), HistoryFile())],
            way_back(text, Go(to=Place.HOME)),
        ),
    )


def _line(place: int, line: StatementLine, text: Texts) -> str:
    return text(
        "history-line",
        place=place,
        at=text.date(line.at),
        what=Html(what_of(line, text)),
        amount=text("amount-in" if line.amount > 0 else "amount-out", amount=abs(line.amount)),
        balance=line.balance,
        status=_status(line, text),
    )


def _status(line: StatementLine, text: Texts) -> str:
    if line.status is not TransactionStatus.COMPLETED:
        return text(f"history-{line.status.value}")
    return text("history-delivered") if line.number_id else ""


def what_of(line: StatementLine, text: Texts) -> str:
    if line.service_name:
        return text("history-number", service=line.service_name, flag=line.country_flag or "")
    if line.type is TransactionType.CREDIT_PURCHASE:
        return text("history-topup", way=gateway_name(line.gateway, text))
    return text(f"history-type-{line.type.value.replace('_', '-')}")
