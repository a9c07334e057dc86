"""Taking back what a refund or a dispute undid: always up to what the gateway now says, never twice."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from sqlalchemy import Connection

from db import cases, ledger, outbox, topups
from db.ledger import Movement
from db.rows import AnyRow
from db.states import TransactionStatus, TransactionType
from services.ports.gateway import DisputeState, Payment

_CENT = Decimal("0.01")
_COUNTED = (TransactionStatus.PENDING, TransactionStatus.COMPLETED)


def follow(connection: Connection, topup: AnyRow, payment: Payment, now: datetime) -> None:
    """Bring the books in line with what was refunded or disputed of one payment."""
    purchase_id = ledger.find_purchase(connection, topup.gateway, payment.payment_id)
    if purchase_id is None:
        return
    rows = topups.claw_backs(connection, purchase_id)
    _follow_refunds(connection, topup, payment, purchase_id, rows, now)
    if payment.dispute is not None:
        _follow_dispute(connection, topup, payment, purchase_id, rows, now)


def credits_for(topup: AnyRow, amount: Decimal) -> Decimal:
    """Credits that a part of the paid money had bought: in proportion, down to the hundredth."""
    paid = topup.gateway_amount or topup.amount
    if amount >= paid:
        return Decimal(topup.credits)
    return Decimal(topup.credits * amount / paid).quantize(_CENT, rounding=ROUND_DOWN)


def say_movement(connection: Connection, movement: Movement, why: str, now: datetime) -> None:
    """Tell a person what was added or taken."""
    outbox.put(
        connection,
        user_id=movement.user_id,
        kind="credits.granted" if movement.amount > 0 else "credits.taken",
        subject=str(movement.transaction_id),
        now=now,
        arguments={"amount": str(movement.amount), "balance": str(movement.balance), "why": why},
    )


def _follow_refunds(
    connection: Connection,
    topup: AnyRow,
    payment: Payment,
    purchase_id: UUID,
    rows: Sequence[AnyRow],
    now: datetime,
) -> None:
    missing = credits_for(topup, payment.refunded) - _taken(rows, TransactionType.REFUND)
    if missing > 0:
        movement = ledger.claw_back(
            connection,
            purchase_id=purchase_id,
            amount=missing,
            kind=TransactionType.REFUND,
            key=f"{payment.payment_id}:{payment.refunded}",
            now=now,
        )
        _tell(connection, movement, purchase_id, "refund", now)


def _follow_dispute(
    connection: Connection,
    topup: AnyRow,
    payment: Payment,
    purchase_id: UUID,
    rows: Sequence[AnyRow],
    now: datetime,
) -> None:
    pending = [
        row.id
        for row in rows
        if row.type == TransactionType.CHARGEBACK and row.status == TransactionStatus.PENDING
    ]
    if payment.dispute is not DisputeState.OPEN and pending:
        _close(connection, pending, is_lost=payment.dispute is DisputeState.LOST, now=now)
        return
    if payment.dispute is DisputeState.WON:
        return
    disputed = payment.disputed or payment.amount
    # Some gateways count what was refunded into the dispute, some do not: never more than is left.
    left = Decimal(topup.credits) - _taken(rows, TransactionType.REFUND)
    missing = min(credits_for(topup, disputed), left) - _taken(rows, TransactionType.CHARGEBACK)
    if missing > 0:
        movement = ledger.claw_back(
            connection,
            purchase_id=purchase_id,
            amount=missing,
            kind=TransactionType.CHARGEBACK,
            key=f"{payment.payment_id}:{disputed}",
            now=now,
            is_final=payment.dispute is DisputeState.LOST,
        )
        _tell(connection, movement, purchase_id, "chargeback", now)


def _close(connection: Connection, pending: Sequence[UUID], *, is_lost: bool, now: datetime) -> None:
    for transaction_id in pending:
        movement = ledger.close_claw_back(connection, transaction_id, is_lost=is_lost, now=now)
        if movement is not None:
            say_movement(connection, movement, "dispute_won", now)


def _tell(
    connection: Connection, movement: Movement | None, purchase_id: UUID, why: str, now: datetime
) -> None:
    if movement is None:
        return
    say_movement(connection, movement, why, now)
    facts = {"amount": str(movement.amount), "balance": str(movement.balance)}
    cases.open_case(connection, kind=f"payment.{why}", subject=str(purchase_id), facts=facts, now=now)


def _taken(rows: Sequence[AnyRow], kind: TransactionType) -> Decimal:
    amounts = (-row.amount for row in rows if row.type == kind and row.status in _COUNTED)
    return sum(amounts, Decimal("0.00"))
