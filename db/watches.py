"""Who waits for what has run out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from db.once import insert_once
from db.rows import AnyRow
from db.tables import StockWatch


def add(
    connection: Connection, *, user_id: UUID, sms_service_id: UUID, country_id: int, since: datetime
) -> bool:
    """Let somebody wait; False: they do already."""
    place = {"sms_service_id": sms_service_id, "country_id": country_id}
    return insert_once(connection, StockWatch, user_id=user_id, **place, since=since)


def count(connection: Connection, user_id: UUID) -> int:
    return connection.execute(
        select(func.count()).select_from(StockWatch).where(StockWatch.user_id == user_id)
    ).scalar_one()


def places(connection: Connection) -> Sequence[AnyRow]:
    """What anybody waits for."""
    return connection.execute(select(StockWatch.sms_service_id, StockWatch.country_id).distinct()).all()


def take(connection: Connection, place: AnyRow) -> Sequence[UUID]:
    """Whoever waits for one thing waits no more."""
    gone = delete(StockWatch).where(
        StockWatch.sms_service_id == place.sms_service_id, StockWatch.country_id == place.country_id
    )
    return connection.execute(gone.returning(StockWatch.user_id)).scalars().all()


def forget(connection: Connection, before: datetime) -> int:
    """Nobody waits for ever."""
    return connection.execute(delete(StockWatch).where(StockWatch.since < before)).rowcount
