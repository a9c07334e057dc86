from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from services.errors import ProviderUnavailable
from services.ports.provider import Past, Received
from services.providers.handler_api.money import read_money
from services.providers.handler_api.parsing.messages import read_message
from services.providers.handler_api.parsing.values import (
    read_fields,
    read_id,
    read_phone,
    read_text,
    read_time,
)
from services.providers.handler_api.reading import NotJson, read_json

# HeroSMS: 2 received, 3 waiting again, 4 waiting, 6 done, 8 cancelled, 10 refunded.
_FINISHED = "6"
_RETURNED = frozenset({"8", "10"})


def read_past(row: object, zone: tzinfo | None) -> Past:
    """Read one row of history; a state number alone proves nothing that the messages deny."""
    fields = read_fields(row)
    upstream_id = read_id(fields.get("id") or fields.get("activationId"))
    if upstream_id is None:
        raise ProviderUnavailable("a number in the history has no id")
    received = _messages(fields.get("sms"))
    state = read_text(fields.get("status")) or ""
    return Past(
        upstream_id,
        phone=read_phone(fields.get("phone")) or "",
        cost=read_money(fields.get("cost")),
        started_at=read_time(fields.get("date"), zone),
        has_code=bool(received) or state == _FINISHED,
        returned=_was_returned(state, received),
        service=_first_text(fields, "service", "serviceCode"),
        country=_first_text(fields, "country", "countryCode"),
        received=received,
    )


def _was_returned(state: str, received: tuple[Received, ...]) -> bool | None:
    if state in _RETURNED:
        return None if received else True
    return False if state == _FINISHED else None


def _messages(told: object) -> tuple[Received, ...]:
    """SMS-Activate: a JSON list inside a string; HeroSMS: a text."""
    inner = read_json(told) if isinstance(told, str) and told.strip().startswith("[") else told
    listed = [told] if isinstance(inner, NotJson) else inner if isinstance(inner, list) else [inner]
    found = (read_message(each) for each in listed)
    return tuple(each for each in found if each is not None)


def _first_text(fields: Mapping[str, Any], *names: str) -> str | None:
    return next((text for name in names if (text := read_text(fields.get(name)))), None)
