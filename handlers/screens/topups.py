"""Adding credits: how much, which way, and the bill."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from handlers.callbacks import (
    CancelBill,
    CheckBill,
    Countries,
    Go,
    History,
    Pay,
    Place,
    Quote,
    TypeAmount,
    TypeEmail,
    Ways,
)
from handlers.keyboards import DANGER, PRIMARY, Row, button, copier, in_rows, keyboard, link, way_back
from handlers.say import Screen
from handlers.screens.home import Wish
from handlers.screens.shop import likeliest
from handlers.texts import Html, Texts
from services.errors import ShopError
from services.views import Bill, BonusStep, OfferCard, TopupState, Way

# Where the person was going when credit ran short: a service and a country's id.
Wanted = tuple[UUID, int]
_WORDS_SHOWN = 40  # of what could not be read


def amounts_screen(
    presets: tuple[Decimal, ...], bonuses: tuple[BonusStep, ...], balance: Decimal, text: Texts
) -> Screen:
    middle = presets[len(presets) // 2] if presets else None
    buttons = [
        button(
            text.plain("button-amount", amount=amount),
            Ways(amount=amount),
            PRIMARY if amount == middle else None,
        )
        for amount in presets
    ]
    lines = [text("topup-question", balance=balance), *(_bonus_step(step, text) for step in bonuses)]
    return Screen(
        "\n".join(lines),
        keyboard(
            *in_rows(buttons, 3),
            [button(text.plain("button-other-amount"), TypeAmount())],
            way_back(text, Go(to=Place.HOME)),
        ),
    )


def type_amount_screen(minimum: Decimal, maximum: Decimal, text: Texts, *, misread: str = "") -> Screen:
    lines = [
        *([text("topup-misread", words=misread[:_WORDS_SHOWN])] if misread else []),
        text("topup-type", minimum=minimum, maximum=maximum),
    ]
    return Screen("\n".join(lines), keyboard(way_back(text, Go(to=Place.TOPUP))))


def ways_screen(amount: Decimal, ways: tuple[Way, ...], wanted: Wanted | None, text: Texts) -> Screen:
    service, country = wanted or (None, None)
    rows = [
        [
            button(
                _way_label(way, text),
                Pay(gateway=way.gateway, amount=amount, service=service, country=country),
                PRIMARY if way is ways[0] else None,
            )
        ]
        for way in ways
    ]
    other = button(text.plain("button-other-amount"), TypeAmount(service=service, country=country))
    back = Go(to=Place.TOPUP) if wanted is None else Quote(service=wanted[0], country=wanted[1])
    lines = [text("topup-ways", amount=amount), *_bonus(ways, text), *_fees(ways, text)]
    return Screen("\n".join(lines), keyboard(*rows, [other], way_back(text, back)))


def bill_coming_screen(bill: Bill, text: Texts) -> Screen:
    """Say that the bill is being made; it comes as a message of its own."""
    return Screen(
        text("bill-coming", amount=bill.amount, way=gateway_name(bill.gateway, text)),
        keyboard(way_back(text)),
    )


def bill_screen(bill: Bill, text: Texts) -> Screen:
    """The message that is kept; when it is paid or over, its buttons go."""
    amount = Html(_asked(bill, text))
    way = gateway_name(bill.gateway, text)
    if bill.state not in (TopupState.OPEN, TopupState.DRAFT):
        return Screen(text(f"bill-{bill.state.value}", amount=amount, way=way))
    lines = [text("bill", amount=amount, way=way, until=bill.expires_at, zone=text.plain("zone-name"))]
    if bill.credits + bill.bonus != bill.amount:
        lines.append(text("bill-brings", credits=bill.credits + bill.bonus))
    if bill.copy_code:
        lines += ["", text("bill-code", code=bill.copy_code)]
    return Screen("\n".join(lines), keyboard(*_bill_rows(bill, text)))


def paid_screen(added: Decimal, balance: Decimal, going: Wish | None, text: Texts) -> Screen:
    rows: list[Row] = []
    if going is not None:
        service, country = going
        label = text.plain(
            "button-back-to-offer", service=service.name, flag=country.flag, price=country.price
        )
        rows.append([button(label, Quote(service=service.id, country=country.country_id), PRIMARY)])
    rows.append(_after_credit(text, is_likeliest=not rows))
    return Screen(text("topup-paid", credits=added, balance=balance), keyboard(*rows))


def receipt(bill: Bill, transaction_id: str, told: Mapping[str, Any], text: Texts) -> str:
    """What one keeps of a payment: how much, how, when, and the ids to ask about it by."""
    at = datetime.fromisoformat(told["at"]) if "at" in told else text.now()
    return text(
        "receipt",
        amount=Html(_asked(bill, text)),
        way=gateway_name(bill.gateway, text),
        at=text.date(at),
        payment=str(told.get("payment_id", "")),
        id=transaction_id,
    )


def refused_screen(bill: Bill, text: Texts) -> Screen:
    return Screen(
        text("topup-refused", way=gateway_name(bill.gateway, text), amount=bill.amount),
        keyboard([button(text.plain("button-other-way"), _same_again(bill), PRIMARY)]),
    )


def email_wanted_screen(bill: Bill, text: Texts) -> Screen:
    return Screen(
        text("error-email-needed"),
        keyboard(
            [button(text.plain("button-type-email"), TypeEmail(topup=bill.id), PRIMARY)],
            [button(text.plain("button-other-way"), _same_again(bill))],
        ),
    )


def wish_of(bill: Bill) -> Wanted | None:
    service, country = bill.wanted_service_id, bill.wanted_country_id
    return None if service is None or country is None else (service, country)


def short_of_credit_screen(refusal: ShopError, card: OfferCard, text: Texts) -> Screen:
    back = Countries(service=card.service.id)
    return Screen(
        text(refusal.text_key, **refusal.facts), keyboard(likeliest(card, text), way_back(text, back))
    )


def bill_standing_screen(bill: Bill, text: Texts) -> Screen:
    """How a bill stands, for somebody who comes back from the gateway's page."""
    facts = {"amount": Html(_asked(bill, text)), "way": gateway_name(bill.gateway, text)}
    rows = _bill_rows(bill, text) if bill.state is TopupState.OPEN else []
    return Screen(text(f"bill-standing-{bill.state.value}", **facts), keyboard(*rows, way_back(text)))


