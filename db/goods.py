"""What the shop sells: services, countries, rules of price, and the offers made of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, exists, func, select

from db.once import insert_each_once, insert_into
from db.rows import AnyRow
from db.states import NumberStatus, Policy
from db.tables import (
    ActiveNumber,
    Country,
    PriceRule,
    ProviderPause,
    ProviderPrice,
    SalePause,
    SmsService,
)

_ENDED_EARLY = (NumberStatus.EXPIRED, NumberStatus.CANCELLED)
_LATELY = 50  # purchases that are looked at to tell what somebody buys
_SERVICE_NAMED = SmsService.id, SmsService.code, SmsService.name
_SERVICE_IS_SOLD = SmsService.active.is_(True) & (SmsService.policy == Policy.ALLOW)


def services(connection: Connection) -> Sequence[AnyRow]:
    """Every service that is known, sold or not, the most wanted first."""
    return connection.execute(
        select(
            SmsService.id,
            SmsService.code,
            SmsService.name,
            SmsService.rank,
            SmsService.policy,
            _SERVICE_IS_SOLD.label("is_sold"),
        ).order_by(SmsService.rank, SmsService.code)
    ).all()


def countries(connection: Connection) -> Sequence[AnyRow]:
    """Every country that is known, sold to or not."""
    return connection.execute(
        select(Country.id, Country.name, Country.iso2, Country.iso3, Country.active).order_by(Country.id)
    ).all()


def names_changed(connection: Connection) -> tuple[Any, ...]:
    """A mark that is another one as soon as any service or country is."""
    marks = [
        select(of).scalar_subquery()
        for table in (SmsService, Country)
        for of in (func.count(table.created_at), func.max(table.updated_at))
    ]
    return tuple(connection.execute(select(*marks)).one())


def add_services(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Put services in; those whose code is taken stay as they are."""
    dated = [{"id": uuid4(), **row, "created_at": now, "updated_at": now} for row in rows]
    insert_each_once(connection, SmsService, dated)


