"""What every movement is made of: the balance and its row, changed together."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection, case, insert, null, select, update

from db.states import TransactionType
from db.tables import Transaction, User

INTERNAL = "Internal"


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of somebody's credits that has just been made."""

    transaction_id: UUID
    user_id: UUID
    amount: Decimal  # what it added; negative: took
    balance: Decimal  # after it


def balance(connection: Connection, user_id: UUID) -> Decimal:
    return connection.execute(select(User.credits).where(User.id == user_id)).scalar_one()


def movement(connection: Connection, transaction_id: UUID) -> Movement:
    """Read one movement, with the balance of now."""
    row = connection.execute(
        select(Transaction.user_id, Transaction.amount, User.credits)
        .join(User, User.id == Transaction.user_id)
        .where(Transaction.id == transaction_id)
    ).one()
    return Movement(transaction_id, row.user_id, row.amount, row.credits)


def has_key(connection: Connection, key: str, kind: TransactionType) -> bool:
    """Tell whether a movement of the shop's own was made under this key."""
    found = select(Transaction.id).where(
        Transaction.gateway == INTERNAL,
        Transaction.transaction_id_gateway == key,
        Transaction.type == kind,
    )
    return connection.execute(found).first() is not None


def add(
    connection: Connection,
    user_id: UUID,
    amount: Decimal,
    now: datetime,
    *,
    may_leave_debt: bool = False,
) -> Decimal:
    after = User.credits + amount
    in_debt = case((after >= 0, null()), else_=User.indebted_since)
    if may_leave_debt:
        since = case((User.indebted_since.is_(None), now), else_=User.indebted_since)
        in_debt = case((after >= 0, null()), else_=since)
    return connection.execute(
        update(User)
        .where(User.id == user_id)
        .values(credits=after, indebted_since=in_debt, updated_at=now)
        .returning(User.credits)
    ).scalar_one()


def write(connection: Connection, *, now: datetime, **values: object) -> UUID:
    transaction_id = uuid4()
    connection.execute(
        insert(Transaction).values(id=transaction_id, created_at=now, updated_at=now, **values)
    )
    return transaction_id
