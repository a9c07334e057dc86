"""Credits that the shop gives, and takes, for reasons of its own."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection, update

from db.ledger.balances import INTERNAL, Movement, add, balance, has_key, write
from db.once import insert_once
from db.states import TransactionStatus, TransactionType
from db.tables import Transaction, User


def gift(
    connection: Connection,
    *,
    user_id: UUID,
    amount: Decimal,
    kind: TransactionType,
    key: str,
    now: datetime,
    reason: str | None = None,
    actor_id: UUID | None = None,
    topup_id: UUID | None = None,
    reverses_id: UUID | None = None,
) -> Movement | None:
    """Add credits for a reason of the shop's own, once for each key."""
    transaction_id = uuid4()
    if not insert_once(
        connection,
        Transaction,
        id=transaction_id,
        user_id=user_id,
        type=kind,
        amount=amount,
        gateway=INTERNAL,
        transaction_id_gateway=key,
        status=TransactionStatus.COMPLETED,
        reason=reason,
        actor_id=actor_id,
        topup_id=topup_id,
        reverses_id=reverses_id,
        created_at=now,
        updated_at=now,
    ):
        return None
    return Movement(transaction_id, user_id, amount, add(connection, user_id, amount, now))


def take(
    connection: Connection,
    *,
    user_id: UUID,
    amount: Decimal,
    key: str,
    now: datetime,
    reason: str,
    actor_id: UUID,
) -> Movement | None:
    """Take credits away by an admin's word, never below zero; None: done before, or not enough."""
    if has_key(connection, key, TransactionType.ADJUSTMENT):
        return None
    taken = connection.execute(
        update(User)
        .where(User.id == user_id, User.credits >= amount)
        .values(credits=User.credits - amount, updated_at=now)
    )
    if not taken.rowcount:
        return None
    transaction_id = write(
        connection,
        user_id=user_id,
        type=TransactionType.ADJUSTMENT,
        amount=-amount,
        gateway=INTERNAL,
        transaction_id_gateway=key,
        status=TransactionStatus.COMPLETED,
        reason=reason,
        actor_id=actor_id,
        now=now,
    )
    return Movement(transaction_id, user_id, -amount, balance(connection, user_id))
