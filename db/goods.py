"""The catalogue: services, countries, what providers ask, and the rules of price."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from db.once import insert_once
from db.rows import AnyRow
from db.states import NumberStatus, Policy
from db.tables import (
    ActiveNumber,
    CatalogueSync,
    Country,
    Offer,
    PriceRule,
    ProviderCountry,
    ProviderPause,
    ProviderPrice,
    ProviderService,
    SmsService,
)

_ENDED_EARLY = (NumberStatus.EXPIRED, NumberStatus.CANCELLED)


def services(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(select(*SmsService.__table__.columns).order_by(SmsService.rank)).all()


def countries(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(select(*Country.__table__.columns).order_by(Country.id)).all()


def add_service(connection: Connection, *, now: datetime, **values: Any) -> bool:
    return insert_once(connection, SmsService, id=uuid4(), created_at=now, updated_at=now, **values)


def add_country(connection: Connection, *, now: datetime, **values: Any) -> bool:
    return insert_once(connection, Country, created_at=now, updated_at=now, **values)


def provider_services(connection: Connection, provider: str) -> dict[str, UUID]:
    """Our services by the provider's words."""
    rows = connection.execute(
        select(ProviderService.code, ProviderService.sms_service_id).where(
            ProviderService.provider == provider
        )
    )
    return {row.code: row.sms_service_id for row in rows}


def map_service(connection: Connection, provider: str, code: str, service_id: UUID) -> None:
    insert_once(connection, ProviderService, provider=provider, code=code, sms_service_id=service_id)


def provider_countries(connection: Connection, provider: str) -> dict[str, int]:
    """Our countries by the provider's words."""
    rows = connection.execute(
        select(ProviderCountry.code, ProviderCountry.country_id).where(ProviderCountry.provider == provider)
    )
    return {row.code: row.country_id for row in rows}


def map_country(connection: Connection, provider: str, code: str, country_id: int) -> None:
    insert_once(connection, ProviderCountry, provider=provider, code=code, country_id=country_id)


def set_operators(connection: Connection, provider: str, operators: Mapping[str, Sequence[str]]) -> None:
    for code, names in operators.items():
        connection.execute(
            update(ProviderCountry)
            .where(ProviderCountry.provider == provider, ProviderCountry.code == code)
            .values(operators=",".join(names))
        )


def operators(connection: Connection, provider: str, country_id: int) -> tuple[str, ...]:
    joined = connection.execute(
        select(ProviderCountry.operators)
        .where(ProviderCountry.provider == provider, ProviderCountry.country_id == country_id)
        .limit(1)
    ).scalar_one_or_none()
    return tuple(name for name in (joined or "").split(",") if name)


def snapshot(connection: Connection, provider: str) -> dict[tuple[UUID, int], tuple[Decimal, int]]:
    """Cost and stock of everything a provider was known to have."""
    rows = connection.execute(
        select(
            ProviderPrice.sms_service_id, ProviderPrice.country_id, ProviderPrice.cost, ProviderPrice.stock
        ).where(ProviderPrice.provider == provider)
    )
    return {(row.sms_service_id, row.country_id): (row.cost, row.stock) for row in rows}


def write_prices(
    connection: Connection,
    provider: str,
    rows: Iterable[tuple[UUID, int, Decimal, int]],
    known: frozenset[tuple[UUID, int]],
    now: datetime,
) -> None:
    """Bring rows up to date; `known` tells which of them exist."""
    fresh: list[tuple[UUID, int, Decimal, int]] = []
    changed: list[tuple[UUID, int, Decimal, int]] = []
    for service_id, country_id, cost, stock in rows:
        target = changed if (service_id, country_id) in known else fresh
        target.append((service_id, country_id, cost, stock))
    for service_id, country_id, cost, stock in changed:
        connection.execute(
            update(ProviderPrice)
            .where(
                ProviderPrice.provider == provider,
                ProviderPrice.sms_service_id == service_id,
                ProviderPrice.country_id == country_id,
            )
            .values(cost=cost, stock=stock, updated_at=now)
        )
    if fresh:
        connection.execute(
            insert(ProviderPrice),
            [
                {
                    "provider": provider,
                    "sms_service_id": service_id,
                    "country_id": country_id,
                    "cost": cost,
                    "stock": stock,
                    "updated_at": now,
                }
                for service_id, country_id, cost, stock in fresh
            ],
        )


def note_sync(
    connection: Connection, provider: str, *, now: datetime, prices: int = 0, error: str | None = None
) -> None:
    values: dict[str, Any] = {"tried_at": now, "error": error}
    if error is None:
        values |= {"succeeded_at": now, "prices": prices}
    known = connection.execute(
        update(CatalogueSync).where(CatalogueSync.provider == provider).values(**values)
    )
    if not known.rowcount:
        insert_once(connection, CatalogueSync, provider=provider, **({"prices": 0} | values))


