import hashlib
import hmac
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.sandbox.payments.delivery import Sign, Signature


def sign(subject: str, request_id: str, ts: str, secret: str) -> str:
    """Mercado Pago's `x-signature`: over the id of the address, the request's id and the moment."""
    manifest = f"id:{subject};request-id:{request_id};ts:{ts};"
    digest = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    return f"ts={ts},v1={digest}"


def signer(secret: str, subject: str, timestamps_in: Callable[[], str]) -> Sign:
    def headers(_: bytes, at: datetime, signature: Signature) -> Mapping[str, str]:
        request_id = str(uuid.uuid4())
        if signature == "absent":
            return {"x-request-id": request_id}
        key = secret if signature != "wrong" else f"{secret}-of-somebody-else"
        moment = (at - timedelta(days=1) if signature == "stale" else at).timestamp()
        ts = str(int(moment * 1000) if timestamps_in() == "ms" else int(moment))
        return {"x-request-id": request_id, "x-signature": sign(subject, request_id, ts, key)}

    return headers
