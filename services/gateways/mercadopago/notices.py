import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from services.errors import ForgedNotice
from services.ports.gateway import Notice

_LARGEST_NOTICE_BYTES = 256 * 1024
# Mercado Pago repeats a notice for days; a replay only makes us look again
_TOLERANCE_SECONDS = 7 * 24 * 3600
_SURELY_MILLISECONDS = 10**11  # documents say milliseconds and show seconds: both are seen
_TIME = re.compile(r"[0-9]{1,15}")
_HEARD = {"payment": "payment", "topic_chargebacks_wh": "chargeback", "chargebacks": "chargeback"}


def read_notice(
    query: Mapping[str, str], headers: Mapping[str, str], body: bytes, secret: str, now: datetime
) -> Notice | None:
    """Check the signature; it covers the id in the query and nothing of the body."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    request_id = lower.get("x-request-id", "")
    subject = query.get("data.id", "")
    signature = _parts(lower.get("x-signature", ""))
    if not (
        secret.strip()
        and subject
        and len(body) <= _LARGEST_NOTICE_BYTES
        and _is_recent(signature.get("ts", ""), now)
        and _is_signed(signature, subject, request_id, secret)
    ):
        raise ForgedNotice("mercadopago")
    kind = _HEARD.get(_kind(query, body, subject))
    if kind is None:
        return None
    # what is signed names the notice, so that nobody rings twice with one signature
    return Notice(f"{kind}:{subject}:{signature['ts']}:{request_id}", about=f"{kind}:{subject}")


def _parts(signature: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in signature.split(",") if "=" in part)
    return {name.strip().lower(): value.strip() for name, value in pairs}


def _is_recent(ts: str, now: datetime) -> bool:
    if not _TIME.fullmatch(ts):
        return False
    seconds = int(ts) / 1000 if int(ts) > _SURELY_MILLISECONDS else int(ts)
    return abs(now.timestamp() - seconds) <= _TOLERANCE_SECONDS


def _is_signed(signature: Mapping[str, str], subject: str, request_id: str, secret: str) -> bool:
    given = _bytes(signature.get("v1", ""))
    return any(
        hmac.compare_digest(_sign(text, secret), given)
        for text in _manifests(subject, request_id, signature["ts"])
    )


def _sign(text: str, secret: str) -> bytes:
    return hmac.new(_bytes(secret), _bytes(text), hashlib.sha256).hexdigest().encode()


def _bytes(text: str) -> bytes:
    """A stranger's header may be no text at all, and compare_digest takes none beyond ASCII."""
    return text.encode(errors="surrogateescape")


def _manifests(subject: str, request_id: str, ts: str) -> Iterator[str]:
    # Mercado Pago: ids with letters were signed in lower case once, and as they are since 2026-06
    for spelling in dict.fromkeys((subject, subject.lower())):
        yield f"id:{spelling};" + (f"request-id:{request_id};" if request_id else "") + f"ts:{ts};"


def _kind(query: Mapping[str, str], body: bytes, subject: str) -> str:
    """Read what kind of thing rang; a body that names another thing than was signed is forged."""
    try:
        told = json.loads(body)
        named = str(told["data"]["id"])
        kind = str(told.get("type") or query.get("type", ""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ForgedNotice("mercadopago") from error
    if named.lower() != subject.lower():
        raise ForgedNotice("mercadopago")
    return kind
