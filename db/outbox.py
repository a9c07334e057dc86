"""What must be said: facts, each with a person to hear it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from db.once import insert_once
from db.states import Role
from db.tables import OutboxFact, SpokenMessage, User

# Codes before everything else; what only refreshes a card comes last.
PRIORITIES = {"number.code": 0, "number.card": 1, "number.ended": 1, "topup.paid": 2, "topup.bill": 2}
_USUAL_PRIORITY = 3
_PENDING = and_(OutboxFact.sent_at.is_(None), OutboxFact.blocked_at.is_(None))
# How many facts are looked at for each one taken: one person may have many in a row.
_LOOKED_AT = 4


def put(
    connection: Connection,
    *,
    user_id: UUID,
    kind: str,
    subject: str,
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> None:
    """Write down what must be said, in the transaction that makes it true."""
    connection.execute(
        insert(OutboxFact).values(
            user_id=user_id,
            kind=kind,
            subject=subject,
            arguments=dict(arguments or {}),
            priority=PRIORITIES.get(kind, _USUAL_PRIORITY),
            created_at=now,
            not_before=not_before or now,
        )
    )


def put_for_admins(
    connection: Connection,
    *,
    kind: str,
    subject: str,
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
) -> None:
    """Say it to everyone who runs the shop."""
    admins = connection.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.telegram_id.is_not(None))
    ).all()
    for admin in admins:
        put(connection, user_id=admin, kind=kind, subject=subject, now=now, arguments=arguments)


@dataclass(frozen=True, slots=True)
class DueFact:
    """A fact that is ours to say until the lease ends."""

    id: int
    user_id: UUID
    telegram_id: int | None
    language: str
    kind: str
    subject: str
    arguments: Mapping[str, Any]
    priority: int
    attempts: int  # this one included; also the fence: who claimed later counts on


def is_anything_due(connection: Connection, now: datetime) -> bool:
    """A cheap look before the claim, which writes."""
    due = select(OutboxFact.id).where(_PENDING, OutboxFact.not_before <= now, _is_free(now)).limit(1)
    return connection.execute(due).first() is not None


def claim(connection: Connection, *, now: datetime, until: datetime, limit: int) -> list[DueFact]:
    """Take the most urgent fact of each person to whom nothing is being said."""
    if limit <= 0:
        return []
    ours = (
        select(OutboxFact.id)
        .where(OutboxFact.id.in_(_heads(now, limit)), _PENDING, _is_free(now))
        .with_for_update(skip_locked=True)
        .cte("ours")
    )
    taken = (
        update(OutboxFact)
        .where(OutboxFact.id.in_(select(ours.c.id)))
        .values(leased_until=until, attempts=OutboxFact.attempts + 1)
        .returning(OutboxFact.id)
    )
    return _facts(connection, connection.scalars(taken).all())


def finish(connection: Connection, fact: DueFact, now: datetime) -> None:
    """It was said, or there was nothing left to say."""
    _change(connection, fact, sent_at=now, error=None)


def block(connection: Connection, fact: DueFact, now: datetime, error: str) -> None:
    """It will never be said."""
    _change(connection, fact, blocked_at=now, error=error)


def put_off(connection: Connection, fact: DueFact, until: datetime, error: str) -> None:
    """Say it later; what else the person is to hear goes on."""
    _change(connection, fact, not_before=until, leased_until=None, error=error)


def put_off_person(connection: Connection, fact: DueFact, until: datetime, error: str) -> None:
    """Telegram wants silence in this chat for a while."""
    put_off(connection, fact, until, error)
    theirs = (OutboxFact.user_id == fact.user_id, _PENDING, OutboxFact.not_before < until)
    connection.execute(update(OutboxFact).where(*theirs).values(not_before=until))


def let_go_first(connection: Connection, fact: DueFact, *, kind: str, subject: str, now: datetime) -> bool:
    """A reply waits for what it replies to, if that is about to be said; tell whether it is."""
    awaited = update(OutboxFact).where(
        OutboxFact.user_id == fact.user_id,
        OutboxFact.kind == kind,
        OutboxFact.subject == subject,
        OutboxFact.attempts == 0,
        OutboxFact.not_before <= now,
        _PENDING,
    )
    if not connection.execute(awaited.values(priority=fact.priority - 1)).rowcount:
        return False
    put_off(connection, fact, now, f"waits for {kind}")
    return True


def spoken(connection: Connection, user_id: UUID, kind: str, subject: str) -> int | None:
    """Find the message in which a thing was said."""
    return connection.scalar(select(SpokenMessage.message_id).where(*_said(user_id, kind, subject)))


def remember(
    connection: Connection, *, user_id: UUID, kind: str, subject: str, message_id: int, now: datetime
) -> None:
    """Keep where a thing was said, to edit it or reply to it."""
    said = update(SpokenMessage).where(*_said(user_id, kind, subject))
    if not connection.execute(said.values(message_id=message_id, spoken_at=now)).rowcount:
        insert_once(
            connection,
            SpokenMessage,
            user_id=user_id,
            kind=kind,
            subject=subject,
            message_id=message_id,
            spoken_at=now,
        )


def free_all(connection: Connection) -> int:
    """At the start of the only process: whoever held a lease is dead."""
    held = update(OutboxFact).where(_PENDING, OutboxFact.leased_until.is_not(None))
    return connection.execute(held.values(leased_until=None)).rowcount


def prune(connection: Connection, now: datetime, keep: timedelta) -> int:
    """Forget what was said, or given up, long ago."""
    long_ago = now - keep
    is_over = or_(OutboxFact.sent_at < long_ago, OutboxFact.blocked_at < long_ago)
    return connection.execute(delete(OutboxFact).where(is_over)).rowcount


def _heads(now: datetime, limit: int) -> Select[int]:
    """The first due fact of each person, among the most urgent of all."""
    other = aliased(OutboxFact)
    is_spoken_to = exists().where(
        other.user_id == OutboxFact.user_id,
        other.sent_at.is_(None),
        other.blocked_at.is_(None),
        other.leased_until > now,
    )
    # In this order the first fact of a person is his most urgent one, however few are looked at.
    first = (
        select(OutboxFact.id, OutboxFact.user_id, OutboxFact.priority)
        .where(_PENDING, OutboxFact.not_before <= now, ~is_spoken_to)
        .order_by(OutboxFact.priority, OutboxFact.id)
        .limit(limit * _LOOKED_AT)
        .subquery()
    )
    place = func.row_number().over(partition_by=first.c.user_id, order_by=(first.c.priority, first.c.id))
    ranked = select(first.c.id, first.c.priority, place.label("place")).subquery()
    return (
        select(ranked.c.id).where(ranked.c.place == 1).order_by(ranked.c.priority, ranked.c.id).limit(limit)
    )


def _facts(connection: Connection, ids: Sequence[int]) -> list[DueFact]:
    rows = connection.execute(
        select(
            OutboxFact.id,
            OutboxFact.user_id,
            User.telegram_id,
            User.language,
            OutboxFact.kind,
            OutboxFact.subject,
            OutboxFact.arguments,
            OutboxFact.priority,
            OutboxFact.attempts,
        )
        .join(User, User.id == OutboxFact.user_id)
        .where(OutboxFact.id.in_(ids))
        .order_by(OutboxFact.priority, OutboxFact.id)
    )
    return [DueFact(*row) for row in rows]


def _change(connection: Connection, fact: DueFact, **values: object) -> None:
    ours = (OutboxFact.id == fact.id, OutboxFact.attempts == fact.attempts, _PENDING)
    connection.execute(update(OutboxFact).where(*ours).values(**values))


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxFact.leased_until.is_(None), OutboxFact.leased_until <= now)


def _said(user_id: UUID, kind: str, subject: str) -> tuple[ColumnElement[bool], ...]:
    return SpokenMessage.user_id == user_id, SpokenMessage.kind == kind, SpokenMessage.subject == subject
