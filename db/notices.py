"""Doorbells of gateways, stored before they are answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, select, update

from db.once import insert_once
from db.rows import AnyRow
from db.tables import GatewayNotice

_LEASE = timedelta(seconds=60)


def ring(connection: Connection, *, gateway: str, external_id: str, about: str, now: datetime) -> bool:
    """Store a doorbell, once for each notice; False: it rang before."""
    return insert_once(
        connection,
        GatewayNotice,
        id=uuid4(),
        gateway=gateway,
        external_id=external_id,
        about=about,
        received_at=now,
        next_attempt_at=now,
    )


def claim_due(connection: Connection, now: datetime, limit: int) -> Sequence[AnyRow]:
    """Take doorbells nobody has answered."""
    ids = connection.scalars(
        select(GatewayNotice.id)
        .where(GatewayNotice.handled_at.is_(None), GatewayNotice.next_attempt_at <= now)
        .order_by(GatewayNotice.received_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    connection.execute(
        update(GatewayNotice)
        .where(GatewayNotice.id.in_(ids))
        .values(next_attempt_at=now + _LEASE, attempts=GatewayNotice.attempts + 1)
    )
    return connection.execute(select(*GatewayNotice.__table__.columns).where(GatewayNotice.id.in_(ids))).all()


def settle(connection: Connection, notice_id: UUID, outcome: str, now: datetime) -> None:
    connection.execute(
        update(GatewayNotice).where(GatewayNotice.id == notice_id).values(handled_at=now, outcome=outcome)
    )


def postpone(connection: Connection, notice_id: UUID, until: datetime) -> None:
    connection.execute(
        update(GatewayNotice).where(GatewayNotice.id == notice_id).values(next_attempt_at=until)
    )
