"""Single values, as providers write them: numbers as text, flags as 1, times without a zone."""

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from services.providers.handler_api.reading import clean

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PHONE = re.compile(r"\+?[\d ()-]+", re.ASCII)
_DIGITS_OF_A_PHONE = range(7, 21)  # with the country's code; fewer are a torn one
_DIGITS_OF_A_COUNT = 12  # more is a torn or foreign number
_EARLIEST_UNIX = 1_000_000_000
_LATEST_UNIX = 10_000_000_000


def read_fields(value: object) -> dict[str, Any]:
    """Read a JSON object; PHP writes an empty one as `[]`."""
    return value if isinstance(value, dict) else {}


def read_text(told: object) -> str | None:
    """Read a text or a number as text; blank and the word null count as nothing."""
    if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
        return None
    text = clean(str(told))
    return None if text.lower() in {"", "null", "none"} else text


def read_id(told: object) -> str | None:
    """Read an upstream id, told as number or text; ids pass 32 bits and stay text."""
    text = read_text(told) if isinstance(told, str | int) else None
    return text if text and _ID.fullmatch(text) and text.strip("0") else None


def read_phone(told: object) -> str | None:
    """Read a phone number as digits alone."""
    text = read_text(told) if isinstance(told, str | int) else None
    if text is None or not _PHONE.fullmatch(text):
        return None
    digits = "".join(filter(str.isdigit, text))
    return digits if len(digits) in _DIGITS_OF_A_PHONE else None


def read_flag(told: object) -> bool | None:
    """Read a yes or no told as true, 1, "1" or "true"."""
    if isinstance(told, bool):
        return told
    text = (read_text(told) or "").lower()
    return {"1": True, "true": True, "0": False, "false": False}.get(text)


def read_count(told: object) -> int | None:
    if isinstance(told, bool) or not isinstance(told, int | str):
        return None
    text = str(told).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_OF_A_COUNT else None


def read_time(told: object, zone: tzinfo | None = None) -> datetime | None:
    """Read a time whose zone is certain: a Unix second, an offset, or the dialect's own zone."""
    count = read_count(told)
    if count is not None:
        return datetime.fromtimestamp(count, UTC) if _EARLIEST_UNIX <= count < _LATEST_UNIX else None
    try:
        at = datetime.fromisoformat(told.strip()) if isinstance(told, str) else None
        if at is not None and at.tzinfo is None:
            at = at.replace(tzinfo=zone) if zone else None
        return at.astimezone(UTC) if at else None
    except (ValueError, OverflowError):
        return None
