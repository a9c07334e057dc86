"""Top-ups: what people set out to pay."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, and_, func, insert, select, update
from sqlalchemy.orm import aliased

from db.rows import AnyRow
from db.states import TopupState, TransactionType
from db.tables import Topup, Transaction, User

_LIVE = (TopupState.DRAFT, TopupState.OPEN)
Mark = frozenset[tuple[UUID, str]]
_LEASE = timedelta(seconds=60)


def add(connection: Connection, *, now: datetime, **values: Any) -> UUID:
    topup_id = uuid4()
    connection.execute(
        insert(Topup).values(
            id=topup_id,
            state=TopupState.DRAFT,
            next_check_at=now,
            created_at=now,
            updated_at=now,
            **values,
        )
    )
    return topup_id


def by_id(connection: Connection, topup_id: UUID) -> AnyRow | None:
    return connection.execute(
        select(*Topup.__table__.columns, User.telegram_id, User.language, User.email)
        .join(User, User.id == Topup.user_id)
        .where(Topup.id == topup_id)
    ).first()


def by_payload(connection: Connection, payload: str) -> AnyRow | None:
    """Find what a payment in the chat names; whatever is no id of ours names nothing."""
    try:
        return by_id(connection, UUID(payload))
    except ValueError:
        return None


def of_payment(connection: Connection, payment_id: str) -> UUID | None:
    return connection.execute(
        select(Transaction.topup_id)
        .where(
            Transaction.transaction_id_gateway == payment_id,
            Transaction.type == TransactionType.CREDIT_PURCHASE,
        )
        .limit(1)
    ).scalar_one_or_none()


def payment_of(connection: Connection, topup_id: UUID) -> str | None:
    """The payment that has paid it, the first if there were several."""
    return connection.execute(
        select(Transaction.transaction_id_gateway)
        .where(
            Transaction.topup_id == topup_id,
            Transaction.type == TransactionType.CREDIT_PURCHASE,
            Transaction.transaction_id_gateway.is_not(None),
        )
        .order_by(Transaction.updated_at)
        .limit(1)
    ).scalar_one_or_none()


def count_live(connection: Connection, user_id: UUID) -> int:
    return connection.execute(
        select(func.count()).select_from(Topup).where(Topup.user_id == user_id, Topup.state.in_(_LIVE))
    ).scalar_one()


def count_since(connection: Connection, user_id: UUID, since: datetime) -> int:
    return connection.execute(
        select(func.count()).select_from(Topup).where(Topup.user_id == user_id, Topup.created_at > since)
    ).scalar_one()


def oldest_live(connection: Connection, user_id: UUID) -> UUID:
    """What is closed first when a person asks for one bill too many; there is one."""
    return connection.execute(
        select(Topup.id)
        .where(Topup.user_id == user_id, Topup.state.in_(_LIVE))
        .order_by(Topup.created_at)
        .limit(1)
    ).scalar_one()


def claim_due(connection: Connection, state: TopupState, now: datetime, limit: int) -> Sequence[UUID]:
    """Take top-ups that are due to be looked at; each is somebody else's again after a while."""
    ids = connection.scalars(
        select(Topup.id)
        .where(Topup.state == state, Topup.next_check_at <= now)
        .order_by(Topup.next_check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    connection.execute(update(Topup).where(Topup.id.in_(ids)).values(next_check_at=now + _LEASE))
    return ids


def claim_watched(connection: Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Top-ups whose gateway is to be asked: open ones, and ended ones that may still be paid late."""
    ids = connection.scalars(
        select(Topup.id)
        .where(Topup.state != TopupState.DRAFT, Topup.next_check_at <= now)
        .order_by(Topup.next_check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    connection.execute(update(Topup).where(Topup.id.in_(ids)).values(next_check_at=now + _LEASE))
    return ids


def count_open(connection: Connection) -> Mapping[str, int]:
    """How many bills can be paid at this moment, by their gateways."""
    rows = connection.execute(
        select(Topup.gateway, func.count()).where(Topup.state == TopupState.OPEN).group_by(Topup.gateway)
    )
    return {row[0]: row[1] for row in rows}


def schedule(connection: Connection, topup_id: UUID, at: datetime | None) -> None:
    """Say when the gateway is asked next; None: never again by itself."""
    connection.execute(
        update(Topup).where(Topup.id == topup_id).values(next_check_at=at, checks=Topup.checks + 1)
    )


def mark_open(
    connection: Connection,
    topup_id: UUID,
    *,
    order_id: str,
    link: str | None,
    copy_code: str | None,
    gateway_amount: Decimal | None,
    gateway_currency: str | None,
    receiver: str | None,
    expires_at: datetime,
    next_check_at: datetime,
    now: datetime,
) -> bool:
    """The gateway has made its link or code."""
    opened = connection.execute(
        update(Topup)
        .where(Topup.id == topup_id, Topup.state == TopupState.DRAFT)
        .values(
            state=TopupState.OPEN,
            order_id=order_id,
            link=link,
            copy_code=copy_code,
            gateway_amount=gateway_amount,
            gateway_currency=gateway_currency,
            receiver=receiver,
            expires_at=expires_at,
            next_check_at=next_check_at,
            checks=0,
            updated_at=now,
        )
    )
    return bool(opened.rowcount)


def end(
    connection: Connection,
    topup_id: UUID,
    *,
    state: TopupState,
    next_check_at: datetime | None,
    now: datetime,
) -> bool:
    """It waits no more; a late payment still counts, so its gateway may be asked a while longer."""
    ended = connection.execute(
        update(Topup)
        .where(Topup.id == topup_id, Topup.state.in_(_LIVE))
        .values(state=state, next_check_at=next_check_at, updated_at=now)
    )
    return bool(ended.rowcount)


def set_state(connection: Connection, topup_id: UUID, state: TopupState, now: datetime) -> None:
    connection.execute(update(Topup).where(Topup.id == topup_id).values(state=state, updated_at=now))


def claw_backs(connection: Connection, purchase_id: UUID) -> Sequence[AnyRow]:
    """What was taken back of one purchase, in the order it happened."""
    return connection.execute(
        select(
            Transaction.id,
            Transaction.type,
            Transaction.status,
            Transaction.amount,
            Transaction.transaction_id_gateway.label("key"),
        )
        .where(Transaction.reverses_id == purchase_id)
        .order_by(Transaction.created_at)
    ).all()


def credited_by(connection: Connection, gateway: str, payment_id: str) -> AnyRow | None:
    """The purchase that a payment made, with the bonus that came along."""
    bonus = aliased(Transaction)
    return connection.execute(
        select(Transaction.id, Transaction.amount, func.coalesce(bonus.amount, 0).label("bonus"))
        .outerjoin(
            bonus,
            and_(
                bonus.type == TransactionType.BONUS,
                bonus.topup_id == Transaction.topup_id,
                bonus.transaction_id_gateway == f"bonus:{payment_id}",
            ),
        )
        .where(
            Transaction.gateway == gateway,
            Transaction.transaction_id_gateway == payment_id,
            Transaction.type == TransactionType.CREDIT_PURCHASE,
        )
    ).first()


def marks(connection: Connection, topup_id: UUID) -> dict[UUID, Mark]:
    """What was taken back of each purchase of a top-up, to notice whether it has changed since."""
    rows = connection.execute(
        select(Transaction.reverses_id, Transaction.id, Transaction.status).where(
            Transaction.topup_id == topup_id, Transaction.reverses_id.is_not(None)
        )
    ).all()
    purchases = {row.reverses_id for row in rows}
    return {
        purchase: frozenset((row.id, row.status) for row in rows if row.reverses_id == purchase)
        for purchase in purchases
    }


def wake(connection: Connection, now: datetime) -> int:
    """Have every open top-up looked at now."""
    woken = connection.execute(update(Topup).where(Topup.state == TopupState.OPEN).values(next_check_at=now))
    return woken.rowcount


def note_order(
    connection: Connection, topup_id: UUID, order_id: str, receiver: str | None, now: datetime
) -> None:
    """Remember what a gateway made for a wish that had ended meanwhile: it may still be paid."""
    connection.execute(
        update(Topup)
        .where(Topup.id == topup_id, Topup.order_id.is_(None))
        .values(order_id=order_id, receiver=receiver, next_check_at=now)
    )


def live_by(connection: Connection, user_id: UUID, gateway: str) -> Sequence[AnyRow]:
    """What a person may still pay by one gateway."""
    return connection.execute(
        select(*Topup.__table__.columns).where(
            Topup.user_id == user_id, Topup.gateway == gateway, Topup.state.in_(_LIVE)
        )
    ).all()
