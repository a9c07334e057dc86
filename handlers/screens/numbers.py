"""A number as its buyer sees it, and the codes that came to it."""

from datetime import timedelta

from handlers.callbacks import (
    AnotherCode,
    CancelNumber,
    CheckNumber,
    FinishNumber,
    Go,
    Place,
    Problem,
    Quote,
    RentAgain,
    ShowNumber,
    WholeMessage,
)
from handlers.forms import write_phone
from handlers.keyboards import DANGER, PRIMARY, Row, button, copier, keyboard, way_back
from handlers.say import Screen
from handlers.screens.shop import wait_row
from handlers.texts import Texts
from services.views import Code, CountryOffer, NumberCard, NumberStatus

_BEING_BOUGHT = (NumberStatus.INTENT, NumberStatus.SENT, NumberStatus.UNKNOWN)
_SOLD_OUT = "no_numbers"
_SHOWN = 6  # open numbers on one screen
# A moment within a minute is told as the next one: a card stands long, so it tells when and not how long.
_ROUNDED_UP = timedelta(seconds=59)


def number_card(card: NumberCard, text: Texts) -> Screen:
    """The message that is kept, and edited when its state changes."""
    return Screen(_describe(card, text), keyboard(*_actions(card, text)))


def number_screen(card: NumberCard, text: Texts) -> Screen:
    """The same within the home message."""
    back = way_back(text, Go(to=Place.NUMBERS))
    return Screen(_describe(card, text), keyboard(*_actions(card, text), back))


def numbers_screen(numbers: tuple[NumberCard, ...], text: Texts) -> Screen:
    if not numbers:
        return Screen(
            text("numbers-none"),
            keyboard(
                [button(text.plain("button-buy"), Go(to=Place.BUY), PRIMARY)],
                way_back(text, Go(to=Place.HOME)),
            ),
        )
    lines = [text("numbers-title", count=len(numbers)), *(_line(card, text) for card in numbers[:_SHOWN])]
    rows = [[button(_label(card, text), ShowNumber(number=card.id))] for card in numbers[:_SHOWN]]
    return Screen("\n".join(lines), keyboard(*rows, way_back(text, Go(to=Place.HOME))))


def code_screen(card: NumberCard, code: Code, text: Texts) -> Screen:
    """The message a code comes in: the code first, ready to be copied."""
    return Screen(
        "\n".join([_headline(code, text), text("code-for", service=card.service_name, phone=phone_of(card))]),
        keyboard(
            copier(text.plain("button-copy-code", code=code.code or ""), code.code or "", PRIMARY),
            another_row(card, text),
            [
                button(text.plain("button-whole-message"), WholeMessage(message=code.message_id)),
                button(text.plain("button-finish"), FinishNumber(number=card.id)),
            ]
            if card.is_open
            else [button(text.plain("button-whole-message"), WholeMessage(message=code.message_id))],
        ),
    )


def whole_message_screen(card: NumberCard, code: Code, text: Texts) -> Screen:
    words = code.text or code.code or text.plain("message-empty")
    sender = code.sender or text.plain("sender-unknown")
    return Screen(
        text("whole-message", service=card.service_name, sender=sender, at=code.received_at, words=words),
        keyboard(way_back(text)),
    )


def another_code_screen(card: NumberCard, text: Texts) -> Screen:
    return Screen(
        text("another-asked", service=card.service_name, phone=phone_of(card)),
        keyboard(way_back(text, ShowNumber(number=card.id))),
    )


def again_rows(card: NumberCard, others: tuple[CountryOffer, ...], text: Texts) -> list[Row]:
    """After a number brought nothing: the same again, or another country; or some patience."""
    same = Quote(service=card.service_id, country=card.country_id)
    elsewhere = elsewhere_rows(card, others, text)
    if card.rejection == _SOLD_OUT:
        return [*elsewhere, wait_row(card.service_id, card.country_id, text)]
    return [[button(text.plain("button-try-again"), same, PRIMARY)], *elsewhere]


