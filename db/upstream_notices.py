"""Doorbells of providers: which numbers rang."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, select, update

from db.once import insert_once
from db.rows import AnyRow
from db.tables import ActiveNumber, UpstreamNotice

_LEASE = timedelta(seconds=60)


def ring(connection: Connection, *, provider: str, upstream_id: str, external_id: str, now: datetime) -> bool:
    """Store a doorbell, once for each message; False: it rang before."""
    return insert_once(
        connection,
        UpstreamNotice,
        id=uuid4(),
        provider=provider,
        upstream_id=upstream_id,
        external_id=external_id,
        received_at=now,
        next_attempt_at=now,
        attempts=0,
    )


def claim(connection: Connection, provider: str, now: datetime, limit: int) -> Sequence[AnyRow]:
    """Take what rang at one provider and nobody has answered, each with the number of ours, if it is known.

    The rows are locked before the numbers are looked up: a number that becomes known meanwhile
    waits for them and wakes them again.
    """
    ids = connection.scalars(
        select(UpstreamNotice.id)
        .where(
            UpstreamNotice.provider == provider,
            UpstreamNotice.handled_at.is_(None),
            UpstreamNotice.next_attempt_at <= now,
        )
        .order_by(UpstreamNotice.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return ()
    connection.execute(
        update(UpstreamNotice)
        .where(UpstreamNotice.id.in_(ids))
        .values(next_attempt_at=now + _LEASE, attempts=UpstreamNotice.attempts + 1)
    )
    return connection.execute(
        select(*UpstreamNotice.__table__.columns, ActiveNumber.id.label("number_id"))
        .outerjoin(
            ActiveNumber,
            (ActiveNumber.provider == UpstreamNotice.provider)
            & (ActiveNumber.upstream_id == UpstreamNotice.upstream_id),
        )
        .where(UpstreamNotice.id.in_(ids))
    ).all()


def wake(connection: Connection, provider: str, upstream_id: str, now: datetime) -> None:
    """A number has become known: whatever rang for it before is heeded now."""
    connection.execute(
        update(UpstreamNotice)
        .where(
            UpstreamNotice.provider == provider,
            UpstreamNotice.upstream_id == upstream_id,
            UpstreamNotice.handled_at.is_(None),
        )
        .values(next_attempt_at=now)
    )


def settle(connection: Connection, notice_ids: Collection[UUID], outcome: str, now: datetime) -> None:
    connection.execute(
        update(UpstreamNotice)
        .where(UpstreamNotice.id.in_(notice_ids))
        .values(handled_at=now, outcome=outcome)
    )


def postpone(connection: Connection, notices: Collection[AnyRow], until: datetime) -> None:
    """Ask again later, unless somebody has woken them meanwhile."""
    for notice in notices:
        connection.execute(
            update(UpstreamNotice)
            .where(UpstreamNotice.id == notice.id, UpstreamNotice.next_attempt_at == notice.next_attempt_at)
            .values(next_attempt_at=until)
        )


def prune(connection: Connection, before: datetime) -> int:
    """Forget what rang long ago, heeded or not."""
    return connection.execute(delete(UpstreamNotice).where(UpstreamNotice.received_at < before)).rowcount
