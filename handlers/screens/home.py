from decimal import Decimal

from handlers.callbacks import ChooseLanguage, Go, History, Place, Quote
from handlers.keyboards import PRIMARY, Row, button, keyboard, way_back
from handlers.say import Screen
from handlers.texts import Texts
from services.views import CountryOffer, Customer, NumberCard, ServiceCard

# What somebody bought last or was about to buy, as it can be had today.
Wish = tuple[ServiceCard, CountryOffer]


def home_screen(
    customer: Customer, numbers: tuple[NumberCard, ...], wish: Wish | None, text: Texts
) -> Screen:
    lines = [text("home-balance", balance=customer.credits), *_open_numbers(numbers, text)]
    return Screen(
        "\n".join(lines),
        keyboard(
            _again(wish, text),
            [
                button(text.plain("button-buy"), Go(to=Place.BUY), None if wish else PRIMARY),
                button(_numbers_label(numbers, text), Go(to=Place.NUMBERS)),
            ],
            [
                button(text.plain("button-topup"), Go(to=Place.TOPUP)),
                button(text.plain("button-history"), History()),
            ],
            [
                button(text.plain("button-account"), Go(to=Place.ACCOUNT)),
                button(text.plain("button-help"), Go(to=Place.HELP)),
            ],
            [button(text.plain("button-admin"), Go(to=Place.ADMIN))] if customer.is_admin else [],
            [button(text.plain("button-refresh"), Go(to=Place.HOME))],
        ),
    )


def balance_screen(customer: Customer, numbers: tuple[NumberCard, ...], text: Texts) -> Screen:
    held = sum((number.price for number in numbers if not number.codes), Decimal(0))
    lines = [text("balance", balance=customer.credits)]
    if held:
        lines.append(text("balance-held", held=held))
    return Screen(
        "\n".join(lines),
        keyboard(
            [button(text.plain("button-topup"), Go(to=Place.TOPUP), PRIMARY)],
            [
                button(text.plain("button-buy"), Go(to=Place.BUY)),
                button(text.plain("button-history"), History()),
            ],
            way_back(text, Go(to=Place.HOME)),
        ),
    )


def account_screen(customer: Customer, text: Texts) -> Screen:
    return Screen(
        text(
            "account",
            username=customer.username,
            telegram=str(customer.telegram_id),
            balance=customer.credits,
        ),
        keyboard(
            [
                button(text.plain("button-language"), ChooseLanguage()),
                button(text.plain("button-history"), History()),
            ],
            [
                button(text.plain("button-terms"), Go(to=Place.TERMS)),
                button(text.plain("button-privacy"), Go(to=Place.PRIVACY)),
            ],
            [
                button(text.plain("button-email"), Go(to=Place.EMAIL)),
                button(text.plain("button-refunds"), Go(to=Place.REFUNDS)),
            ],
            way_back(text, Go(to=Place.HOME)),
        ),
    )


def _numbers_label(numbers: tuple[NumberCard, ...], text: Texts) -> str:
    if not numbers:
        return text.plain("button-numbers-plain")
    return text.plain("button-numbers", count=len(numbers))


def _open_numbers(numbers: tuple[NumberCard, ...], text: Texts) -> list[str]:
    if not numbers:
        return [text("home-no-numbers")]
    ends = [number.ends_at for number in numbers if number.ends_at]
    line = text("home-numbers", count=len(numbers))
    return [line if not ends else text("home-numbers-left", numbers=line, left=min(ends) - text.now())]


def _again(wish: Wish | None, text: Texts) -> Row:
    if wish is None:
        return []
    service, country = wish
    label = text.plain("button-again", service=service.name, flag=country.flag, price=country.price)
    return [button(label, Quote(service=service.id, country=country.country_id), PRIMARY)]
