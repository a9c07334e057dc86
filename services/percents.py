"""Percentages by what they are for, as an operator writes them: `50=5, 200=10` or `stripe=4.99`."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

Percents = Mapping[str, Decimal]
_MOST = Decimal(100)


def read_percents(text: str) -> Percents:
    """Read them; raises ValueError for what is no list of percentages from 0 to 100."""
    pairs = (part.split("=", 1) for part in text.split(",") if part.strip())
    return dict(_pair(*pair) for pair in pairs)


def read_steps(text: str) -> Percents:
    """Read them where each is for sums from an amount on."""
    steps = read_percents(text)
    for start in steps:
        if _number(start) < 0:
            raise ValueError(start)
    return steps


def _pair(name: str, percent: str = "") -> tuple[str, Decimal]:
    number = _number(percent)
    if not name.strip() or not 0 <= number <= _MOST:
        raise ValueError(f"{name}={percent}")
    return name.strip(), number


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number
