from handlers.callbacks import Countries, Go, Place
from handlers.keyboards import PRIMARY, Row, button, keyboard, way_back
from handlers.say import Screen
from handlers.screens.shop import alternatives_rows, wait_row
from handlers.texts import Texts
from services.errors import ShopError
from services.views import CountryOffer, ServiceCard


def refusal_screen(refusal: ShopError, text: Texts, *ways_out: Row) -> Screen:
    """Say why not, and the way out."""
    return Screen(text(refusal.text_key, **refusal.facts), keyboard(*ways_out, way_back(text)))


def other_countries_screen(
    refusal: ShopError, service: ServiceCard, country_id: int, others: tuple[CountryOffer, ...], text: Texts
) -> Screen:
    return refusal_screen(
        refusal,
        text,
        *alternatives_rows(service, others, text),
        [button(text.plain("button-all-countries"), Countries(service=service.id))],
        wait_row(service.id, country_id, text),
    )


def way_to(place: Place, key: str, text: Texts) -> Row:
    return [button(text.plain(key), Go(to=place), PRIMARY)]


def apology_screen(text: Texts, key: str) -> Screen:
    return Screen(text(key), keyboard(way_back(text)))
