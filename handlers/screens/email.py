from handlers.callbacks import EraseEmail, Go, Place, TypeEmail
from handlers.keyboards import DANGER, PRIMARY, button, keyboard, way_back
from handlers.say import Screen
from handlers.texts import Texts


def email_screen(address: str | None, text: Texts) -> Screen:
    back = way_back(text, Go(to=Place.ACCOUNT))
    type_it = button(text.plain("button-type-email"), TypeEmail(), PRIMARY)
    if address is None:
        return Screen(text("email-none"), keyboard([type_it], back))
    erase = button(text.plain("button-erase-email"), EraseEmail(), DANGER)
    return Screen(text("email", address=address), keyboard([type_it], [erase], back))


def type_email_screen(text: Texts, *, is_again: bool = False) -> Screen:
    lines = [*([text("email-misread")] if is_again else []), text("email-type")]
    return Screen("\n".join(lines), keyboard(way_back(text, Go(to=Place.EMAIL))))
