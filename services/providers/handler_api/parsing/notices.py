"""What providers post of their own accord: which number rang. What it says is asked for elsewhere."""

import hashlib

from services.ports.provider import Ring
from services.providers.handler_api.parsing.values import read_fields, read_id, read_text
from services.providers.handler_api.reading import NotJson, read_json


def read_notice(body: bytes) -> Ring | None:
    """Read a notice: `activationId`, with service, code, text, country, receivedAt, and at times an `id`.

    SMS-Activate, SMSBower: as said; HeroSMS: `phoneFrom` too, and null for a code or text it has not.
    """
    value = read_json(body.decode("utf-8", errors="replace"))
    fields = {} if isinstance(value, NotJson) else read_fields(value)
    upstream_id = read_id(fields.get("activationId"))
    if upstream_id is None:
        return None
    message_id = read_id(fields.get("id"))
    if message_id is not None:
        return Ring(upstream_id, f"id:{message_id}")
    told = [read_text(fields.get(name)) or "" for name in ("receivedAt", "text", "code")]
    return Ring(upstream_id, hashlib.sha256("\0".join(told).encode(errors="replace")).hexdigest())