def elsewhere_rows(card: NumberCard, others: tuple[CountryOffer, ...], text: Texts) -> list[Row]:
    rows: list[Row] = []
    for other in others[:2]:
        name = f"{other.flag} {text.country(other.iso2, other.name)}"
        label = text.plain("button-other-country", country=name, price=other.price)
        rows.append([button(label, Quote(service=card.service_id, country=other.country_id))])
    return rows


def status_words(card: NumberCard, text: Texts) -> str:
    """How a number stands, short enough for a toast."""
    facts: dict[str, object] = {"price": card.price}
    if card.status is NumberStatus.ACTIVE and card.ends_at is not None:
        facts["left"] = card.ends_at - text.now()
    return text.plain(f"status-{_standing(card)}", **facts)


def phone_of(card: NumberCard) -> str:
    return write_phone(card.phone) if card.phone else ""


def place_of(card: NumberCard, text: Texts) -> str:
    return f"{card.country_flag} {text.country(card.country_iso2, card.country_name)}".strip()


def _standing(card: NumberCard) -> str:
    if card.status in _BEING_BOUGHT:
        return "unknown" if card.status is NumberStatus.UNKNOWN else "buying"
    if card.status is NumberStatus.ACTIVE:
        return "asking-again" if card.is_asking_again else ("received" if card.codes else "waiting")
    return card.status.value


def _describe(card: NumberCard, text: Texts) -> str:
    lines = [] if card.phone is None else [text("number-phone", phone=phone_of(card))]
    lines.append(text("number-title", service=card.service_name, country=place_of(card, text)))
    lines += [text("number-code", code=code.code) for code in card.codes if code.code]
    facts: dict[str, object] = {"price": card.price}
    if card.status is NumberStatus.ACTIVE and card.ends_at is not None:
        facts |= {"until": card.ends_at, "left": card.ends_at - text.now()}
    standing = _standing(card)
    is_last = standing == "received" and not card.can_repeat  # no further code is promised
    lines.append(text("number-received-once" if is_last else f"number-{standing}", **facts))
    return "\n".join(lines)


def _actions(card: NumberCard, text: Texts) -> list[Row]:
    if card.status in _BEING_BOUGHT or card.status is NumberStatus.CANCELLING:
        return [[button(text.plain("button-check"), CheckNumber(number=card.id))]]
    if card.can_rent_again:
        return [[button(text.plain("button-rent-again"), RentAgain(number=card.id))]]
    if card.status is not NumberStatus.ACTIVE:
        return []
    copy = copier(text.plain("button-copy-number"), f"+{card.phone}", None if card.codes else PRIMARY)
    problem = button(text.plain("button-problem"), Problem(number=card.id))
    if card.codes:
        finish = button(text.plain("button-finish"), FinishNumber(number=card.id))
        return [copy, another_row(card, text), [finish, problem]]
    return [copy, [*cancel_row(card, text), problem]]


def cancel_row(card: NumberCard, text: Texts) -> Row:
    if card.status is not NumberStatus.ACTIVE or card.codes:
        return []
    opens, now = card.cancel_opens_at, text.now()
    if opens is not None and opens > now:
        label = text.plain("button-cancel-from", at=opens + _ROUNDED_UP)
    else:
        label = text.plain("button-cancel-for", price=card.price)
    return [button(label, CancelNumber(number=card.id), DANGER)]


def another_row(card: NumberCard, text: Texts) -> Row:
    if not (
        card.status is NumberStatus.ACTIVE and card.codes and card.can_repeat and not card.is_asking_again
    ):
        return []
    return [button(text.plain("button-another-code"), AnotherCode(number=card.id))]


def _headline(code: Code, text: Texts) -> str:
    if code.code is None:
        return text("code-none", words=code.text or "")
    return text("code-call" if code.is_call else "code", code=code.code)


def _line(card: NumberCard, text: Texts) -> str:
    return text(
        "numbers-line",
        phone=phone_of(card) or text("number-no-phone"),
        service=card.service_name,
        country=place_of(card, text),
        status=status_words(card, text),
    )


def _label(card: NumberCard, text: Texts) -> str:
    phone = phone_of(card) or text.plain("number-no-phone")
    return text.plain("button-number", service=card.service_name, flag=card.country_flag, phone=phone)
