"""The only module that writes `transactions` and `users.credits`: always together.

Every change is conditional in the statement itself, so that of two at once one wins,
and a unique key stands behind it as the seat belt.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection, case, insert, null, select, update

from db.once import insert_once
from db.states import CHARGES, CLAW_BACKS, TransactionStatus, TransactionType
from db.tables import Topup, Transaction, User

INTERNAL = "Internal"
_OPEN_PURCHASE = (TransactionStatus.PENDING, TransactionStatus.FAILED)


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
    return _write(
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
    after = _add(connection, returned.user_id, -returned.amount, now)
    return Movement(charge_id, returned.user_id, -returned.amount, after)


def expect_purchase(connection: Connection, topup_id: UUID, now: datetime) -> UUID:
    """Write down that a purchase of credits is under way; it counts for nothing yet."""
    topup = connection.execute(
        select(Topup.user_id, Topup.credits, Topup.gateway).where(Topup.id == topup_id)
    ).one()
    return _write(
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
        select(Topup.user_id, Topup.credits, Topup.gateway).where(Topup.id == topup_id).with_for_update()
    ).one()
    if find_purchase(connection, topup.gateway, payment_id) is not None:
        return None
    amount = topup.credits if credited is None else credited
    transaction_id = None
    if amount == topup.credits:
        transaction_id = _claim_expected(connection, topup_id, payment_id, now)
    if transaction_id is None:
        transaction_id = uuid4()
        if not insert_once(
            connection,
            Transaction,
            id=transaction_id,
            user_id=topup.user_id,
            type=TransactionType.CREDIT_PURCHASE,
            amount=amount,
            gateway=topup.gateway,
            transaction_id_gateway=payment_id,
            status=TransactionStatus.COMPLETED,
            topup_id=topup_id,
            actor_id=actor_id,
            created_at=now,
            updated_at=now,
        ):
            return None
    after = _add(connection, topup.user_id, amount, now)
    return Movement(transaction_id, topup.user_id, amount, after)


def find_purchase(connection: Connection, gateway: str, payment_id: str) -> UUID | None:
    """The completed purchase that this payment made."""
    return connection.execute(
        select(Transaction.id).where(
            Transaction.gateway == gateway,
            Transaction.transaction_id_gateway == payment_id,
            Transaction.type == TransactionType.CREDIT_PURCHASE,
        )
    ).scalar_one_or_none()


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
    return Movement(transaction_id, user_id, amount, _add(connection, user_id, amount, now))


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
    transaction_id = _write(
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
    after = _add(connection, purchase.user_id, -amount, now, may_leave_debt=True)
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
    after = _add(connection, closed.user_id, -closed.amount, now)
    return Movement(transaction_id, closed.user_id, -closed.amount, after)


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


def _add(
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


def has_key(connection: Connection, key: str, kind: TransactionType) -> bool:
    """Tell whether a movement of the shop's own was made under this key."""
    found = select(Transaction.id).where(
        Transaction.gateway == INTERNAL,
        Transaction.transaction_id_gateway == key,
        Transaction.type == kind,
    )
    return connection.execute(found).first() is not None


def _write(connection: Connection, *, now: datetime, **values: object) -> UUID:
    transaction_id = uuid4()
    connection.execute(
        insert(Transaction).values(id=transaction_id, created_at=now, updated_at=now, **values)
    )
    return transaction_id