def add_countries(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Put countries in; those whose number is taken stay as they are."""
    insert_each_once(connection, Country, [{**row, "created_at": now, "updated_at": now} for row in rows])


def sold_service(connection: Connection, service_id: UUID) -> AnyRow | None:
    """One service, if it may be sold."""
    return connection.execute(
        select(*_SERVICE_NAMED).where(SmsService.id == service_id, _SERVICE_IS_SOLD)
    ).first()


def sold_country(connection: Connection, country_id: int) -> AnyRow | None:
    """One country, if it may be sold to."""
    return connection.execute(
        select(Country.id.label("country_id"), Country.name, Country.iso2, Country.flag).where(
            Country.id == country_id, Country.active.is_(True)
        )
    ).first()


def stocked_services(
    connection: Connection,
    providers: Collection[str],
    *,
    country_id: int | None = None,
    first: Sequence[UUID] = (),
    limit: int,
    offset: int,
) -> Sequence[AnyRow]:
    """A slice of what can be bought somewhere, or in one country; `first` before the most wanted."""
    order: list[Any] = [SmsService.rank, SmsService.name]
    if first:
        places = [(SmsService.id == service_id, place) for place, service_id in enumerate(first)]
        order.insert(0, case(*places, else_=len(first)))
    query = select(*_SERVICE_NAMED).where(_SERVICE_IS_SOLD, _has_numbers(providers, country_id))
    return connection.execute(query.order_by(*order).limit(limit).offset(offset)).all()


def count_stocked_services(
    connection: Connection, providers: Collection[str], country_id: int | None = None
) -> int:
    """How many services can be bought somewhere, or in one country."""
    is_stocked = _SERVICE_IS_SOLD & _has_numbers(providers, country_id)
    return connection.execute(select(func.count(SmsService.id)).where(is_stocked)).scalar_one()


def stocked_among(
    connection: Connection, providers: Collection[str], service_ids: Collection[UUID]
) -> dict[UUID, AnyRow]:
    """Those of some services that can be bought somewhere."""
    query = select(*_SERVICE_NAMED).where(
        SmsService.id.in_(service_ids), _SERVICE_IS_SOLD, _has_numbers(providers)
    )
    return {row.id: row for row in connection.execute(query)}


def _has_numbers(providers: Collection[str], country_id: int | None = None) -> ColumnElement[bool]:
    query = (
        select(ProviderPrice.sms_service_id)
        .join(Country, Country.id == ProviderPrice.country_id)
        .where(ProviderPrice.sms_service_id == SmsService.id, _has_stock(providers), Country.active.is_(True))
    )
    if country_id is not None:
        query = query.where(ProviderPrice.country_id == country_id)
    return query.exists()


def stocked_countries(
    connection: Connection, providers: Collection[str], among: Collection[int] | None = None
) -> Sequence[AnyRow]:
    """Countries in which something can be bought, by name."""
    has_numbers = (
        select(ProviderPrice.country_id)
        .join(SmsService, SmsService.id == ProviderPrice.sms_service_id)
        .where(
            ProviderPrice.country_id == Country.id,
            _has_stock(providers),
            _SERVICE_IS_SOLD,
        )
    )
    query = select(Country.id.label("country_id"), Country.name, Country.iso2, Country.flag).where(
        Country.active.is_(True), has_numbers.exists()
    )
    if among is not None:
        query = query.where(Country.id.in_(among))
    return connection.execute(query.order_by(Country.name, Country.id)).all()


def sold_prices(
    connection: Connection,
    providers: Collection[str],
    service_ids: Collection[UUID],
    country_id: int | None = None,
) -> Sequence[AnyRow]:
    """What can be bought of these services, and from whom."""
    query = _stocked(
        ProviderPrice.provider,
        ProviderPrice.sms_service_id,
        ProviderPrice.cost,
        ProviderPrice.stock,
        SmsService.price_per_otp,
        ProviderPrice.country_id,
        Country.name,
        Country.iso2,
        Country.flag,
        providers=providers,
        service_ids=service_ids,
    )
    if country_id is not None:
        query = query.where(ProviderPrice.country_id == country_id)
    return connection.execute(query).all()


def least_costs(
    connection: Connection,
    providers: Collection[str],
    service_ids: Collection[UUID],
    apart: Collection[int],
) -> Sequence[AnyRow]:
    """The least each provider asks for a service anywhere, and in each country that is looked at apart."""
    country = case((ProviderPrice.country_id.in_(apart), ProviderPrice.country_id)).label("country_id")
    key = ProviderPrice.provider, ProviderPrice.sms_service_id, SmsService.price_per_otp, country
    each = _stocked(*key, ProviderPrice.cost, providers=providers, service_ids=service_ids).subquery()
    *alike, cost = each.columns
    return connection.execute(select(*alike, func.min(cost).label("cost")).group_by(*alike)).all()


def _has_stock(providers: Collection[str]) -> ColumnElement[bool]:
    """A provider whose account is paused has nothing to sell, nor has one what brings no codes."""
    paused = select(ProviderPause.provider)
    guarded = exists().where(
        SalePause.provider == ProviderPrice.provider,
        SalePause.sms_service_id == ProviderPrice.sms_service_id,
        SalePause.country_id == ProviderPrice.country_id,
    )
    return and_(
        ProviderPrice.provider.in_(providers),
        ProviderPrice.provider.not_in(paused),
        ProviderPrice.stock > 0,
        ~guarded,
    )


def _stocked(
    *columns: Any, providers: Collection[str], service_ids: Collection[UUID]
) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .join_from(ProviderPrice, SmsService, SmsService.id == ProviderPrice.sms_service_id)
        .join(Country, Country.id == ProviderPrice.country_id)
        .where(
            _has_stock(providers),
            ProviderPrice.sms_service_id.in_(service_ids),
            _SERVICE_IS_SOLD,
            Country.active.is_(True),
        )
    )


def price_rules(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(
        select(
            PriceRule.sms_service_id, PriceRule.country_id, PriceRule.markup_percent, PriceRule.fixed_price
        )
    ).all()


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
    # NULLs are never equal to a unique index, so the target itself is the key.
    target = uuid5(NAMESPACE_OID, f"price rule {service_id} {country_id}")
    if markup_percent is None and fixed_price is None:
        connection.execute(delete(PriceRule).where(PriceRule.id == target))
        return
    said = {"markup_percent": markup_percent, "fixed_price": fixed_price, "updated_at": now}
    statement = insert_into(connection, PriceRule).values(
        id=target, sms_service_id=service_id, country_id=country_id, created_at=now, **said
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=said))


def recent_services(connection: Connection, user_id: UUID, limit: int) -> Sequence[UUID]:
    """What a person bought last, latest first."""
    purchases = (
        select(ActiveNumber.sms_service_id, ActiveNumber.created_at)
        .where(ActiveNumber.user_id == user_id)
        .order_by(ActiveNumber.created_at.desc())
        .limit(_LATELY)
        .subquery()
    )
    return connection.scalars(
        select(purchases.c.sms_service_id)
        .group_by(purchases.c.sms_service_id)
        .order_by(func.max(purchases.c.created_at).desc())
        .limit(limit)
    ).all()


def success_rates(
    connection: Connection, service_id: UUID, *, since: datetime, at_least: int
) -> dict[int, int]:
    """Percent of a service's numbers that received a code, by country, where enough were bought to tell."""
    ended: ColumnElement[bool] = (ActiveNumber.codes > 0) | ActiveNumber.status.in_(_ENDED_EARLY)
    with_code = func.count().filter(ActiveNumber.codes > 0)
    rows = connection.execute(
        select(ActiveNumber.country_id, func.count().label("ended"), with_code.label("with_code"))
        .where(ActiveNumber.sms_service_id == service_id, ActiveNumber.created_at > since, ended)
        .group_by(ActiveNumber.country_id)
        .having(func.count() >= at_least)
    )
    return {row.country_id: row.with_code * 100 // row.ended for row in rows}
