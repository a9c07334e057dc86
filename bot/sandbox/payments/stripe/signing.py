import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sandbox.payments.delivery import Sign, Signature


def sign(body: bytes, secret: str, at: datetime) -> str:
    """Stripe's `Stripe-Signature`: HMAC-SHA256 over "seconds.body" under the endpoint's whole secret."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), b"%d." % seconds + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def signer(secret: str) -> Sign:
    def headers(body: bytes, at: datetime, signature: Signature) -> Mapping[str, str]:
        if signature == "absent":
            return {}
        key = secret if signature != "wrong" else f"{secret}-of-somebody-else"
        moment = at - timedelta(days=1) if signature == "stale" else at
        return {"Stripe-Signature": sign(body, key, moment)}

    return headers
