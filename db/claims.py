"""Purchases nobody heard of again, and numbers upstream that nobody here knows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update

from db import cases
from db.once import insert_once
from db.rows import AnyRow
from db.sending import expected_phone, in_providers_words
from db.states import NumberStatus
from db.tables import ActiveNumber, Country, UpstreamStranger


def is_any_unknown(connection: Connection) -> bool:
    found = select(ActiveNumber.id).where(ActiveNumber.status == NumberStatus.UNKNOWN).limit(1)
    return connection.execute(found).first() is not None


def is_any_on_its_way(connection: Connection, provider: str) -> bool:
    """Tell whether a provider is being asked for a number now."""
    found = select(ActiveNumber.id).where(
        ActiveNumber.provider == provider, ActiveNumber.status == NumberStatus.SENT
    )
    return connection.execute(found.limit(1)).first() is not None


def has_strangers(connection: Connection, providers: Collection[str]) -> bool:
    """Tell whether a number runs at one of these that no purchase of ours knows of."""
    found = select(UpstreamStranger.upstream_id).where(
        UpstreamStranger.provider.in_(providers), UpstreamStranger.cancelled_at.is_(None)
    )
    return connection.execute(found.limit(1)).first() is not None


def unknown(connection: Connection, provider: str) -> Sequence[AnyRow]:
    """Purchases of one provider whose outcome is not known, oldest first, in its own words."""
    query = select(
        ActiveNumber.id,
        ActiveNumber.operator,
        ActiveNumber.cap,
        ActiveNumber.baseline_id,
        ActiveNumber.sent_at,
        ActiveNumber.checks,
        ActiveNumber.country_id,
        expected_phone(),
        func.min(Country.calling_code).label("calling_code"),
    ).outerjoin(Country, Country.id == ActiveNumber.country_id)
    return connection.execute(
        in_providers_words(query)
        .where(ActiveNumber.provider == provider, ActiveNumber.status == NumberStatus.UNKNOWN)
        .order_by(ActiveNumber.sent_at)
    ).all()


def count_absence(connection: Connection, number_id: UUID) -> None:
    """One more complete reading did not show what this purchase may have bought."""
    connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id, ActiveNumber.status == NumberStatus.UNKNOWN)
        .values(checks=ActiveNumber.checks + 1)
    )


def meet(
    connection: Connection, provider: str, upstream_ids: Collection[str], now: datetime
) -> dict[str, datetime]:
    """Remember when each stranger was first seen; forget those that have gone or are known now."""
    kept = select(UpstreamStranger.upstream_id).where(UpstreamStranger.provider == provider)
    gone = set(connection.scalars(kept)) - set(upstream_ids)
    for upstream_id in gone:
        subject = f"{provider}:{upstream_id}"
        cases.resolve(connection, kind="upstream.orphan", subject=subject, resolution="gone", now=now)
    if gone:
        connection.execute(
            delete(UpstreamStranger).where(
                UpstreamStranger.provider == provider, UpstreamStranger.upstream_id.in_(gone)
            )
        )
    for upstream_id in upstream_ids:
        see(connection, provider, upstream_id, now)
    rows = connection.execute(
        select(UpstreamStranger.upstream_id, UpstreamStranger.first_seen_at).where(
            UpstreamStranger.provider == provider
        )
    )
    return {row.upstream_id: row.first_seen_at for row in rows}


def see(connection: Connection, provider: str, upstream_id: str, now: datetime) -> None:
    """Remember a number that nobody here knows, since it was first seen."""
    insert_once(
        connection,
        UpstreamStranger,
        provider=provider,
        upstream_id=upstream_id,
        first_seen_at=now,
        next_attempt_at=now,
        attempts=0,
    )


def orphans(
    connection: Connection, provider: str, *, seen_before: datetime, now: datetime, limit: int
) -> Sequence[str]:
    """Strangers seen long ago whose cancelling is due."""
    return connection.scalars(
        select(UpstreamStranger.upstream_id)
        .where(
            UpstreamStranger.provider == provider,
            UpstreamStranger.first_seen_at <= seen_before,
            UpstreamStranger.next_attempt_at <= now,
            UpstreamStranger.cancelled_at.is_(None),
        )
        .order_by(UpstreamStranger.first_seen_at)
        .limit(limit)
    ).all()


def note_attempt(
    connection: Connection,
    provider: str,
    upstream_id: str,
    *,
    next_attempt_at: datetime,
    cancelled_at: datetime | None,
) -> None:
    connection.execute(
        update(UpstreamStranger)
        .where(UpstreamStranger.provider == provider, UpstreamStranger.upstream_id == upstream_id)
        .values(
            attempts=UpstreamStranger.attempts + 1,
            next_attempt_at=next_attempt_at,
            cancelled_at=cancelled_at,
        )
    )
