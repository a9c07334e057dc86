import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over the wire."""

    body: str
    status: int = 200
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)


def as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)


def four_places(amount: Decimal) -> str:
    return f"{amount:.4f}"


def naive(at: datetime, zone_hours: int) -> str:
    """Write a time the old way: in upstream's zone, which it does not name."""
    return at.astimezone(_zone(zone_hours)).strftime("%Y-%m-%d %H:%M:%S")


def rfc3339(at: datetime, zone_hours: int) -> str:
    return at.astimezone(_zone(zone_hours)).isoformat(timespec="seconds")


def _zone(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


def _plain(content: object) -> Any:
    """Turn what JSON does not know into what it does; JSON has one kind of number."""
    if isinstance(content, Decimal):
        return float(content)
    if isinstance(content, datetime):
        return content.isoformat()
    raise TypeError(f"{type(content).__name__} does not go over the wire")
