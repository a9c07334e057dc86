from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class NotJson:
    """A body that is torn, or no JSON at all."""

    reason: str


def read_json(body: str) -> Any:
    """Read JSON with exact numbers: every fraction becomes a Decimal. Never raises."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        return NotJson(type(error).__name__)


def clean(text: str) -> str:
    """Take away the blanks around a text, and NUL, which PostgreSQL keeps in no text."""
    return text.replace("\0", "").strip()


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent no money has
        return Decimal("NaN")


_decoder = msgspec.json.Decoder(float_hook=_exact)
