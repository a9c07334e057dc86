"""What providers say they have: their words for things, their prices, how reading them went."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, tuple_, update

from db.once import insert_each_once, insert_into
from db.rows import AnyRow
from db.tables import CatalogueSync, ProviderCountry, ProviderPrice, ProviderService


class Price(NamedTuple):
    """What a provider asks for a service in a country, and how many numbers it has."""

    sms_service_id: UUID
    country_id: int
    cost: Decimal
    stock: int


def provider_services(connection: Connection, provider: str) -> dict[str, UUID]:
    """Our services by the provider's words."""
    rows = connection.execute(
        select(ProviderService.code, ProviderService.sms_service_id).where(
            ProviderService.provider == provider
        )
    )
    return {row.code: row.sms_service_id for row in rows}


def map_services(connection: Connection, provider: str, words: Mapping[str, UUID]) -> None:
    """Learn which of our services a provider's words mean; a known word keeps its meaning."""
    rows = [{"provider": provider, "code": code, "sms_service_id": words[code]} for code in sorted(words)]
    insert_each_once(connection, ProviderService, rows)


def provider_countries(connection: Connection, provider: str) -> dict[str, int]:
    """Our countries by the provider's words."""
    rows = connection.execute(
        select(ProviderCountry.code, ProviderCountry.country_id).where(ProviderCountry.provider == provider)
    )
    return {row.code: row.country_id for row in rows}


def map_countries(connection: Connection, provider: str, words: Mapping[str, int]) -> None:
    """Learn which of our countries a provider's words mean; a known word keeps its meaning."""
    rows = [
        {"provider": provider, "code": code, "country_id": words[code], "operators": ""}
        for code in sorted(words)
    ]
    insert_each_once(connection, ProviderCountry, rows)


def set_operators(connection: Connection, provider: str, told: Mapping[str, Iterable[str]]) -> None:
    """Put what is told in the place of what was known; a country that is not told has none."""
    rows = connection.execute(
        select(ProviderCountry.code, ProviderCountry.operators)
        .where(ProviderCountry.provider == provider)
        .order_by(ProviderCountry.code)
    ).all()
    joined = {row.code: ",".join(name for name in told.get(row.code, ()) if "," not in name) for row in rows}
    changed = [
        {"word": row.code, "names": joined[row.code]} for row in rows if joined[row.code] != row.operators
    ]
    if changed:
        connection.execute(
            update(ProviderCountry)
            .where(ProviderCountry.provider == provider, ProviderCountry.code == bindparam("word"))
            .values(operators=bindparam("names")),
            changed,
        )


def operators(connection: Connection, country_id: int) -> dict[str, tuple[str, ...]]:
    """Operators in a country, by provider."""
    rows = connection.execute(
        select(ProviderCountry.provider, ProviderCountry.operators).where(
            ProviderCountry.country_id == country_id
        )
    )
    return {row.provider: tuple(filter(None, row.operators.split(","))) for row in rows}


def prices_after(
    connection: Connection, provider: str, last: tuple[UUID, int] | None, limit: int
) -> Sequence[Price]:
    """One slice of what a provider was known to have, in the order of services and countries."""
    key = ProviderPrice.sms_service_id, ProviderPrice.country_id
    query = select(*key, ProviderPrice.cost, ProviderPrice.stock).where(ProviderPrice.provider == provider)
    if last is not None:
        query = query.where(tuple_(*key) > last)
    return [Price(*row) for row in connection.execute(query.order_by(*key).limit(limit))]


def write_prices(connection: Connection, provider: str, prices: Iterable[Price], now: datetime) -> None:
    """Bring prices and stock up to date, whether or not they were known."""
    statement = insert_into(connection, ProviderPrice)
    told = {name: statement.excluded[name] for name in ("cost", "stock", "updated_at")}
    rows = [{"provider": provider, **price._asdict(), "updated_at": now} for price in prices]
    key = ["provider", "sms_service_id", "country_id"]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=told), rows)


def note_sync(
    connection: Connection, provider: str, *, now: datetime, prices: int = 0, error: str | None = None
) -> None:
    """Remember how reading a provider's catalogue went; a failure keeps what the last success said."""
    values: dict[str, Any] = {"tried_at": now, "error": error}
    if error is None:
        values |= {"succeeded_at": now, "prices": prices}
    statement = insert_into(connection, CatalogueSync).values(provider=provider, **({"prices": 0} | values))
    connection.execute(statement.on_conflict_do_update(index_elements=["provider"], set_=values))


def last_syncs(connection: Connection) -> dict[str, AnyRow]:
    rows: Sequence[AnyRow] = connection.execute(select(*CatalogueSync.__table__.columns)).all()
    return {row.provider: row for row in rows}
