"""What a person may be typing, and how it is read."""

import re
from decimal import Decimal

from aiogram.fsm.state import State, StatesGroup

# Two digits after the comma at most: an amount of money, not a number.
_AMOUNT = re.compile(r"(?:R\$|[$€£])?\s*(\d{1,7})(?:[.,](\d{1,2}))?")


# One sign "at", a dot after it, nothing strange: whether it is read, only a letter would tell.
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+")
_LONGEST_EMAIL = 254


class Typing(StatesGroup):
    service = State()
    country = State()
    amount = State()
    email = State()


def read_amount(words: str) -> Decimal | None:
    """Read 20, 20,5, 20.50 or R$ 20; None for anything else."""
    found = _AMOUNT.fullmatch(words.strip())
    if found is None:
        return None
    whole, part = found.groups()
    return Decimal(f"{whole}.{part or '0'}").quantize(Decimal("0.01"))


def read_email(words: str) -> str | None:
    """Read an address as people type it; None for anything else."""
    address = words.strip().lower()
    return address if len(address) <= _LONGEST_EMAIL and _EMAIL.fullmatch(address) else None
