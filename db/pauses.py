"""Providers at which nothing is bought for now, and offers that upstream has just denied."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, Update, delete, select, update

from db.once import insert_once
from db.rows import AnyRow
from db.tables import ProviderPause, ProviderPrice


def pause(
    connection: Connection,
    provider: str,
    *,
    reason: str,
    until: datetime | None,
    now: datetime,
    balance_needed: Decimal | None = None,
    waiting_below: int | None = None,
) -> bool:
    """Stop buying at a provider; False: it was stopped already."""
    return insert_once(
        connection,
        ProviderPause,
        provider=provider,
        reason=reason,
        since=now,
        until=until,
        balance_needed=balance_needed,
        waiting_below=waiting_below,
    )


def hold(connection: Connection, provider: str, *, reason: str, now: datetime) -> None:
    """Stop buying at a provider until somebody says otherwise, whatever had stopped it before."""
    if not pause(connection, provider, reason=reason, until=None, now=now):
        connection.execute(
            update(ProviderPause)
            .where(ProviderPause.provider == provider)
            .values(reason=reason, until=None, balance_needed=None, waiting_below=None)
        )


def resume(connection: Connection, provider: str, reason: str) -> bool:
    """Buy there again, unless something else has stopped it meanwhile."""
    over = delete(ProviderPause).where(ProviderPause.provider == provider, ProviderPause.reason == reason)
    return bool(connection.execute(over).rowcount)


def is_paused(connection: Connection, provider: str) -> bool:
    paused = select(ProviderPause.provider).where(ProviderPause.provider == provider)
    return connection.execute(paused).first() is not None


def all_pauses(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(select(*ProviderPause.__table__.columns)).all()


def deny_stock(connection: Connection, provider: str, service_id: UUID, country_id: int) -> None:
    """Upstream has none, whatever its list says: do not offer it until the list is read again."""
    connection.execute(_price(provider, service_id, country_id).values(stock=0))


def raise_cost(
    connection: Connection, provider: str, service_id: UUID, country_id: int, cost: Decimal
) -> None:
    """Upstream asks more than its list said: quote it rightly from now on."""
    row = _price(provider, service_id, country_id)
    connection.execute(row.where(ProviderPrice.cost < cost).values(cost=cost))


def _price(provider: str, service_id: UUID, country_id: int) -> Update:
    return update(ProviderPrice).where(
        ProviderPrice.provider == provider,
        ProviderPrice.sms_service_id == service_id,
        ProviderPrice.country_id == country_id,
    )
