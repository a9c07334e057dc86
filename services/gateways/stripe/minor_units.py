"""Stripe: amounts are integers of the currency's smallest unit."""

from decimal import Decimal

from services.errors import GatewayRefused

_WITHOUT_CENTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
# Left out on purpose: three decimals (KWD, BHD, …) and the currencies that look like none (ISK, UGX)
_WITH_CENTS = frozenset(
    {"AED", "ARS", "AUD", "BOB", "BRL", "CAD", "CHF", "CNY", "COP", "CRC", "CZK", "DKK", "DOP", "EUR", "GBP"}
    | {"GTQ", "HKD", "HUF", "IDR", "ILS", "INR", "KES", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP"}
    | {"PLN", "RON", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "UYU", "ZAR"}
)
CURRENCIES = _WITHOUT_CENTS | _WITH_CENTS


def decimals_of(currency: str) -> int:
    return 0 if currency.upper() in _WITHOUT_CENTS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Refuse what the currency cannot say, rather than round somebody's money."""
    if currency.upper() not in CURRENCIES:
        raise GatewayRefused("currency_not_offered", currency)
    minor = amount.scaleb(decimals_of(currency))
    if minor != minor.to_integral_value():
        raise GatewayRefused("amount_too_fine", f"{amount} {currency}")
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-decimals_of(currency))
