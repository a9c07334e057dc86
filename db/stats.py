from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select

from db.rows import AnyRow
from db.states import CHARGES, UNFINISHED, NumberStatus, TopupState, TransactionStatus
from db.tables import ActiveNumber, Topup, Transaction


def sales_since(connection: Connection, since: datetime) -> tuple[int, Decimal]:
    """Charges that were kept since a moment: how many, and what they brought."""
    row = connection.execute(
        select(func.count(), func.sum(Transaction.amount)).where(
            Transaction.type.in_(CHARGES),
            Transaction.status == TransactionStatus.COMPLETED,
            Transaction.updated_at >= since,
        )
    ).one()
    return row[0], -(row[1] or Decimal("0.00"))


def costs_since(connection: Connection, since: datetime) -> list[AnyRow]:
    """What providers were paid for the sales since a moment, by provider."""
    return list(
        connection.execute(
            select(ActiveNumber.provider, func.sum(ActiveNumber.cost).label("cost"))
            .join(Transaction, Transaction.id == ActiveNumber.charge_id)
            .where(
                Transaction.status == TransactionStatus.COMPLETED,
                Transaction.updated_at >= since,
                ActiveNumber.cost.is_not(None),
            )
            .group_by(ActiveNumber.provider)
        )
    )


def ended_since(connection: Connection, since: datetime) -> tuple[int, int]:
    """Numbers that came to an end or a code: how many, and how many of them with a code."""
    row = connection.execute(
        select(func.count(), func.count().filter(ActiveNumber.codes > 0)).where(
            ActiveNumber.updated_at >= since,
            (ActiveNumber.codes > 0)
            | ActiveNumber.status.in_((NumberStatus.EXPIRED, NumberStatus.CANCELLED)),
        )
    ).one()
    return row[0], row[1]


def count_open(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(ActiveNumber).where(ActiveNumber.status.in_(UNFINISHED))
    ).scalar_one()


def pending_topups(connection: Connection) -> tuple[int, Decimal]:
    row = connection.execute(
        select(func.count(), func.sum(Topup.credits)).where(
            Topup.state.in_((TopupState.DRAFT, TopupState.OPEN))
        )
    ).one()
    return row[0], row[1] or Decimal("0.00")
