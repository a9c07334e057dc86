"""What we read of Stripe's objects; all else in them may change without us."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import stripe
from pydantic import BaseModel, ConfigDict

from services.gateways.stripe.minor_units import from_minor
from services.ports.gateway import DisputeState, Payment, PaymentState

TOPUP = "topup_id"  # the metadata key that names the top-up

Read = TypeVar("Read", bound=BaseModel)


class _Object(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Charge(_Object):
    amount_refunded: int = 0  # Stripe: cumulative
    disputed: bool = False
    created: int | None = None


class Intent(_Object):
    id: str
    status: str
    amount: int
    amount_received: int = 0
    currency: str
    metadata: dict[str, str] | None = None
    latest_charge: Charge | str | None = None


class Session(_Object):
    """A Checkout Session; its intent is there from the moment the customer confirms."""

    id: str
    livemode: bool
    status: str | None
    payment_status: str
    amount_total: int | None
    currency: str | None
    expires_at: int | None = None
    url: str | None = None
    metadata: dict[str, str] | None = None
    payment_intent: Intent | str | None = None


class Holder(_Object):
    """A charge, refund or dispute: all say which intent they belong to."""

    payment_intent: Intent | None


class Dispute(_Object):
    amount: int
    currency: str
    status: str


class Touched(_Object):
    payment_intent: str | None = None


class EventSubject(_Object):
    object: Touched


class Event(_Object):
    """Something that happened to a charge, a refund or a dispute: all name their intent."""

    data: EventSubject


class Funds(_Object):
    amount: int
    currency: str


class Balance(_Object):
    livemode: bool
    available: list[Funds]


def read(model: type[Read], answer: object) -> Read:
    return model.model_validate(answer.to_dict() if isinstance(answer, stripe.StripeObject) else answer)


def topup_of(metadata: dict[str, str] | None) -> UUID | None:
    try:
        return UUID((metadata or {})[TOPUP])
    except (KeyError, ValueError):
        return None


def is_disputed(intent: Intent) -> bool:
    return isinstance(intent.latest_charge, Charge) and intent.latest_charge.disputed


def payment(session: Session, intent: Intent, disputes: Iterable[Dispute]) -> Payment:
    charge = intent.latest_charge if isinstance(intent.latest_charge, Charge) else None
    state, at_stake = _standing(tuple(disputes))
    received = min(at_stake, intent.amount_received)  # Stripe: exchange rates may push a dispute above it
    return Payment(
        payment_id=intent.id,
        state=_state(session, intent),
        amount=from_minor(intent.amount_received or intent.amount, intent.currency),
        currency=intent.currency.upper(),
        reference=(session.metadata or {}).get(TOPUP),
        is_live=session.livemode,
        refunded=from_minor(charge.amount_refunded if charge else 0, intent.currency),
        disputed=from_minor(received, intent.currency),
        dispute=state,
        paid_at=datetime.fromtimestamp(charge.created, UTC) if charge and charge.created else None,
    )


def _state(session: Session, intent: Intent) -> PaymentState:
    # Stripe: a boleto's session is complete days before it is paid
    if session.payment_status == "paid":
        return PaymentState.PAID
    if session.status == "expired" or intent.status == "canceled":
        return PaymentState.FAILED
    if session.status == "complete" and intent.status == "requires_payment_method":
        return PaymentState.FAILED
    return PaymentState.WAITING


# Stripe: warning_* are inquiries and `prevented` a dispute that never was: no money has moved
_STANDINGS = {
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "lost": DisputeState.LOST,
    "appeal_needs_response": DisputeState.LOST,
    "appeal_under_review": DisputeState.LOST,
    "won": DisputeState.WON,
}


def _standing(disputes: tuple[Dispute, ...]) -> tuple[DisputeState | None, int]:
    """Say the gravest state of all disputes, and what they hold or took together."""
    states = {_STANDINGS.get(dispute.status) for dispute in disputes}
    against_us = (DisputeState.OPEN, DisputeState.LOST)
    gravest = next((state for state in (*against_us, DisputeState.WON) if state in states), None)
    return gravest, sum(each.amount for each in disputes if _STANDINGS.get(each.status) in against_us)


def major(funds: Funds) -> Decimal:
    return from_minor(funds.amount, funds.currency)
