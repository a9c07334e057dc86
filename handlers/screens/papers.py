"""Pages of plain words."""

from handlers.callbacks import ChooseLanguage, Go, Place
from handlers.keyboards import PRIMARY, Row, button, keyboard, way_back
from handlers.say import Screen
from handlers.texts import Texts
from services.views import Customer


def paper_screen(customer: Customer, text: Texts, key: str) -> Screen:
    return Screen(text(key, telegram=str(customer.telegram_id)), keyboard(_way_out(customer, text)))


def support_screen(customer: Customer, text: Texts, contact: str) -> Screen:
    whom = text.plain("contact-named", contact=contact) if contact else text.plain("contact-in-profile")
    words = text("paysupport", telegram=str(customer.telegram_id), whom=whom)
    return Screen(words, keyboard(_way_out(customer, text)))


def _way_out(customer: Customer, text: Texts) -> Row:
    """Back to help; to the question of the terms for whoever has not answered it."""
    return way_back(text, Go(to=Place.HELP)) if customer.has_accepted_terms else _to_the_terms(text)


def _to_the_terms(text: Texts) -> Row:
    return [button(text.plain("button-back"), Go(to=Place.HOME))]


def help_screen(customer: Customer, text: Texts) -> Screen:
    return Screen(
        text("help", telegram=str(customer.telegram_id)),
        keyboard(
            [
                button(text.plain("button-buy"), Go(to=Place.BUY), PRIMARY),
                button(text.plain("button-numbers-plain"), Go(to=Place.NUMBERS)),
            ],
            [
                button(text.plain("button-terms"), Go(to=Place.TERMS)),
                button(text.plain("button-privacy"), Go(to=Place.PRIVACY)),
            ],
            [
                button(text.plain("button-refunds"), Go(to=Place.REFUNDS)),
                button(text.plain("button-language"), ChooseLanguage()),
            ],
            way_back(text, Go(to=Place.HOME)),
        ),
    )


def lost_screen(text: Texts, key: str) -> Screen:
    """A kind word to somebody who is lost, and the two ways on."""
    return Screen(
        text(key),
        keyboard(
            [
                button(text.plain("button-buy"), Go(to=Place.BUY), PRIMARY),
                button(text.plain("button-help"), Go(to=Place.HELP)),
            ],
            way_back(text),
        ),
    )
