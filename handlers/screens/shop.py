"""From a service to a country to a card."""

from uuid import UUID

from aiogram.types import InlineKeyboardButton

from handlers.callbacks import (
    AllCountries,
    Buy,
    Countries,
    Go,
    InCountry,
    Operators,
    Place,
    Quote,
    Search,
    SearchCountry,
    Services,
    TopUpFor,
    WaitForStock,
    fits,
)
from handlers.keyboards import PRIMARY, Row, button, in_rows, keyboard, neighbours, pager, way_back
from handlers.say import Screen
from handlers.texts import Texts
from services.catalogue import CountryList, CountryPage, ServicePage, Sort
from services.views import CountryOffer, OfferCard, ServiceCard

# Rows of operators that still fit on a small screen.
_OPERATORS_SHOWN = 16
_STOCK_TOLD = 5000  # more than this is "5,000+": nobody needs the exact count


def country_name(country: CountryOffer, text: Texts) -> str:
    return f"{country.flag} {text.country(country.iso2, country.name)}".strip()


def services_screen(page: ServicePage, text: Texts) -> Screen:
    pages = page.pages
    before, after = neighbours(page.page, pages)
    return Screen(
        text("buy-service"),
        keyboard(
            *in_rows([_service(service, text) for service in page.services], 2),
            pager(page.page, pages, Services(page=before), Services(page=after), text),
            [
                button(text.plain("button-search"), Search()),
                button(text.plain("button-by-country"), AllCountries()),
            ],
            way_back(text, Go(to=Place.HOME)),
        ),
    )


def results_screen(words: str, services: tuple[ServiceCard, ...], text: Texts) -> Screen:
    found = text("search-found", words=words) if services else text("search-nothing", words=words)
    return Screen(
        found,
        keyboard(
            *in_rows([_service(service, text) for service in services], 2),
            [button(text.plain("button-search"), Search(), None if services else PRIMARY)],
            way_back(text, Go(to=Place.BUY)),
        ),
    )


def search_screen(text: Texts) -> Screen:
    return Screen(text("search-question"), keyboard(way_back(text, Go(to=Place.BUY))))


def countries_screen(page: CountryPage, text: Texts, *, unknown: str = "") -> Screen:
    """Where a service can be had; `unknown` is what was typed and is no country."""
    key = "buy-country" if page.countries else "buy-no-country"
    lines = [
        *([text("buy-country-unknown", words=unknown)] if unknown else []),
        text(key, service=page.service.name),
    ]
    return Screen(
        "\n".join(lines),
        keyboard(
            *([_country(page.service, country, text)] for country in page.countries),
            *(_turns(page, text) if page.countries else []),
            way_back(text, Go(to=Place.BUY)),
        ),
    )


def search_country_screen(service: ServiceCard, text: Texts) -> Screen:
    return Screen(
        text("country-question", service=service.name),
        keyboard(way_back(text, Countries(service=service.id))),
    )


def _turns(page: CountryPage, text: Texts) -> tuple[Row, Row]:
    """Pages; then the other order, and a name to be typed."""
    service = page.service.id
    other: Sort = "success" if page.sort == "price" else "price"
    before, after = (
        Countries(service=service, sort=page.sort, page=number)
        for number in neighbours(page.page, page.pages)
    )
    return pager(page.page, page.pages, before, after, text), [
        button(text.plain(f"button-sort-{other}"), Countries(service=service, sort=other)),
        button(text.plain("button-search-country"), SearchCountry(service=service)),
    ]


def all_countries_screen(listed: CountryList, text: Texts) -> Screen:
    before, after = neighbours(listed.page, listed.pages)
    buttons = [
        button(country_name(country, text), InCountry(country=country.country_id))
        for country in listed.countries
    ]
    return Screen(
        text("buy-country-first"),
        keyboard(
            *in_rows(buttons, 2),
            pager(listed.page, listed.pages, AllCountries(page=before), AllCountries(page=after), text),
            way_back(text, Go(to=Place.BUY)),
        ),
    )


def country_screen(page: ServicePage, country: CountryOffer, text: Texts) -> Screen:
    here = country.country_id
    before, after = neighbours(page.page, page.pages)
    key = "buy-service-in" if page.services else "buy-nothing-in"
    return Screen(
        text(key, country=country_name(country, text)),
        keyboard(
            *in_rows([_service_there(service, here, text) for service in page.services], 2),
            pager(
                page.page,
                page.pages,
                InCountry(country=here, page=before),
                InCountry(country=here, page=after),
                text,
            ),
            way_back(text, AllCountries()),
        ),
    )


