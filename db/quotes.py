"""What cards have quoted."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, insert, select

from db.tables import ActiveNumber, Offer


def add_offer(connection: Connection, *, now: datetime, lasts: timedelta, **values: Any) -> UUID:
    """Write down a quote; it may come with an id of its own."""
    quoted = {"id": uuid4(), **values, "created_at": now, "expires_at": now + lasts}
    connection.execute(insert(Offer).values(quoted))
    offer_id: UUID = quoted["id"]
    return offer_id


def forget_offers(connection: Connection, before: datetime) -> int:
    """Throw away quotes that nobody has bought."""
    bought = select(ActiveNumber.offer_id)
    return connection.execute(
        delete(Offer).where(Offer.expires_at < before, Offer.id.not_in(bought))
    ).rowcount
