from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, select, update

from db import outbox
from db.once import insert_once
from db.rows import AnyRow
from db.tables import Case


def open_case(
    connection: Connection, *, kind: str, subject: str, facts: Mapping[str, Any], now: datetime
) -> UUID | None:
    """Put something before the admins, once while it lasts; None: it is open already."""
    case_id = uuid4()
    made = insert_once(connection, Case, id=case_id, kind=kind, subject=subject, facts=dict(facts), since=now)
    if not made:
        return None
    outbox.put_for_admins(connection, kind="case.opened", subject=str(case_id), now=now)
    return case_id


def add_facts(connection: Connection, *, kind: str, subject: str, facts: Mapping[str, Any]) -> None:
    """Bring what is known of an open case up to date."""
    is_it = (Case.kind == kind, Case.subject == subject, Case.resolved_at.is_(None))
    known = connection.execute(select(Case.facts).where(*is_it)).scalar_one_or_none()
    if known is not None and (more := {**known, **facts}) != known:
        connection.execute(update(Case).where(*is_it).values(facts=more))


def last_facts(connection: Connection, kind: str, subject: str) -> Mapping[str, Any]:
    """What was known when this was put before the admins for the last time; empty: it never was."""
    told = select(Case.facts).where(Case.kind == kind, Case.subject == subject).order_by(Case.since.desc())
    facts: Mapping[str, Any] | None = connection.execute(told.limit(1)).scalar_one_or_none()
    return facts or {}


def last_resolved_at(connection: Connection, kind: str, subject: str) -> datetime | None:
    """When this was decided for the last time."""
    decided = select(func.max(Case.resolved_at)).where(Case.kind == kind, Case.subject == subject)
    return connection.execute(decided).scalar_one()


def candidates(connection: Connection, provider: str) -> frozenset[str]:
    """Numbers upstream about which an admin is to decide whose they are."""
    facts = connection.scalars(select(Case.facts).where(Case.resolved_at.is_(None)))
    return frozenset(
        upstream_id
        for each in facts
        if each.get("provider") == provider
        for upstream_id in each.get("candidates", ())
    )


def was_opened(connection: Connection, kind: str, subject: str) -> bool:
    """Tell whether somebody has been told of this, be it decided or not."""
    found = select(Case.id).where(Case.kind == kind, Case.subject == subject).limit(1)
    return connection.execute(found).first() is not None


def count_since(connection: Connection, kind: str, subject: str, since: datetime) -> int:
    """How often this was put before the admins since a moment."""
    found = select(func.count()).where(Case.kind == kind, Case.subject == subject, Case.since >= since)
    return connection.execute(found).scalar_one()


def resolve(
    connection: Connection,
    *,
    kind: str,
    subject: str,
    resolution: str,
    now: datetime,
    resolved_by: UUID | None = None,
) -> bool:
    """End a case that is open; the admins are told once more."""
    case_id = connection.execute(
        update(Case)
        .where(Case.kind == kind, Case.subject == subject, Case.resolved_at.is_(None))
        .values(resolved_at=now, resolution=resolution, resolved_by=resolved_by)
        .returning(Case.id)
    ).scalar_one_or_none()
    if case_id is None:
        return False
    outbox.put_for_admins(connection, kind="case.resolved", subject=str(case_id), now=now)
    return True


def open_cases(connection: Connection, limit: int | None = None, offset: int = 0) -> Sequence[AnyRow]:
    """What is to be decided or known, the oldest first."""
    return connection.execute(
        select(*Case.__table__.columns)
        .where(Case.resolved_at.is_(None))
        .order_by(Case.since, Case.id)
        .limit(limit)
        .offset(offset)
    ).all()


def open_subjects(connection: Connection, kind: str) -> Sequence[str]:
    """What the open cases of one kind are about."""
    return connection.scalars(select(Case.subject).where(Case.kind == kind, Case.resolved_at.is_(None))).all()


def is_open(connection: Connection, kind: str, subject: str) -> bool:
    found = select(Case.id).where(Case.kind == kind, Case.subject == subject, Case.resolved_at.is_(None))
    return connection.execute(found).first() is not None


def by_id(connection: Connection, case_id: UUID) -> AnyRow | None:
    return connection.execute(select(*Case.__table__.columns).where(Case.id == case_id)).first()


def count_open(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(Case).where(Case.resolved_at.is_(None))
    ).scalar_one()