def gateway_name(code: str, text: Texts) -> str:
    key = f"gateway-{code}"
    return text.plain(key) if text.knows(key) else code.replace("_", " ").title()


def _same_again(bill: Bill) -> Ways:
    return Ways(amount=bill.credits, service=bill.wanted_service_id, country=bill.wanted_country_id)


def _way_label(way: Way, text: Texts) -> str:
    name = gateway_name(way.gateway, text)
    if way.pay_amount is not None:
        return text.plain("button-way", way=name, amount=text.money(way.pay_amount, way.pay_currency))
    if way.currency == text.currency and way.amount == way.credits:
        return name
    return text.plain("button-way", way=name, amount=text.money(way.amount, way.currency))


def _bonus(ways: tuple[Way, ...], text: Texts) -> list[str]:
    bonus = max((way.bonus for way in ways), default=Decimal(0))
    return [text("topup-bonus", bonus=bonus)] if bonus else []


def _bonus_step(step: BonusStep, text: Texts) -> str:
    return text("topup-bonus-step", start=step.start, percent=text.number(step.percent))


def _fees(ways: tuple[Way, ...], text: Texts) -> list[str]:
    """Where a way asks for more than it credits, its button tells the whole sum."""
    return [text("topup-fees")] if any(way.amount != way.credits for way in ways) else []


def _asked(bill: Bill, text: Texts) -> str:
    credits_asked = text.money(bill.amount, bill.currency)
    if bill.pay_amount is None or bill.pay_currency in (None, bill.currency):
        return credits_asked
    own = text.money(bill.pay_amount, bill.pay_currency)
    return text.plain("amount-in-other", amount=credits_asked, other=own)


def _bill_rows(bill: Bill, text: Texts) -> list[Row]:
    rows: list[Row] = []
    if bill.copy_code:
        rows.append(copier(text.plain("button-copy-pix"), bill.copy_code, PRIMARY))
    elif bill.link:
        rows.append([link(text.plain("button-pay", amount=_asked(bill, text)), bill.link, PRIMARY)])
    rows.append([button(text.plain("button-i-paid"), CheckBill(topup=bill.id))])
    if bill.copy_code and bill.link:
        rows[-1].append(link(text.plain("button-browser"), bill.link))
    rows.append([button(text.plain("button-cancel-bill"), CancelBill(topup=bill.id), DANGER)])
    return rows


def _after_credit(text: Texts, *, is_likeliest: bool) -> Row:
    return [
        button(text.plain("button-history"), History()),
        button(text.plain("button-buy"), Go(to=Place.BUY), PRIMARY if is_likeliest else None),
    ]
