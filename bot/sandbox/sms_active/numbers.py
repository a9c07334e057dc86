from collections.abc import Callable
from random import Random

from bot.sandbox.sms_active.countries import Country
from bot.sandbox.sms_active.refusal import RefusedError

_TRIES = 200


def draw_phone(country: Country, dice: Random, is_welcome: Callable[[str], bool]) -> str:
    """Make up a mobile number of the country, without a plus, that is welcome."""
    for _ in range(_TRIES):
        shape = dice.choice(country.shapes)
        phone = country.calling_code + "".join(
            str(dice.randrange(10)) if sign == "x" else sign for sign in shape
        )
        if is_welcome(phone):
            return phone
    raise RefusedError("NO_NUMBERS")
