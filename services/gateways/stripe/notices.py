import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import stripe
from pydantic import BaseModel

from services.errors import ForgedNotice
from services.ports.gateway import Notice

_TOLERANCE_SECONDS = 300  # Stripe's own, but both ways: the SDK lets a notice from the future through
_LARGEST_NOTICE_BYTES = 256 * 1024
_SIGNED_AT = re.compile(r"(?:^|,)t=(\d{1,12})(?:,|$)")

TAKEN_BACK = frozenset(
    {"charge.refunded", "refund.created", "refund.updated", "refund.failed"}
    | {
        f"charge.dispute.{what}"
        for what in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
    }
)
HEARD = TAKEN_BACK | {
    f"checkout.session.{what}"
    for what in ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
}


class _Event(BaseModel):
    id: str
    type: str
    data: dict[str, Any]


class _Subject(BaseModel):
    id: str
    object: str


def read_notice(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Notice | None:
    """Check who signed and when; tell only which object rang."""
    signature = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
    if len(body) > _LARGEST_NOTICE_BYTES or not _is_recent(signature, now):
        raise ForgedNotice("stripe")
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret)
        event = _Event.model_validate_json(body)
        if event.type not in HEARD:
            return None
        subject = _Subject.model_validate(event.data.get("object"))
    # ValueError: not UTF-8, not JSON, no event; TypeError: a signature that is not ASCII
    except (stripe.SignatureVerificationError, ValueError, TypeError) as error:
        raise ForgedNotice("stripe") from error
    return Notice(event.id, about=f"{subject.object}:{subject.id}")


def _is_recent(signature: str, now: datetime) -> bool:
    signed_at = _SIGNED_AT.search(signature)
    return signed_at is not None and abs(now.timestamp() - int(signed_at[1])) <= _TOLERANCE_SECONDS
