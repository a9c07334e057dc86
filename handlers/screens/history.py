from handlers.callbacks import Go, History, HistoryFile, Place
from handlers.keyboards import button, keyboard, pager, way_back
from handlers.say import Screen
from handlers.screens.topups import gateway_name
from handlers.texts import Html, Texts
from services.views import Page, StatementLine, TransactionStatus, TransactionType


def history_screen(page: Page, text: Texts) -> Screen:
    if not page.lines:
        return Screen(text("history-none"), keyboard(way_back(text, Go(to=Place.HOME))))
    before, after = (page.number - 2) % page.pages + 1, page.number % page.pages + 1
    lines = [
        text("history-title", page=page.number, pages=page.pages),
        *(_line(line, text) for line in page.lines),
    ]
    return Screen(
        "\n".join(lines),
        keyboard(
            pager(page.number, page.pages, History(page=before), History(page=after), text),
            [button(text.plain("button-csv"), HistoryFile())],
            way_back(text, Go(to=Place.HOME)),
        ),
    )


def _line(line: StatementLine, text: Texts) -> str:
    return text(
        "history-line",
        at=text.date(line.at),
        what=Html(_what(line, text)),
        amount=text("amount-in" if line.amount > 0 else "amount-out", amount=abs(line.amount)),
        balance=line.balance,
        status="" if line.status is TransactionStatus.COMPLETED else text(f"history-{line.status.value}"),
    )


def _what(line: StatementLine, text: Texts) -> str:
    if line.service_name:
        return text("history-number", service=line.service_name, flag=line.country_flag or "")
    if line.type is TransactionType.CREDIT_PURCHASE:
        return text("history-topup", way=gateway_name(line.gateway, text))
    return text(f"history-type-{line.type.value.replace('_', '-')}")
