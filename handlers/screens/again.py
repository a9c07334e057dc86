"""Renting a used number once more."""

from handlers.callbacks import RentAgain, ShowNumber
from handlers.keyboards import PRIMARY, button, keyboard, way_back
from handlers.say import Screen
from handlers.screens.numbers import phone_of, place_of
from handlers.screens.refusals import refusal_screen
from handlers.screens.shop import likeliest
from handlers.texts import Texts
from services.checkout import RentalExpired
from services.views import NumberCard, OfferCard


def rent_again_screen(used: NumberCard, card: OfferCard, text: Texts) -> Screen:
    lines = [
        text("number-phone", phone=phone_of(used)),
        text("number-title", service=used.service_name, country=place_of(used, text)),
        text("rent-again", price=card.price),
        "",
        text("offer-promise", minutes=card.minutes, price=card.price),
        text("offer-balance", balance=card.balance),
    ]
    back = way_back(text, ShowNumber(number=used.id))
    return Screen("\n".join(lines), keyboard(likeliest(card, text), back))


def rental_expired_screen(refusal: RentalExpired, again: RentAgain, text: Texts) -> Screen:
    return refusal_screen(refusal, text, [button(text.plain("button-rent-again"), again, PRIMARY)])
