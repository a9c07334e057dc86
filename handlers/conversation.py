"""What a person may be typing, and how it is read."""

import re
from decimal import Decimal

from aiogram.fsm.state import State, StatesGroup

# Two digits after the comma at most: an amount of money, not a number.
_AMOUNT = re.compile(r"(?:R\$|[$€£])?\s*(\d{1,7})(?:[.,](\d{1,2}))?")


class Typing(StatesGroup):
    service = State()
    amount = State()


def read_amount(words: str) -> Decimal | None:
    """Read 20, 20,5, 20.50 or R$ 20; None for anything else."""
    found = _AMOUNT.fullmatch(words.strip())
    if found is None:
        return None
    whole, part = found.groups()
    return Decimal(f"{whole}.{part or '0'}").quantize(Decimal("0.01"))
