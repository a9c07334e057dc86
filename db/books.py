"""Read the books against their own rules, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from db.states import CHARGES, CLAW_BACKS, GIFTS, UNFINISHED, NumberStatus, TransactionStatus, TransactionType
from db.tables import ActiveNumber, Case, SmsMessage, Transaction, User
from db.types import Credits

_POSITIVE = (TransactionType.CREDIT_PURCHASE, *GIFTS)


@dataclass(frozen=True, slots=True)
class Breach:
    rule: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Totals:
    customers: int
    credits: Decimal
    held: Decimal


def totals(connection: Connection) -> Totals:
    people = connection.execute(select(func.count(), func.coalesce(func.sum(User.credits), 0))).one()
    held = connection.execute(select(func.sum(Transaction.amount)).where(_is_held())).scalar()
    return Totals(people[0], Decimal(people[1]), -(held or Decimal("0.00")))


def breaches(connection: Connection) -> Iterator[Breach]:
    """Find every row that breaks a rule of the ledger."""
    yield from _unequal_sums(connection)
    yield from _unexplained_debts(connection)
    yield from _purchases_without_payment(connection)
    yield from _holds_without_reason(connection)
    yield from _wrong_charges(connection)
    yield from _charges_without_a_number(connection)


def counts() -> ColumnElement[bool]:
    """Tell which transactions a person's credits are the sum of."""
    completed = Transaction.status == TransactionStatus.COMPLETED
    pending = Transaction.status == TransactionStatus.PENDING
    return or_(completed, and_(pending, Transaction.amount < 0))


def _unequal_sums(connection: Connection) -> Iterator[Breach]:
    summed = (
        select(Transaction.user_id, func.sum(Transaction.amount).label("amount"))
        .where(counts())
        .group_by(Transaction.user_id)
        .subquery()
    )
    amount = func.coalesce(summed.c.amount, literal(Decimal(0), Credits()), type_=Credits())
    rows = connection.execute(
        select(User.id, User.credits, amount.label("amount"))
        .outerjoin(summed, summed.c.user_id == User.id)
        .where(User.credits != amount)
    )
    for row in rows:
        yield Breach(
            "credits-equal-transactions",
            f"user {row.id}",
            f"credits {row.credits}, transactions {row.amount}, difference {row.credits - row.amount}",
        )


def _unexplained_debts(connection: Connection) -> Iterator[Breach]:
    is_clawed = (
        exists().where(Transaction.user_id == User.id, Transaction.type.in_(CLAW_BACKS)).correlate(User)
    )
    for row in connection.execute(select(User.id, User.credits).where(User.credits < 0, ~is_clawed)):
        yield Breach("debt-has-a-claw-back", f"user {row.id}", f"credits {row.credits} without a refund")


def _purchases_without_payment(connection: Connection) -> Iterator[Breach]:
    rows = connection.execute(
        select(Transaction.id, Transaction.gateway).where(
            Transaction.type == TransactionType.CREDIT_PURCHASE,
            Transaction.status == TransactionStatus.COMPLETED,
            Transaction.transaction_id_gateway.is_(None),
        )
    )
    for row in rows:
        yield Breach("purchase-has-a-payment", f"transaction {row.id}", f"{row.gateway} told no payment id")
    yield from _shared_payments(connection)


def _shared_payments(connection: Connection) -> Iterator[Breach]:
    """One payment made two purchases: the unique key forbids it, this looks all the same."""
    rows = connection.execute(
        select(Transaction.gateway, Transaction.transaction_id_gateway, func.count().label("times"))
        .where(
            Transaction.type == TransactionType.CREDIT_PURCHASE,
            Transaction.transaction_id_gateway.is_not(None),
        )
        .group_by(Transaction.gateway, Transaction.transaction_id_gateway)
        .having(func.count() > 1)
    )
    for row in rows:
        payment = f"{row.gateway} {row.transaction_id_gateway}"
        yield Breach("payment-credits-once", payment, f"credited {row.times} times")


def _is_held() -> ColumnElement[bool]:
    return and_(Transaction.type.in_(CHARGES), Transaction.status == TransactionStatus.PENDING)


def _holds_without_reason(connection: Connection) -> Iterator[Breach]:
    unfinished = select(ActiveNumber.charge_id).where(ActiveNumber.status.in_(UNFINISHED))
    rows = connection.execute(
        select(Transaction.id, Transaction.amount, ActiveNumber.id.label("number"))
        .outerjoin(ActiveNumber, ActiveNumber.charge_id == Transaction.id)
        .where(_is_held(), Transaction.id.not_in(unfinished))
    ).all()
    asked = set(connection.scalars(select(Case.subject).where(Case.resolved_at.is_(None)))) if rows else set()
    for row in rows:
        if str(row.number) not in asked:
            detail = f"{-row.amount} held for nothing that is open"
            yield Breach("hold-has-a-number", f"transaction {row.id}", detail)


def _charges_without_a_number(connection: Connection) -> Iterator[Breach]:
    """A number is charged for once, at its price, and a further code on it is free."""
    rows = connection.execute(
        select(Transaction.id, Transaction.amount, ActiveNumber.id.label("number"), ActiveNumber.price)
        .outerjoin(ActiveNumber, ActiveNumber.charge_id == Transaction.id)
        .where(
            Transaction.type == TransactionType.SMS_RECEIVED,
            Transaction.status == TransactionStatus.COMPLETED,
            or_(ActiveNumber.id.is_(None), ActiveNumber.price != -Transaction.amount),
        )
    )
    for row in rows:
        told = "no number" if row.number is None else f"number {row.number} at {row.price}"
        detail = f"{-row.amount} charged for {told}: give it back with an adjustment"
        yield Breach("charge-has-a-number", f"transaction {row.id}", detail)


def _wrong_charges(connection: Connection) -> Iterator[Breach]:
    charge = aliased(Transaction)
    shown = exists().where(
        SmsMessage.active_number_id == ActiveNumber.id,
        SmsMessage.status == "received",
        SmsMessage.is_withheld.is_(False),
    )
    has_code = case((shown, 1), else_=0)
    rows = connection.execute(_numbers_against_charges(charge, has_code))
    for row in rows:
        came = "a code came" if row.has_code else "no code came"
        yield Breach("code-charges-once", f"number {row.id}", f"{row.number} and {came}, charge {row.charge}")


def _numbers_against_charges(
    charge: type[Transaction], has_code: ColumnElement[int]
) -> Select[*tuple[Any, ...]]:
    ended = (NumberStatus.REJECTED, NumberStatus.EXPIRED, NumberStatus.CANCELLED)
    return (
        select(
            ActiveNumber.id,
            ActiveNumber.status.label("number"),
            charge.status.label("charge"),
            has_code.label("has_code"),
        )
        .join(charge, charge.id == ActiveNumber.charge_id)
        .where(
            or_(
                and_(has_code == 1, charge.status != TransactionStatus.COMPLETED),
                and_(has_code == 0, charge.status == TransactionStatus.COMPLETED),
                and_(ActiveNumber.status.in_(ended), charge.status != TransactionStatus.FAILED),
                and_(ActiveNumber.status == NumberStatus.FINISHED, has_code == 0),
            )
        )
    )
