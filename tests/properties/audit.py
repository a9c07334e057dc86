"""What must hold of the books at any moment, and what they say of each number."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from db import books
from db.rows import AnyRow
from db.states import CHARGES, UNFINISHED, UNFINISHED_REFUNDS, TransactionStatus
from db.tables import ActiveNumber, Refund, SmsMessage, Transaction, User
from services.ports.gateway import DisputeState, Payment


def left_of(payment: Payment) -> Decimal:
    """What a payment is still worth, as its gateway tells it."""
    if payment.dispute in {DisputeState.OPEN, DisputeState.LOST}:
        return Decimal(0)
    return payment.amount - payment.refunded


def refunded(payment: Payment, part: Decimal) -> Payment:
    """Gateways refund neither more than was paid nor what is disputed."""
    if payment.dispute in {DisputeState.OPEN, DisputeState.LOST}:
        return payment
    return replace(payment, refunded=min(payment.amount, payment.refunded + part))


def disputed(payment: Payment, state: DisputeState) -> Payment:
    """A dispute is opened once and ends once."""
    if state is DisputeState.OPEN:
        return replace(payment, dispute=state) if payment.dispute is None else payment
    return replace(payment, dispute=state) if payment.dispute is DisputeState.OPEN else payment


def what_is_wrong(connection: Connection) -> list[str]:
    wrong = [str(breach) for breach in books.breaches(connection)]
    poor = connection.scalars(select(User.id).where(User.credits < 0, User.indebted_since.is_(None))).all()
    wrong += [f"{user} has less than nothing" for user in poor]
    if (difference := _unaccounted(connection)) != 0:
        wrong.append(f"{difference} came from nowhere, or went there")
    return wrong


def _unaccounted(connection: Connection) -> Decimal:
    """Money in, less what is spent, held and spendable."""
    is_charge = Transaction.type.in_(CHARGES)
    spent = _total(connection, is_charge, Transaction.status == TransactionStatus.COMPLETED)
    held = _total(connection, is_charge, Transaction.status == TransactionStatus.PENDING)
    came = _total(connection, ~is_charge, books.counts())
    spendable = connection.execute(select(func.coalesce(func.sum(User.credits), 0))).scalar_one()
    return came + spent + held - Decimal(spendable)


def _total(connection: Connection, *which: Any) -> Decimal:
    amount = connection.execute(select(func.sum(Transaction.amount)).where(*which)).scalar_one()
    return amount or Decimal(0)


def numbers(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(
        select(
            ActiveNumber.id,
            ActiveNumber.user_id,
            ActiveNumber.provider,
            ActiveNumber.upstream_id,
            ActiveNumber.status,
            ActiveNumber.price,
            Transaction.status.label("charge"),
        ).join(Transaction, Transaction.id == ActiveNumber.charge_id)
    ).all()


def unfinished(connection: Connection) -> list[str]:
    query = select(ActiveNumber.id, ActiveNumber.status).where(ActiveNumber.status.in_(UNFINISHED))
    on_the_way = select(Refund.id, Refund.state).where(Refund.state.in_(UNFINISHED_REFUNDS))
    return [
        *(f"{row.id} is {row.status}" for row in connection.execute(query)),
        *(f"refund {row.id} is {row.state}" for row in connection.execute(on_the_way)),
    ]


def shown(connection: Connection, provider: str) -> dict[str, int]:
    """How many codes each number has that its buyer can see."""
    rows = connection.execute(
        select(ActiveNumber.upstream_id, func.count(func.distinct(SmsMessage.code)))
        .outerjoin(
            SmsMessage, (SmsMessage.active_number_id == ActiveNumber.id) & (SmsMessage.status == "received")
        )
        .where(ActiveNumber.provider == provider, ActiveNumber.upstream_id.is_not(None))
        .group_by(ActiveNumber.upstream_id)
    )
    return {str(row[0]): row[1] for row in rows}


def codes(connection: Connection) -> dict[UUID, list[str]]:
    """The codes that were shown, by number."""
    rows = connection.execute(
        select(SmsMessage.active_number_id, SmsMessage.code).where(
            SmsMessage.status == "received", SmsMessage.is_withheld.is_(False)
        )
    )
    found: dict[UUID, list[str]] = {}
    for row in rows:
        found.setdefault(row.active_number_id, []).append(row.code)
    return found
