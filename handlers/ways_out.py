"""What a person can do about a refusal, by its class; without a line here it is only said."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from handlers.callbacks import Place, RentAgain
from handlers.say import Screen
from handlers.screens.again import rental_expired_screen
from handlers.screens.refusals import other_countries_screen, refusal_screen, way_to
from handlers.screens.shop import offer_screen
from handlers.screens.terms import terms_question
from handlers.screens.topups import short_of_credit_screen
from handlers.texts import Texts
from services.catalogue import Catalogue, NoNumbers, NotSold
from services.checkout import NotEnoughCredits, OfferExpired, RentalExpired, TooManyOpen
from services.customers import TermsNotAccepted
from services.errors import ShopError
from services.offers import Offers
from services.views import Customer
from services.ways import AmountTooLarge, AmountTooSmall, UnknownWay


@dataclass(frozen=True, slots=True)
class Refused:
    """Who was refused what, and where a way out is looked for."""

    refusal: ShopError
    customer: Customer
    text: Texts
    catalogue: Catalogue
    offers: Offers

    def id_of(self, fact: str) -> UUID:
        return UUID(str(self.refusal.facts[fact]))

    def country(self) -> int:
        return int(str(self.refusal.facts["country_id"]))


async def draw_way_out(refused: Refused) -> Screen:
    """Draw the way out; where that is refused as well, say so and leave it at that."""
    draw = WAYS_OUT.get(type(refused.refusal))
    if draw is None:
        return refusal_screen(refused.refusal, refused.text)
    try:
        return await draw(refused)
    except ShopError as further:
        return refusal_screen(further, refused.text)


async def _add_the_difference(refused: Refused) -> Screen:
    card = await refused.offers.card(refused.customer.id, refused.id_of("offer_id"))
    return short_of_credit_screen(refused.refusal, card, refused.text)


async def _fresh_card(refused: Refused) -> Screen:
    service, country = refused.id_of("service_id"), refused.country()
    return offer_screen(
        await refused.offers.quote(refused.customer.id, service, country), refused.text, is_fresh=True
    )


async def _rent_again(refused: Refused) -> Screen:
    assert isinstance(refused.refusal, RentalExpired)
    return rental_expired_screen(refused.refusal, RentAgain(number=refused.id_of("number_id")), refused.text)


async def _other_countries(refused: Refused) -> Screen:
    service = await refused.catalogue.service(refused.id_of("service_id"))
    others = await refused.catalogue.alternatives(service.id, refused.country())
    return other_countries_screen(refused.refusal, service, refused.country(), others, refused.text)


async def _terms(refused: Refused) -> Screen:
    return terms_question(refused.text, refused.customer.username)


def _to(place: Place, key: str) -> "WayOut":
    async def draw(refused: Refused) -> Screen:
        return refusal_screen(refused.refusal, refused.text, way_to(place, key, refused.text))

    return draw


WayOut = Callable[[Refused], Awaitable[Screen]]
WAYS_OUT: dict[type[ShopError], WayOut] = {
    NotEnoughCredits: _add_the_difference,
    OfferExpired: _fresh_card,
    RentalExpired: _rent_again,
    NoNumbers: _other_countries,
    NotSold: _to(Place.BUY, "button-buy"),
    TooManyOpen: _to(Place.NUMBERS, "button-numbers-plain"),
    AmountTooSmall: _to(Place.TOPUP, "button-topup"),
    AmountTooLarge: _to(Place.TOPUP, "button-topup"),
    UnknownWay: _to(Place.TOPUP, "button-topup"),
    TermsNotAccepted: _terms,
}
