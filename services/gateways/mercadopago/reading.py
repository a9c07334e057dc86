"""What we read of Mercado Pago's objects; all else in them may change without us."""

import base64
import binascii
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.errors import GatewayUnavailable
from services.ports.gateway import DisputeState, Payment, PaymentState

MADE_BY = "gateway"  # the metadata key that tells our two gateways' payments apart

Read = TypeVar("Read", bound=BaseModel)

_PNG = b"\x89PNG\r\n"
_BRASILIA = timezone(timedelta(hours=-3))


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class TransactionData(_Object):
    qr_code: str | None = None
    qr_code_base64: str | None = None
    ticket_url: str | None = None


class PointOfInteraction(_Object):
    transaction_data: TransactionData = TransactionData()


class MpPayment(_Object):
    id: str
    status: str
    status_detail: str | None = None
    transaction_amount: Decimal
    transaction_amount_refunded: Decimal | None = None
    currency_id: str
    external_reference: str | None = None
    collector_id: str | None = None
    live_mode: bool | None = None
    date_approved: datetime | None = None
    date_of_expiration: datetime | None = None
    metadata: dict[str, Any] | None = None
    point_of_interaction: PointOfInteraction = PointOfInteraction()


class Paging(_Object):
    total: int


class Found(_Object):
    paging: Paging | None = None
    results: list[MpPayment]


class Item(_Object):
    unit_price: Decimal
    currency_id: str | None = None


class Preference(_Object):
    id: str
    init_point: str
    items: list[Item] | None = None
    collector_id: str | None = None


class Chargeback(_Object):
    payments: list[str] = Field(default_factory=list)


class Account(_Object):
    id: str
    nickname: str = ""
    site_id: str = ""


def read(model: type[Read], answer: object) -> Read:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise GatewayUnavailable(f"an answer without sense: {error.error_count()} faults") from error


def topup_of(payment: MpPayment) -> UUID | None:
    try:
        return UUID(payment.external_reference or "")
    except ValueError:
        return None


def moment(at: datetime) -> str:
    """Mercado Pago: ISO 8601 with milliseconds and an offset, else the date is refused."""
    return at.astimezone(_BRASILIA).isoformat(timespec="milliseconds")


def picture_of(code: TransactionData) -> bytes | None:
    try:
        image = base64.b64decode(code.qr_code_base64 or "", validate=True)
    except binascii.Error:
        return None
    return image if image.startswith(_PNG) else None


_STATES = {
    "approved": PaymentState.PAID,
    "refunded": PaymentState.PAID,  # it was paid; `refunded` tells the rest
    "charged_back": PaymentState.PAID,
    "rejected": PaymentState.FAILED,
    "cancelled": PaymentState.FAILED,
}
_CHARGEBACKS = {"settled": DisputeState.LOST, "reimbursed": DisputeState.WON}


def payment(told: MpPayment) -> Payment:
    dispute = _dispute(told)
    refunded = _refunded(told)
    at_stake = dispute in (DisputeState.OPEN, DisputeState.LOST)
    return Payment(
        payment_id=told.id,
        state=_state(told),
        # not total_paid_amount, which has the interest of instalments in it
        amount=told.transaction_amount,
        currency=told.currency_id,
        reference=told.external_reference,
        is_live=told.live_mode,
        receiver=told.collector_id,
        refunded=refunded,
        disputed=told.transaction_amount - refunded if at_stake else Decimal(0),
        dispute=dispute,
        paid_at=told.date_approved,
    )


def _state(told: MpPayment) -> PaymentState:
    if _is_in_mediation(told):
        return PaymentState.PAID
    return _STATES.get(told.status, PaymentState.WAITING)


def _is_in_mediation(told: MpPayment) -> bool:
    return told.status == "in_mediation" and told.date_approved is not None


def _refunded(told: MpPayment) -> Decimal:
    # Mercado Pago: a payment refunded in part is still "approved"
    if told.status == "refunded":
        return told.transaction_amount
    return told.transaction_amount_refunded or Decimal(0)


def _dispute(told: MpPayment) -> DisputeState | None:
    if told.status == "charged_back":
        return _CHARGEBACKS.get(told.status_detail or "", DisputeState.OPEN)
    return DisputeState.OPEN if _is_in_mediation(told) else None
