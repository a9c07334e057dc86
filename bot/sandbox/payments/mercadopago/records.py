"""What the stand-in remembers of an account; `wording.py` says it in Mercado Pago's words."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

Status = Literal["pending", "in_process", "approved", "rejected", "cancelled", "refunded", "charged_back"]
Method = Literal["pix", "credit_card"]


@dataclass(slots=True)
class Refund:
    id: int
    payment: int
    amount: Decimal
    created: datetime


@dataclass(slots=True)
class Payment:
    id: int
    created: datetime
    changed: datetime
    amount: Decimal
    currency: str
    collector: int
    live_mode: bool
    method: Method
    reference: str | None
    description: str | None
    email: str | None
    metadata: dict[str, Any]
    expires_at: datetime | None = None
    notification_url: str | None = None
    preference: str | None = None
    code: str | None = None
    status: Status = "pending"
    detail: str = "pending_waiting_transfer"
    approved_at: datetime | None = None
    settles_at: datetime | None = None  # a review that ends by itself
    refunds: list[Refund] = field(default_factory=list)

    @property
    def refunded(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds), Decimal(0))

    @property
    def left(self) -> Decimal:
        return self.amount - self.refunded


@dataclass(slots=True)
class Preference:
    id: str
    created: datetime
    asked: dict[str, Any]
    payments: list[int] = field(default_factory=list)

    @property
    def reference(self) -> str | None:
        reference: str | None = self.asked.get("external_reference")
        return reference

    @property
    def amount(self) -> Decimal:
        items = self.asked["items"]
        return sum((Decimal(item["unit_price"]) * item.get("quantity", 1) for item in items), Decimal(0))

    @property
    def currency(self) -> str:
        return str(self.asked["items"][0].get("currency_id", "BRL"))


@dataclass(slots=True)
class Chargeback:
    id: str
    payment: int
    amount: Decimal
    created: datetime
    changed: datetime
    state: Literal["in_process", "settled", "reimbursed"] = "in_process"