def offer_screen(card: OfferCard, text: Texts, *, is_fresh: bool = False) -> Screen:
    country = card.country
    where = {"service": card.service.name, "country": country_name(country, text)}
    percent = country.success_percent
    lines = [
        *([text("offer-fresh")] if is_fresh else []),
        text("offer-title", **where),
        text("offer-price", price=card.price, stock=card.stock),
        text("offer-new") if percent is None else text("offer-success", percent=percent),
        "",
        text("offer-promise", minutes=card.minutes, price=card.price),
        text("offer-balance", balance=card.balance),
    ]
    return Screen(
        "\n".join(lines), keyboard(likeliest(card, text), _operator(card, text), _offer_back(card, text))
    )


def operators_screen(card: OfferCard, text: Texts) -> Screen:
    service, country = card.service.id, card.country.country_id
    choices = [Quote(service=service, country=country, operator=name) for name in card.operators]
    buttons = [button(choice.operator, choice) for choice in choices if fits(choice)]
    return Screen(
        text("operator-question", service=card.service.name, country=country_name(card.country, text)),
        keyboard(
            [button(text.plain("button-any-operator"), Quote(service=service, country=country), PRIMARY)],
            *in_rows(buttons[:_OPERATORS_SHOWN], 2),
            way_back(text, Quote(service=service, country=country)),
        ),
    )


def buying_screen(card: OfferCard, text: Texts) -> Screen:
    """Say that it was heard; the number comes as a message of its own."""
    return Screen(
        text("buying", service=card.service.name, country=country_name(card.country, text), price=card.price),
        keyboard(way_back(text)),
    )


def back_in_stock_screen(service: ServiceCard, country: CountryOffer, text: Texts) -> Screen:
    """The message is kept: no home button, so the card comes below it."""
    words = text("stock-back", service=service.name, country=country_name(country, text), price=country.price)
    look = Quote(service=service.id, country=country.country_id)
    return Screen(words, keyboard([button(text.plain("button-look"), look, PRIMARY)]))


def wait_row(service_id: UUID, country_id: int, text: Texts) -> Row:
    return [button(text.plain("button-wait"), WaitForStock(service=service_id, country=country_id))]


def alternatives_rows(service: ServiceCard, countries: tuple[CountryOffer, ...], text: Texts) -> list[Row]:
    return [[_country(service, country, text)] for country in countries]


def _service(service: ServiceCard, text: Texts) -> InlineKeyboardButton:
    label = text.plain("button-recent-service", service=service.name) if service.is_recent else service.name
    return button(label, Countries(service=service.id))


def _service_there(service: ServiceCard, country: int, text: Texts) -> InlineKeyboardButton:
    label = service.name
    if service.from_price is not None:
        label = text.plain("button-service-price", service=service.name, price=service.from_price)
    return button(label, Quote(service=service.id, country=country))


def _country(service: ServiceCard, country: CountryOffer, text: Texts) -> InlineKeyboardButton:
    percent = country.success_percent
    success = text.plain("success-new") if percent is None else text.plain("success", percent=percent)
    label = text.plain(
        "button-country",
        country=country_name(country, text),
        price=country.price,
        success=success,
        stock=_stock(country.stock, text),
    )
    return button(label, Quote(service=service.id, country=country.country_id))


def _stock(stock: int, text: Texts) -> str:
    return (
        text.plain("stock-plenty", stock=_STOCK_TOLD)
        if stock >= _STOCK_TOLD
        else text.plain("stock", stock=stock)
    )


def likeliest(card: OfferCard, text: Texts) -> Row:
    if card.missing:
        return [
            button(text.plain("button-topup-for", missing=card.missing), TopUpFor(offer=card.id), PRIMARY)
        ]
    return [button(text.plain("button-buy-for", price=card.price), Buy(offer=card.id), PRIMARY)]


def _operator(card: OfferCard, text: Texts) -> Row:
    if not card.operators:
        return []
    name = card.operator or text.plain("operator-any")
    return [button(text.plain("button-operator", operator=name), Operators(offer=card.id))]


def _offer_back(card: OfferCard, text: Texts) -> Row:
    return way_back(text, Countries(service=card.service.id))
