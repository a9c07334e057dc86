"""How these statements are usually written: look, decide, then write what was decided."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, select, update

from db import ledger, sending
from db.ledger.balances import INTERNAL, write
from db.rows import AnyRow
from db.states import NumberStatus, TransactionStatus, TransactionType
from db.tables import ActiveNumber, Transaction, User


def hold(connection: Connection, *, user_id: UUID, amount: Decimal, key: str, now: datetime) -> UUID | None:
    purse = ledger.balance(connection, user_id)
    if purse < amount:
        return None
    connection.execute(update(User).where(User.id == user_id).values(credits=purse - amount))
    return write(
        connection,
        user_id=user_id,
        type=TransactionType.SMS_RECEIVED,
        amount=-amount,
        gateway=INTERNAL,
        transaction_id_gateway=key,
        status=TransactionStatus.PENDING,
        now=now,
    )


def give_back(connection: Connection, number_id: UUID, now: datetime) -> bool:
    number = connection.execute(
        select(ActiveNumber.user_id, ActiveNumber.charge_id, ActiveNumber.price, Transaction.status)
        .join(Transaction, Transaction.id == ActiveNumber.charge_id)
        .where(ActiveNumber.id == number_id)
    ).one()
    if number.status != TransactionStatus.PENDING:
        return False
    ended = {"status": NumberStatus.CANCELLED, "ended_at": now, "updated_at": now}
    connection.execute(update(ActiveNumber).where(ActiveNumber.id == number_id).values(**ended))
    failed = {"status": TransactionStatus.FAILED, "updated_at": now}
    connection.execute(update(Transaction).where(Transaction.id == number.charge_id).values(**failed))
    more = {"credits": User.credits + number.price, "updated_at": now}
    connection.execute(update(User).where(User.id == number.user_id).values(**more))
    return True


def mark_sent(connection: Connection, number_id: UUID, now: datetime) -> AnyRow | None:
    connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id)
        .values(status=NumberStatus.SENT, sent_at=now, updated_at=now)
    )
    return sending._order(connection, number_id)
