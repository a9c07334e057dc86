from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, select
from sqlalchemy.sql import Select

from db.books import counts
from db.rows import AnyRow
from db.states import TransactionStatus, TransactionType
from db.tables import ActiveNumber, Country, SmsService, Transaction


def _is_shown() -> ColumnElement[bool]:
    """Everything but purchases of credits that nobody has paid."""
    unpaid = and_(Transaction.amount > 0, Transaction.status != TransactionStatus.COMPLETED)
    return ~unpaid


def _at() -> ColumnElement[datetime]:
    """When it moved the balance: a purchase of credits when it was paid, all else when it was written."""
    is_purchase = Transaction.type == TransactionType.CREDIT_PURCHASE
    return case((is_purchase, Transaction.updated_at), else_=Transaction.created_at)


def count(connection: Connection, user_id: UUID) -> int:
    return connection.execute(
        select(func.count()).select_from(Transaction).where(Transaction.user_id == user_id, _is_shown())
    ).scalar_one()


def lines(
    connection: Connection,
    user_id: UUID,
    *,
    only: UUID | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[AnyRow]:
    """Movements of one person, newest first, each with the balance after it."""
    counted = _with_balances(user_id).subquery()
    query = (
        select(
            counted, SmsService.name.label("service_name"), Country.flag, ActiveNumber.id.label("number_id")
        )
        .outerjoin(ActiveNumber, ActiveNumber.charge_id == counted.c.id)
        .outerjoin(SmsService, SmsService.id == ActiveNumber.sms_service_id)
        .outerjoin(Country, Country.id == ActiveNumber.country_id)
        .order_by(counted.c.at.desc(), counted.c.id.desc())
        .offset(offset)
    )
    if only is not None:
        query = query.where(counted.c.id == only)
    return connection.execute(query.limit(limit) if limit else query).all()


def _with_balances(user_id: UUID) -> Select[*tuple[object, ...]]:
    moved = case((counts(), Transaction.amount), else_=0)
    # A charge that was given back shows as if it had never been taken: the sum stays exact.
    balance = func.sum(moved, type_=Transaction.amount.type).over(
        order_by=(_at(), Transaction.id), rows=(None, 0)
    )
    return select(
        Transaction.id,
        _at().label("at"),
        Transaction.type,
        Transaction.status,
        Transaction.amount,
        Transaction.gateway,
        Transaction.topup_id,
        Transaction.reason,
        balance.label("balance"),
    ).where(Transaction.user_id == user_id, _is_shown())