def last_sync(connection: Connection, provider: str) -> AnyRow | None:
    return connection.execute(
        select(*CatalogueSync.__table__.columns).where(CatalogueSync.provider == provider)
    ).first()


def price_rules(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(select(*PriceRule.__table__.columns)).all()


def set_price_rule(
    connection: Connection,
    *,
    service_id: UUID | None,
    country_id: int | None,
    markup_percent: Decimal | None,
    fixed_price: Decimal | None,
    now: datetime,
) -> None:
    """Put a rule in the place of the one for the same target; without a value there is none."""
    connection.execute(
        delete(PriceRule).where(
            PriceRule.sms_service_id.is_not_distinct_from(service_id),
            PriceRule.country_id.is_not_distinct_from(country_id),
        )
    )
    if markup_percent is None and fixed_price is None:
        return
    connection.execute(
        insert(PriceRule).values(
            id=uuid4(),
            sms_service_id=service_id,
            country_id=country_id,
            markup_percent=markup_percent,
            fixed_price=fixed_price,
            created_at=now,
            updated_at=now,
        )
    )


def sold_prices(
    connection: Connection,
    providers: Sequence[str],
    *,
    service_ids: Collection[UUID] | None = None,
    country_id: int | None = None,
) -> Sequence[AnyRow]:
    """What may be sold of what these providers have."""
    query: Select[*tuple[Any, ...]] = (
        select(
            ProviderPrice.provider,
            ProviderPrice.sms_service_id,
            ProviderPrice.country_id,
            ProviderPrice.cost,
            ProviderPrice.stock,
            SmsService.price_per_otp,
        )
        .join(SmsService, SmsService.id == ProviderPrice.sms_service_id)
        .join(Country, Country.id == ProviderPrice.country_id)
        .where(
            ProviderPrice.provider.in_(providers),
            SmsService.active.is_(True),
            SmsService.policy == Policy.ALLOW,
            Country.active.is_(True),
            ProviderPrice.stock > 0,
            ProviderPrice.provider.not_in(select(ProviderPause.provider)),
        )
    )
    if service_ids is not None:
        query = query.where(ProviderPrice.sms_service_id.in_(service_ids))
    if country_id is not None:
        query = query.where(ProviderPrice.country_id == country_id)
    return connection.execute(query).all()


def stocked_services(connection: Connection, providers: Sequence[str]) -> frozenset[UUID]:
    """Services of which some provider has a number somewhere."""
    return frozenset(
        connection.scalars(
            select(ProviderPrice.sms_service_id)
            .where(ProviderPrice.provider.in_(providers), ProviderPrice.stock > 0)
            .distinct()
        )
    )


def stocked_countries(connection: Connection, providers: Sequence[str]) -> frozenset[int]:
    """Countries in which some provider has a number of something."""
    return frozenset(
        connection.scalars(
            select(ProviderPrice.country_id)
            .where(ProviderPrice.provider.in_(providers), ProviderPrice.stock > 0)
            .distinct()
        )
    )


def recent_services(connection: Connection, user_id: UUID, limit: int) -> Sequence[UUID]:
    """What a person bought last, latest first."""
    return connection.scalars(
        select(ActiveNumber.sms_service_id)
        .where(ActiveNumber.user_id == user_id)
        .group_by(ActiveNumber.sms_service_id)
        .order_by(func.max(ActiveNumber.created_at).desc())
        .limit(limit)
    ).all()


def success_rates(
    connection: Connection, since: datetime, at_least: int, service_ids: Collection[UUID] | None = None
) -> dict[tuple[UUID, int], int]:
    """Percent of numbers that received a code, where enough were bought to tell."""
    ended = (ActiveNumber.codes > 0) | ActiveNumber.status.in_(_ENDED_EARLY)
    with_code = func.count().filter(ActiveNumber.codes > 0)
    query = (
        select(
            ActiveNumber.sms_service_id,
            ActiveNumber.country_id,
            func.count().label("ended"),
            with_code.label("with_code"),
        )
        .where(ActiveNumber.created_at > since, ended)
        .group_by(ActiveNumber.sms_service_id, ActiveNumber.country_id)
        .having(func.count() >= at_least)
    )
    if service_ids is not None:
        query = query.where(ActiveNumber.sms_service_id.in_(service_ids))
    return {
        (row.sms_service_id, row.country_id): row.with_code * 100 // row.ended
        for row in connection.execute(query)
    }


def add_offer(connection: Connection, *, now: datetime, lasts: timedelta, **values: Any) -> UUID:
    offer_id = uuid4()
    connection.execute(insert(Offer).values(id=offer_id, created_at=now, expires_at=now + lasts, **values))
    return offer_id


def forget_offers(connection: Connection, before: datetime) -> int:
    """Throw away quotes that nobody has bought."""
    bought = select(ActiveNumber.offer_id)
    return connection.execute(
        delete(Offer).where(Offer.expires_at < before, Offer.id.not_in(bought))
    ).rowcount
