"""What people said is wrong with numbers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from db.once import insert_once
from db.rows import AnyRow
from db.tables import ActiveNumber, NumberReport, SmsService


def subject(connection: Connection, number_id: UUID) -> AnyRow | None:
    """Find a number that was bought, and what kind of number it is."""
    return connection.execute(
        select(
            ActiveNumber.id,
            ActiveNumber.user_id,
            ActiveNumber.provider,
            ActiveNumber.sms_service_id,
            ActiveNumber.country_id,
            ActiveNumber.operator,
            SmsService.code.label("service_code"),
        )
        .join(SmsService, SmsService.id == ActiveNumber.sms_service_id)
        .where(ActiveNumber.id == number_id, ActiveNumber.upstream_id.is_not(None))
    ).first()


def add(connection: Connection, number: AnyRow, reason: str, now: datetime) -> bool:
    """Keep what was said of a number; False: its buyer has said so before."""
    return insert_once(
        connection,
        NumberReport,
        active_number_id=number.id,
        user_id=number.user_id,
        reason=reason,
        sms_service_id=number.sms_service_id,
        country_id=number.country_id,
        operator=number.operator,
        provider=number.provider,
        reported_at=now,
    )


def count_by_reason(connection: Connection, number: AnyRow, since: datetime) -> dict[str, int]:
    """How often numbers of this kind were reported since a moment: same service, country and operator."""
    rows = connection.execute(
        select(NumberReport.reason, func.count().label("times"))
        .where(
            NumberReport.sms_service_id == number.sms_service_id,
            NumberReport.country_id == number.country_id,
            NumberReport.operator.is_not_distinct_from(number.operator),
            NumberReport.reported_at > since,
        )
        .group_by(NumberReport.reason)
        .order_by(NumberReport.reason)
    )
    return {row.reason: row.times for row in rows}
