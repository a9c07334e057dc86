"""Money on its way back, from the wish to the proof."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, case, func, select, update

from db.once import insert_once
from db.rows import AnyRow
from db.states import UNFINISHED_REFUNDS, RefundState, RefundWhy, TransactionType
from db.tables import Refund, Topup, Transaction, User

_LEASE = timedelta(seconds=60)
_PAYER = func.coalesce(Topup.user_id, Refund.payer_id)
_REFUNDS = (
    select(*Refund.__table__.columns, _PAYER.label("user_id"), User.telegram_id)
    .select_from(Refund)
    .outerjoin(Topup, Topup.id == Refund.topup_id)
    .join(User, User.id == _PAYER)
)


def add(connection: Connection, *, key: str, now: datetime, **values: Any) -> UUID | None:
    """Write down that money is to go back; None: this order was written down before."""
    refund_id = uuid4()
    made = insert_once(
        connection,
        Refund,
        id=refund_id,
        key=key,
        state=RefundState.ASKED,
        attempts=0,
        next_attempt_at=now,
        created_at=now,
        updated_at=now,
        **values,
    )
    return refund_id if made else None


def by_id(connection: Connection, refund_id: UUID) -> AnyRow | None:
    return connection.execute(_REFUNDS.where(Refund.id == refund_id)).first()


def by_key(connection: Connection, key: str) -> AnyRow | None:
    return connection.execute(_REFUNDS.where(Refund.key == key)).first()


def is_under_way(connection: Connection, gateway: str, payment_id: str) -> bool:
    """Tell whether something of this payment is on its way back and not proven yet."""
    found = select(Refund.id).where(
        Refund.gateway == gateway, Refund.payment_id == payment_id, Refund.state.in_(UNFINISHED_REFUNDS)
    )
    return connection.execute(found.limit(1)).first() is not None


def is_stray(connection: Connection, gateway: str, payment_id: str) -> bool:
    """Tell whether a payment was, or is being, sent back for want of a bill."""
    found = select(Refund.id).where(
        Refund.gateway == gateway,
        Refund.payment_id == payment_id,
        Refund.why == RefundWhy.STRAY,
        Refund.state != RefundState.FAILED,
    )
    return connection.execute(found.limit(1)).first() is not None


def claim_due(connection: Connection, now: datetime, limit: int) -> Sequence[AnyRow]:
    """Take refunds that wait for something; each is somebody else's again after a while."""
    ids = connection.scalars(
        select(Refund.id)
        .where(Refund.state.in_(UNFINISHED_REFUNDS), Refund.next_attempt_at <= now)
        .order_by(Refund.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    connection.execute(
        update(Refund)
        .where(Refund.id.in_(ids))
        .values(
            next_attempt_at=now + _LEASE,
            attempts=Refund.attempts + 1,
            # Whoever takes one over cannot know whether the call before went out.
            state=case((Refund.state == RefundState.ASKED, RefundState.UNKNOWN), else_=Refund.state),
            updated_at=now,
        )
    )
    return connection.execute(_REFUNDS.where(Refund.id.in_(ids))).all()


def move(
    connection: Connection,
    refund_id: UUID,
    *,
    state: RefundState,
    next_attempt_at: datetime | None,
    error: str | None,
    now: datetime,
) -> bool:
    """Bring an unfinished one further; False: it has ended."""
    moved = connection.execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state.in_(UNFINISHED_REFUNDS))
        .values(state=state, next_attempt_at=next_attempt_at, error=error, updated_at=now)
    )
    return bool(moved.rowcount)


def purchases_named(connection: Connection, words: str) -> Sequence[AnyRow]:
    """Credited payments that an id means: the gateway's, the transaction's, or the top-up's."""
    named = [Transaction.transaction_id_gateway == words]
    try:
        their_id = UUID(words)
    except ValueError:
        pass
    else:
        named += [Transaction.id == their_id, Transaction.topup_id == their_id]
    query = select(
        Transaction.id, Transaction.topup_id, Transaction.transaction_id_gateway.label("payment_id")
    ).where(
        Transaction.type == TransactionType.CREDIT_PURCHASE,
        Transaction.transaction_id_gateway.is_not(None),
        Transaction.topup_id.is_not(None),
    )
    for condition in named:
        if found := connection.execute(query.where(condition).limit(2)).all():
            return found
    return ()
