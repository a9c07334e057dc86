"""Mercado Pago's dates: milliseconds and an offset, always."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d")
_RELATIVE = re.compile(r"NOW(?:-(\d+)(MINUTE|HOUR|DAY|MONTH|YEAR)S?)?")
_HOME = timezone(timedelta(hours=-4))  # what its answers are written in
_HOURS = {"MINUTE": 1 / 60, "HOUR": 1, "DAY": 24, "MONTH": 24 * 30, "YEAR": 24 * 365}


def write_date(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(_HOME).isoformat(timespec="milliseconds")


def read_date(value: Any, name: str) -> datetime:
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        raise MercadoPagoRefusal(
            f"{name}: date format must be yyyy-MM-dd'T'HH:mm:ss.SSSZ with an offset", cause=1001
        )
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise MercadoPagoRefusal(f"{name}: there is no such date", cause=1001) from None


def read_bound(value: str, name: str, now: datetime) -> datetime:
    """A bound of a search: a date, or a moment relative to now (NOW-1DAYS)."""
    relative = _RELATIVE.fullmatch(value)
    if relative is None:
        return read_date(value, name)
    number, unit = relative.groups()
    return now - timedelta(hours=int(number) * _HOURS[unit]) if number else now
