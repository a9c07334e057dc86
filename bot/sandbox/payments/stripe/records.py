"""What the stand-in remembers of an account; `objects.py` says it in Stripe's words."""

import secrets
import string
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

_ALPHABET = string.ascii_letters + string.digits
_WITHOUT_CENTS = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "xaf"}
)

Method = Literal["card", "boleto", "pix"]


def new_id(prefix: str, length: int = 24) -> str:
    """Make an id no earlier sandbox gave, so that a shop's database may outlive this one."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def major(amount: int, currency: str) -> Decimal:
    """Stripe counts in the smallest unit of a currency."""
    return Decimal(amount).scaleb(0 if currency in _WITHOUT_CENTS else -2)


@dataclass(slots=True)
class Session:
    id: str
    created: int
    expires_at: int
    amount: int
    currency: str
    livemode: bool
    asked: dict[str, Any]
    methods: list[str]
    status: Literal["open", "complete", "expired"] = "open"
    payment_status: Literal["unpaid", "paid"] = "unpaid"
    intent: str | None = None
    email: str | None = None
    settles_at: int | None = None  # a voucher that somebody will pay later

    @property
    def reference(self) -> str | None:
        reference: str | None = self.asked.get("client_reference_id")
        return reference


@dataclass(slots=True)
class Intent:
    id: str
    created: int
    amount: int
    currency: str
    livemode: bool
    session: str
    method: Method
    metadata: dict[str, str]
    description: str | None
    receipt_email: str | None
    status: Literal["requires_payment_method", "processing", "succeeded"] = "processing"
    charge: str | None = None
    decline: str | None = None


@dataclass(slots=True)
class Charge:
    id: str
    created: int
    amount: int
    currency: str
    livemode: bool
    intent: str
    method: Method
    metadata: dict[str, str]
    description: str | None
    email: str | None
    reference: str | None
    decline: str | None = None
    refunded: int = 0
    disputed: bool = False

    @property
    def left(self) -> int:
        return 0 if self.decline else self.amount - self.refunded


@dataclass(slots=True)
class Refund:
    id: str
    created: int
    amount: int
    currency: str
    charge: str
    intent: str
    method: Method
    reason: str | None
    metadata: dict[str, str]
    status: Literal["pending", "succeeded", "failed"] = "succeeded"


@dataclass(slots=True)
class Dispute:
    id: str
    created: int
    amount: int
    currency: str
    livemode: bool
    charge: str
    intent: str
    status: Literal["needs_response", "won", "lost"] = "needs_response"

    @property
    def is_open(self) -> bool:
        return self.status == "needs_response"


@dataclass(slots=True)
class Event:
    id: str
    created: int
    type: str
    object: dict[str, Any]
    livemode: bool
    previous: dict[str, Any] = field(default_factory=dict)
