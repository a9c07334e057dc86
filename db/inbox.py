"""Updates of Telegram: stored before they are confirmed, handled from here, one person's in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, or_, select, update

from db.once import insert_once
from db.tables import InboxUpdate

_PENDING = InboxUpdate.done_at.is_(None)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update as it came; a negative lane is nobody's: it waits for no other update."""

    update_id: int
    lane: int
    payload: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that is ours to handle until the lease ends."""

    id: int
    update_id: int
    lane: int
    payload: str
    attempts: int  # this one included; also the fence: who claimed later counts on


def store(connection: Connection, arrived: Sequence[Arrived], now: datetime) -> int:
    """Keep what came, each update once; how many were new."""
    return sum(
        insert_once(
            connection,
            InboxUpdate,
            update_id=each.update_id,
            lane=each.lane,
            payload=each.payload,
            received_at=now,
            attempts=0,
        )
        for each in arrived
    )


def is_anything_pending(connection: Connection) -> bool:
    """A cheap look before the claim, which writes."""
    return connection.execute(select(InboxUpdate.id).where(_PENDING).limit(1)).first() is not None


def claim(
    connection: Connection, *, now: datetime, until: datetime, limit: int, only_urgent: bool = False
) -> list[Claimed]:
    """Take the oldest update of each free lane, those that wait for nobody first."""
    heads = select(func.min(InboxUpdate.id)).where(_PENDING).group_by(InboxUpdate.lane)
    is_free = or_(InboxUpdate.leased_until.is_(None), InboxUpdate.leased_until <= now)
    chosen = select(InboxUpdate.id).where(InboxUpdate.id.in_(heads), _PENDING, is_free)
    if only_urgent:
        chosen = chosen.where(InboxUpdate.lane < 0)
    chosen = chosen.order_by(InboxUpdate.lane >= 0, InboxUpdate.id).limit(limit)
    # Run once, even where the planner would rather join: a CTE that locks is never folded in.
    ours = chosen.with_for_update(skip_locked=True).cte("ours")
    taken = connection.execute(
        update(InboxUpdate)
        .where(InboxUpdate.id.in_(select(ours.c.id)))
        .values(leased_until=until, attempts=InboxUpdate.attempts + 1)
        .returning(
            InboxUpdate.id,
            InboxUpdate.update_id,
            InboxUpdate.lane,
            InboxUpdate.payload,
            InboxUpdate.attempts,
        )
    )
    return sorted((Claimed(*row) for row in taken), key=lambda each: (each.lane >= 0, each.id))


def finish(connection: Connection, claimed: Claimed, now: datetime) -> None:
    """It was handled; what the person wrote need not stay."""
    _change(connection, claimed, done_at=now, payload="", error=None)


def set_aside(connection: Connection, claimed: Claimed, now: datetime, error: str) -> None:
    """It cannot be handled: the lane goes on, the update stays to be looked at."""
    _change(connection, claimed, done_at=now, error=error)


def put_off(connection: Connection, claimed: Claimed, until: datetime, error: str) -> None:
    """Try again later; the person's later updates wait for it."""
    _change(connection, claimed, leased_until=until, error=error)


def free_all(connection: Connection) -> int:
    """At the start of the only process: whoever held a lease is dead."""
    held = update(InboxUpdate).where(_PENDING, InboxUpdate.leased_until.is_not(None))
    return connection.execute(held.values(leased_until=None)).rowcount


def prune(connection: Connection, now: datetime, keep: timedelta) -> int:
    """Forget what was handled long ago; until then it tells an update that comes twice."""
    return connection.execute(delete(InboxUpdate).where(InboxUpdate.done_at < now - keep)).rowcount


def _change(connection: Connection, claimed: Claimed, **values: object) -> None:
    ours = (InboxUpdate.id == claimed.id, InboxUpdate.attempts == claimed.attempts, _PENDING)
    connection.execute(update(InboxUpdate).where(*ours).values(**values))
