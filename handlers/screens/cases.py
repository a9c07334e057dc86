"""What a person must decide or know."""

from collections.abc import Mapping
from typing import Any

from aiogram.enums import ButtonStyle
from aiogram.types import InlineKeyboardButton

from handlers.callbacks import Go, ListedCase, OpenCases, Place, ResolveCase, ShowCase, fits
from handlers.keyboards import PRIMARY, button, keyboard, neighbours, pager, way_back
from handlers.say import Screen
from handlers.texts import Texts
from services.cases import CasePage
from services.payment_cases import decisions_for
from services.purchase_cases import TAKE, purchase_decisions_for
from services.views import CaseCard

_FACTS_SHOWN = 12
_FACT_LENGTH = 300  # what strangers tell may be long; the case keeps it whole


def case_message(case: CaseCard, text: Texts) -> Screen:
    """The message that is kept, and edited when the case is over."""
    if case.resolved_at is not None:
        return Screen(_describe(case, text))
    return Screen(
        _describe(case, text),
        keyboard([button(text.plain("button-decide"), ShowCase(case=case.id), PRIMARY)]),
    )


def case_screen(case: CaseCard, text: Texts, page: int = 1) -> Screen:
    # A purchase that holds somebody's money is decided, never just called done.
    held = purchase_decisions_for(case)
    decisions = held or (*(each.value for each in decisions_for(case)), "done")
    rows = [
        [_decide(case, how, text, PRIMARY if how == decisions[0] else None)]
        for how in decisions
        if case.resolved_at is None and fits(ResolveCase(case=case.id, how=how))
    ]
    return Screen(_describe(case, text), keyboard(*rows, way_back(text, OpenCases(page=page))))


def cases_screen(page: CasePage, text: Texts) -> Screen:
    title = text("cases-title", count=page.count) if page.count else text("cases-none")
    before, after = neighbours(page.page, page.pages)
    return Screen(
        title,
        keyboard(
            *([_look(case, page.page, text)] for case in page.cases),
            pager(page.page, page.pages, OpenCases(page=before), OpenCases(page=after), text),
            way_back(text, Go(to=Place.ADMIN)),
        ),
    )


def _look(case: CaseCard, page: int, text: Texts) -> InlineKeyboardButton:
    label = text.plain("button-case", title=_title(case, text), since=case.since)
    return button(label, ListedCase(case=case.id, page=page))


def _decide(case: CaseCard, how: str, text: Texts, style: ButtonStyle | None) -> InlineKeyboardButton:
    if how.startswith(TAKE):
        label = text.plain("button-case-take", number=how.removeprefix(TAKE))
    else:
        label = text.plain(f"button-case-{how.replace('_', '-')}")
    return button(label, ResolveCase(case=case.id, how=how), style)


def _describe(case: CaseCard, text: Texts) -> str:
    key = _key(case)
    lines = [
        text("case-title", title=_title(case, text)),
        *([text(key)] if text.knows(key) else []),
        text("case-since", since=text.date(case.since), kind=case.kind, subject=case.subject),
        *_facts(case.facts, text),
    ]
    if case.resolved_at is not None:
        span = case.resolved_at - case.since
        lines.append(text("case-resolved", at=case.resolved_at, span=span, how=case.resolution or ""))
    return "\n".join(lines)


def _title(case: CaseCard, text: Texts) -> str:
    """What is wrong, in a few words; a kind without words of its own is told by its name."""
    key = f"{_key(case)}-title"
    return text.plain(key) if text.knows(key) else case.kind


def _key(case: CaseCard) -> str:
    return f"case-{case.kind.replace('.', '-').replace('_', '-')}"


def _facts(facts: Mapping[str, Any], text: Texts) -> list[str]:
    told = [(name, _said(value)) for name, value in facts.items()]
    shown = [(name, words) for name, words in told if words][:_FACTS_SHOWN]  # what is not known is not said
    return [text("case-fact", name=name, value=words[:_FACT_LENGTH]) for name, words in shown]


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
