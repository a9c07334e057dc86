"""What decides whether somebody may buy, and the purchase's first row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from db import guards, pauses
from db.rows import AnyRow
from db.states import UNFINISHED, NumberStatus, Policy
from db.tables import ActiveNumber, Country, Offer, SmsService


def offer(connection: Connection, offer_id: UUID) -> AnyRow | None:
    return connection.execute(select(*Offer.__table__.columns).where(Offer.id == offer_id)).first()


def by_offer(connection: Connection, offer_id: UUID) -> UUID | None:
    """The purchase that this card has made."""
    return connection.execute(
        select(ActiveNumber.id).where(ActiveNumber.offer_id == offer_id)
    ).scalar_one_or_none()


def is_still_sold(connection: Connection, offer: AnyRow) -> bool:
    """Tell whether the shop still offers what a card has quoted, from where it was quoted."""
    if pauses.is_paused(connection, offer.provider):
        return False
    target = offer.provider, offer.sms_service_id, offer.country_id
    if offer.reactivates_number_id is None and guards.is_paused(connection, *target):
        return False
    sold = (
        select(SmsService.id)
        .join(Country, Country.id == offer.country_id)
        .where(
            SmsService.id == offer.sms_service_id,
            SmsService.active.is_(True),
            SmsService.policy == Policy.ALLOW,
            Country.active.is_(True),
        )
    )
    return connection.execute(sold).first() is not None


def has_ever_received(connection: Connection, user_id: UUID) -> bool:
    return (
        connection.execute(
            select(ActiveNumber.id).where(ActiveNumber.user_id == user_id, ActiveNumber.codes > 0).limit(1)
        ).first()
        is not None
    )


def count_open(connection: Connection, user_id: UUID) -> int:
    """How many numbers a person waits for; one whose code has come is no longer waited for."""
    return connection.execute(
        select(func.count())
        .select_from(ActiveNumber)
        .where(
            ActiveNumber.user_id == user_id,
            ActiveNumber.status.in_(UNFINISHED),
            ActiveNumber.codes == 0,
        )
    ).scalar_one()


def count_bought_since(connection: Connection, user_id: UUID, since: datetime) -> int:
    """How many purchases counted against the person's pace: what upstream refused does not."""
    return connection.execute(
        select(func.count())
        .select_from(ActiveNumber)
        .where(
            ActiveNumber.user_id == user_id,
            ActiveNumber.created_at > since,
            ActiveNumber.status != NumberStatus.REJECTED,
        )
    ).scalar_one()


def intend(
    connection: Connection,
    *,
    offer: AnyRow,
    charge_id: UUID,
    number_id: UUID,
    again: AnyRow | None,
    now: datetime,
) -> None:
    """Write down a purchase before anybody outside hears of it; `again` is the number it rents again."""
    connection.execute(
        insert(ActiveNumber).values(
            id=number_id,
            user_id=offer.user_id,
            sms_service_id=offer.sms_service_id,
            country_id=offer.country_id,
            operator=offer.operator,
            offer_id=offer.id,
            charge_id=charge_id,
            price=offer.price,
            provider=offer.provider,
            cap=offer.cap,
            status=NumberStatus.INTENT,
            reactivates_id=again.id if again else None,
            paid_reactivations=again.paid_reactivations + 1 if again else 0,
            created_at=now,
            updated_at=now,
        )
    )
