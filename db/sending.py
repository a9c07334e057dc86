"""A purchase on its way out: claimed once, in the words of its provider."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Label, ScalarSelect, Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from db.once import one_at_a_time
from db.rows import AnyRow
from db.states import NumberStatus
from db.tables import ActiveNumber, ProviderCountry, ProviderService, SmsService
from db.types import vault_of

_BASELINE_SPAN = timedelta(days=3)
_BUYER_LENGTH = 32  # HeroSMS takes 36


def is_any_intent(connection: Connection) -> bool:
    """A cheap look before the write."""
    waiting = select(ActiveNumber.id).where(ActiveNumber.status == NumberStatus.INTENT).limit(1)
    return connection.execute(waiting).first() is not None


def next_intent(connection: Connection, at_once: Mapping[str, int]) -> UUID | None:
    """The oldest purchase not sent yet whose account has a free line: so many may be on their way there."""
    one_at_a_time(connection, "purchases are claimed")
    on_the_way = connection.execute(
        select(ActiveNumber.provider, func.count().label("sent"))
        .where(ActiveNumber.status == NumberStatus.SENT)
        .group_by(ActiveNumber.provider)
    )
    busy = [row.provider for row in on_the_way if row.sent >= at_once.get(row.provider, 1)]
    return connection.execute(
        select(ActiveNumber.id)
        .where(ActiveNumber.status == NumberStatus.INTENT, ActiveNumber.provider.not_in(busy))
        .order_by(ActiveNumber.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()


def buyer_of(connection: Connection, user_id: UUID) -> str:
    """What a provider may know of who buys: a keyed hash, so that a ban hits the buyer, not the shop."""
    return vault_of(connection.dialect).digest(f"buyer {user_id}")[:_BUYER_LENGTH]


def mark_sent(connection: Connection, number_id: UUID, now: datetime) -> AnyRow | None:
    """Claim an intent for sending, once; what it needs to be sent. None: somebody else has it."""
    claimed = connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id, ActiveNumber.status == NumberStatus.INTENT)
        .values(status=NumberStatus.SENT, sent_at=now, updated_at=now)
        .returning(ActiveNumber.provider)
    ).first()
    if claimed is None:
        return None
    baseline = _highest_upstream_id(connection, claimed.provider, now)
    connection.execute(update(ActiveNumber).where(ActiveNumber.id == number_id).values(baseline_id=baseline))
    return _order(connection, number_id)


def _order(connection: Connection, number_id: UUID) -> AnyRow:
    query = select(
        ActiveNumber.id,
        ActiveNumber.user_id,
        ActiveNumber.provider,
        ActiveNumber.operator,
        ActiveNumber.cap,
        ActiveNumber.price,
        ActiveNumber.tried,
        ActiveNumber.sent_at,
        ActiveNumber.sms_service_id,
        ActiveNumber.country_id,
        _of_the_used(ActiveNumber.upstream_id).label("used_id"),
    )
    return connection.execute(in_providers_words(query).where(ActiveNumber.id == number_id)).one()


def expected_phone() -> Label[str | None]:
    """The number a purchase must bring, where it rents a used one again."""
    return _of_the_used(ActiveNumber.phone_number).label("expected_phone")


def _of_the_used(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """Read a column of the number that is rented again."""
    used = aliased(ActiveNumber)
    return (
        select(getattr(used, column.key))
        .where(used.id == ActiveNumber.reactivates_id)
        .correlate(ActiveNumber)
        .scalar_subquery()
    )


def in_providers_words(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Add `service` and `country` to a query of numbers, as their provider calls them."""
    return (
        query.add_columns(
            func.coalesce(func.min(ProviderService.code), func.min(SmsService.code)).label("service"),
            func.min(ProviderCountry.code).label("country"),
        )
        .join(SmsService, SmsService.id == ActiveNumber.sms_service_id)
        .outerjoin(
            ProviderService,
            (ProviderService.sms_service_id == ActiveNumber.sms_service_id)
            & (ProviderService.provider == ActiveNumber.provider),
        )
        .outerjoin(
            ProviderCountry,
            (ProviderCountry.country_id == ActiveNumber.country_id)
            & (ProviderCountry.provider == ActiveNumber.provider),
        )
        .group_by(ActiveNumber.id)
    )


def _highest_upstream_id(connection: Connection, provider: str, now: datetime) -> str | None:
    # Ids are digits that grow: the longer is the higher, then the letters decide.
    return connection.execute(
        select(ActiveNumber.upstream_id)
        .where(
            ActiveNumber.provider == provider,
            ActiveNumber.upstream_id.is_not(None),
            ActiveNumber.created_at > now - _BASELINE_SPAN,
        )
        .order_by(func.length(ActiveNumber.upstream_id).desc(), ActiveNumber.upstream_id.desc())
        .limit(1)
    ).scalar_one_or_none()
