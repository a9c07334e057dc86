"""Credits taken back because their payment was undone."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection, select, update

from db.ledger.balances import Movement, add
from db.once import insert_once
from db.states import CLAW_BACKS, TransactionStatus, TransactionType
from db.tables import Transaction


def claw_back(
    connection: Connection,
    *,
    purchase_id: UUID,
    amount: Decimal,
    kind: TransactionType,
    key: str,
    now: datetime,
    is_final: bool = True,
) -> Movement | None:
    """Take back what a refund or a charge-back undid, once for each key; may leave a debt."""
    purchase = connection.execute(
        select(Transaction.user_id, Transaction.gateway, Transaction.topup_id).where(
            Transaction.id == purchase_id
        )
    ).one()
    transaction_id = uuid4()
    if not insert_once(
        connection,
        Transaction,
        id=transaction_id,
        user_id=purchase.user_id,
        type=kind,
        amount=-amount,
        gateway=purchase.gateway,
        transaction_id_gateway=key,
        status=TransactionStatus.COMPLETED if is_final else TransactionStatus.PENDING,
        topup_id=purchase.topup_id,
        reverses_id=purchase_id,
        created_at=now,
        updated_at=now,
    ):
        return None
    after = add(connection, purchase.user_id, -amount, now, may_leave_debt=True)
    return Movement(transaction_id, purchase.user_id, -amount, after)


def close_claw_back(
    connection: Connection, transaction_id: UUID, *, is_lost: bool, now: datetime
) -> Movement | None:
    """End a pending charge-back: lost makes it final, won returns the credits."""
    status = TransactionStatus.COMPLETED if is_lost else TransactionStatus.FAILED
    closed = connection.execute(
        update(Transaction)
        .where(
            Transaction.id == transaction_id,
            Transaction.type.in_(CLAW_BACKS),
            Transaction.status == TransactionStatus.PENDING,
        )
        .values(status=status, updated_at=now)
        .returning(Transaction.user_id, Transaction.amount)
    ).first()
    if closed is None or is_lost:
        return None
    after = add(connection, closed.user_id, -closed.amount, now)
    return Movement(transaction_id, closed.user_id, -closed.amount, after)
