"""Credits held for numbers: taken first, then kept or given back."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, update

from db.ledger.balances import INTERNAL, Movement, add, write
from db.states import CHARGES, TransactionStatus, TransactionType
from db.tables import Transaction, User


def hold(
    connection: Connection,
    *,
    user_id: UUID,
    amount: Decimal,
    key: str,
    now: datetime,
    kind: TransactionType = TransactionType.SMS_RECEIVED,
) -> UUID | None:
    """Take credits for something that may still come to nothing; None: there are not enough."""
    taken = connection.execute(
        update(User)
        .where(User.id == user_id, User.credits >= amount, User.indebted_since.is_(None))
        .values(credits=User.credits - amount, updated_at=now)
    )
    if not taken.rowcount:
        return None
    return write(
        connection,
        user_id=user_id,
        type=kind,
        amount=-amount,
        gateway=INTERNAL,
        transaction_id_gateway=key,
        status=TransactionStatus.PENDING,
        now=now,
    )


def keep(connection: Connection, charge_id: UUID, now: datetime) -> bool:
    """Make a held charge final: what it paid for has come."""
    kept = connection.execute(
        update(Transaction)
        .where(
            Transaction.id == charge_id,
            Transaction.type.in_(CHARGES),
            Transaction.status == TransactionStatus.PENDING,
        )
        .values(status=TransactionStatus.COMPLETED, updated_at=now)
    )
    return bool(kept.rowcount)


def give_back(connection: Connection, charge_id: UUID, now: datetime) -> Movement | None:
    """Return a held charge, once; None: it was kept or returned before."""
    returned = connection.execute(
        update(Transaction)
        .where(
            Transaction.id == charge_id,
            Transaction.type.in_(CHARGES),
            Transaction.status == TransactionStatus.PENDING,
        )
        .values(status=TransactionStatus.FAILED, updated_at=now)
        .returning(Transaction.user_id, Transaction.amount)
    ).first()
    if returned is None:
        return None
    after = add(connection, returned.user_id, -returned.amount, now)
    return Movement(charge_id, returned.user_id, -returned.amount, after)
