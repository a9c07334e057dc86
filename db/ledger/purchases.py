"""Credits that were paid for."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection, select, update

from db.ledger.balances import Movement, add, write
from db.once import insert_once
from db.rows import AnyRow
from db.states import TransactionStatus, TransactionType
from db.tables import Topup, Transaction

_OPEN_PURCHASE = (TransactionStatus.PENDING, TransactionStatus.FAILED)


def expect_purchase(connection: Connection, topup_id: UUID, now: datetime) -> UUID:
    """Write down that a purchase of credits is under way; it counts for nothing yet."""
    topup = connection.execute(
        select(Topup.user_id, Topup.credits, Topup.gateway).where(Topup.id == topup_id)
    ).one()
    return write(
        connection,
        user_id=topup.user_id,
        type=TransactionType.CREDIT_PURCHASE,
        amount=topup.credits,
        gateway=topup.gateway,
        transaction_id_gateway=None,
        status=TransactionStatus.PENDING,
        topup_id=topup_id,
        now=now,
    )


def give_up_purchase(connection: Connection, topup_id: UUID, now: datetime) -> None:
    """Nobody expects this purchase any more; a late payment still completes it."""
    connection.execute(
        update(Transaction)
        .where(
            Transaction.topup_id == topup_id,
            Transaction.type == TransactionType.CREDIT_PURCHASE,
            Transaction.status == TransactionStatus.PENDING,
        )
        .values(status=TransactionStatus.FAILED, updated_at=now)
    )


def complete_purchase(
    connection: Connection,
    *,
    topup_id: UUID,
    payment_id: str,
    now: datetime,
    credited: Decimal | None = None,
    actor_id: UUID | None = None,
) -> Movement | None:
    """Credit one payment of a top-up, once, however often its gateway tells us.

    The first payment completes the row that waited for it; a second payment of the same link, and
    one for which an admin decided on `credited`, is a purchase of its own. None: this payment was
    credited before.
    """
    topup = connection.execute(
        select(Topup.id, Topup.user_id, Topup.credits, Topup.gateway)
        .where(Topup.id == topup_id)
        .with_for_update()
    ).one()
    if find_purchase(connection, topup.gateway, payment_id) is not None:
        return None
    amount = topup.credits if credited is None else credited
    transaction_id = None
    if amount == topup.credits:
        transaction_id = _claim_expected(connection, topup_id, payment_id, now)
    if transaction_id is None:
        transaction_id = _write_further(connection, topup, payment_id, amount, actor_id, now)
    if transaction_id is None:
        return None
    return Movement(transaction_id, topup.user_id, amount, add(connection, topup.user_id, amount, now))


def _write_further(
    connection: Connection,
    topup: AnyRow,
    payment_id: str,
    amount: Decimal,
    actor_id: UUID | None,
    now: datetime,
) -> UUID | None:
    transaction_id = uuid4()
    is_new = insert_once(
        connection,
        Transaction,
        id=transaction_id,
        user_id=topup.user_id,
        type=TransactionType.CREDIT_PURCHASE,
        amount=amount,
        gateway=topup.gateway,
        transaction_id_gateway=payment_id,
        status=TransactionStatus.COMPLETED,
        topup_id=topup.id,
        actor_id=actor_id,
        created_at=now,
        updated_at=now,
    )
    return transaction_id if is_new else None


def _claim_expected(connection: Connection, topup_id: UUID, payment_id: str, now: datetime) -> UUID | None:
    return connection.execute(
        update(Transaction)
        .where(
            Transaction.topup_id == topup_id,
            Transaction.type == TransactionType.CREDIT_PURCHASE,
            Transaction.status.in_(_OPEN_PURCHASE),
            Transaction.transaction_id_gateway.is_(None),
        )
        .values(status=TransactionStatus.COMPLETED, transaction_id_gateway=payment_id, updated_at=now)
        .returning(Transaction.id)
    ).scalar_one_or_none()


def find_purchase(connection: Connection, gateway: str, payment_id: str) -> UUID | None:
    """The completed purchase that this payment made."""
    return connection.execute(
        select(Transaction.id).where(
            Transaction.gateway == gateway,
            Transaction.transaction_id_gateway == payment_id,
            Transaction.type == TransactionType.CREDIT_PURCHASE,
        )
    ).scalar_one_or_none()
