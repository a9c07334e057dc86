from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.payments.stripe.refusals import StripeRefusal

_LONGEST = 255
_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was answered to a key, to be answered again."""

    fingerprint: str
    status: int
    body: bytes
    at: datetime


class Idempotency:
    """Stripe's promise: the same key with the same parameters is done once and answered alike."""

    def __init__(self) -> None:
        self._answers: dict[str, Remembered] = {}

    def recall(self, key: str | None, fingerprint: str, now: datetime) -> Remembered | None:
        if key is None:
            return None
        if len(key) > _LONGEST:
            raise StripeRefusal(f"Idempotency keys may have at most {_LONGEST} characters.")
        known = self._answers.get(key)
        if known is None or now - known.at > _KEPT:
            return None
        if known.fingerprint != fingerprint:
            raise StripeRefusal(
                "Keys for idempotent requests can only be used with the same parameters they were first "
                f"used with. Try using a key other than '{key}' if you meant another request.",
                kind="idempotency_error",
            )
        return known

    def remember(self, key: str | None, fingerprint: str, status: int, body: bytes, now: datetime) -> None:
        if key is not None:
            self._answers[key] = Remembered(fingerprint, status, body, now)
