"""How money, times and phone numbers are written for a person."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_datetime, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision

# Fewer decimals than the currency has are never shown: 10 is written 10,00.
_SMALLEST_PRECISION = 2
_SHORT_WAIT = timedelta(minutes=2)


def write_money(amount: Decimal, currency: str, locale: Locale) -> str:
    digits = max(get_currency_precision(currency), _SMALLEST_PRECISION)
    rounded = amount.quantize(Decimal(1).scaleb(-digits))
    written = format_currency(
        rounded, currency, locale=locale, currency_digits=False, decimal_quantization=False
    )
    return written.replace("\N{NO-BREAK SPACE}", " ")


def write_number(number: Decimal, locale: Locale) -> str:
    return str(format_decimal(number.normalize(), locale=locale))


def write_time(at: datetime, now: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Write the hour alone when it is today's."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return format_time(at, "HH:mm", tzinfo=zone, locale=locale)
    return write_date(at, zone, locale)


def write_date(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    pattern = "dd/MM HH:mm" if locale.language == "pt" else "MMM d, HH:mm"
    return format_datetime(at, pattern, tzinfo=zone, locale=locale)


def write_span(span: timedelta) -> str:
    """1:20 while seconds matter, 17 min after that."""
    seconds = max(int(span.total_seconds()), 0)
    if span < _SHORT_WAIT:
        return f"{seconds // 60}:{seconds % 60:02d}"
    return f"{round(seconds / 60)} min"


def write_phone(digits: str) -> str:
    try:
        number = phonenumbers.parse(f"+{digits.lstrip('+')}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def write_country(iso2: str | None, name: str, locale: Locale) -> str:
    return str(locale.territories.get(iso2 or "", name))
