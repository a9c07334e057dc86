"""What is read to show numbers to their buyers."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, Select, select

from db.rows import AnyRow
from db.states import MessageStatus, NumberStatus
from db.tables import ActiveNumber, Country, SmsMessage, SmsService


def _cards() -> Select[*tuple[object, ...]]:
    return (
        select(
            ActiveNumber.id,
            ActiveNumber.user_id,
            ActiveNumber.status,
            ActiveNumber.provider,
            ActiveNumber.sms_service_id,
            SmsService.code.label("service_code"),
            SmsService.name.label("service_name"),
            ActiveNumber.country_id,
            Country.name.label("country_name"),
            Country.iso2,
            Country.flag,
            ActiveNumber.operator,
            ActiveNumber.price,
            ActiveNumber.phone_number,
            ActiveNumber.created_at,
            ActiveNumber.start_time,
            ActiveNumber.end_time,
            ActiveNumber.can_repeat,
            ActiveNumber.asking,
            ActiveNumber.rejection,
            ActiveNumber.ended_at,
            ActiveNumber.ended_by,
        )
        .join(SmsService, SmsService.id == ActiveNumber.sms_service_id)
        .join(Country, Country.id == ActiveNumber.country_id)
    )


def by_id(connection: Connection, number_id: UUID) -> AnyRow | None:
    return connection.execute(_cards().where(ActiveNumber.id == number_id)).first()


def of_person(connection: Connection, user_id: UUID, statuses: Collection[NumberStatus]) -> Sequence[AnyRow]:
    return connection.execute(
        _cards()
        .where(ActiveNumber.user_id == user_id, ActiveNumber.status.in_(statuses))
        .order_by(ActiveNumber.created_at)
    ).all()


def messages(connection: Connection, number_id: UUID) -> Sequence[AnyRow]:
    """The messages a buyer may see, oldest first."""
    return connection.execute(
        select(
            SmsMessage.id,
            SmsMessage.code,
            SmsMessage.message_body,
            SmsMessage.from_number,
            SmsMessage.received_at,
            SmsMessage.is_call,
            (SmsMessage.reactivation_count - SmsMessage.paid_reactivations).label("asking"),
        )
        .where(
            SmsMessage.active_number_id == number_id,
            SmsMessage.status == MessageStatus.RECEIVED,
            SmsMessage.is_withheld.is_(False),
        )
        .order_by(SmsMessage.received_at, SmsMessage.created_at)
    ).all()


def number_of_message(connection: Connection, message_id: UUID) -> UUID | None:
    return connection.execute(
        select(SmsMessage.active_number_id).where(SmsMessage.id == message_id)
    ).scalar_one_or_none()


def last_bought(connection: Connection, user_id: UUID) -> tuple[UUID, int] | None:
    row = connection.execute(
        select(ActiveNumber.sms_service_id, ActiveNumber.country_id)
        .where(ActiveNumber.user_id == user_id, ActiveNumber.codes > 0)
        .order_by(ActiveNumber.created_at.desc())
        .limit(1)
    ).first()
    return (row.sms_service_id, row.country_id) if row else None
