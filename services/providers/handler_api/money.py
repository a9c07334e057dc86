from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

from services.providers.handler_api.reading import clean

# ISO 4217 numbers of the currencies such accounts are kept in.
_LETTERS: Mapping[str, str] = {
    "36": "AUD",
    "124": "CAD",
    "156": "CNY",
    "356": "INR",
    "360": "IDR",
    "392": "JPY",
    "398": "KZT",
    "410": "KRW",
    "484": "MXN",
    "566": "NGN",
    "643": "RUB",
    "756": "CHF",
    "826": "GBP",
    "840": "USD",
    "860": "UZS",
    "933": "BYN",
    "944": "AZN",
    "949": "TRY",
    "978": "EUR",
    "980": "UAH",
    "985": "PLN",
    "986": "BRL",
}
_WIRE_STEP = Decimal("0.0001")  # HeroSMS: prices have four places, its least cap is 0.0067
_HIGHEST = Decimal(1_000_000)


def write_cap(cap: Decimal) -> str | None:
    """Write a cap as the wire carries it, rounded down; None where nothing would be left of it."""
    if not cap.is_finite() or not _WIRE_STEP <= cap <= _HIGHEST:
        return None
    return f"{cap.quantize(_WIRE_STEP, ROUND_DOWN):f}"


def read_money(told: object) -> Decimal | None:
    """Read an amount told as a number or as text; None where it is none."""
    if isinstance(told, bool):
        return None
    if isinstance(told, str):
        told = _number(told)
    if not isinstance(told, int | Decimal) or not (amount := Decimal(told)).is_finite():
        return None
    # More than a million, or finer than 12 places, is a torn or foreign number and no price.
    return amount if amount.copy_abs() <= _HIGHEST and amount.adjusted() > -12 else None  # noqa: PLR2004


def read_currency(told: object) -> str | None:
    """Read a currency told by ISO 4217 number or letters; an unknown number stays as it is."""
    text = clean(str(told)) if isinstance(told, int | str) and not isinstance(told, bool) else ""
    if not text:
        return None
    return _LETTERS.get(text.lstrip("0"), text.upper())


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip()) if text.isascii() else None
    except ArithmeticError:
        return None
