import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from bot.sandbox.payments.delivery import Sign, Signature


def sign(body: bytes, token: str) -> str:
    """Crypto Pay: HMAC-SHA256 of the body; the key is the SHA256 of the app's token."""
    return hmac.new(hashlib.sha256(token.encode()).digest(), body, hashlib.sha256).hexdigest()


def signer(token: str) -> Sign:
    def headers(body: bytes, _: datetime, signature: Signature) -> Mapping[str, str]:
        if signature == "absent":
            return {}
        key = f"{token}-of-somebody-else" if signature == "wrong" else token
        return {"crypto-pay-api-signature": sign(body, key)}

    return headers
