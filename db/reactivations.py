"""Used numbers that may be rented again."""

from uuid import UUID

from sqlalchemy import Connection, or_, select

from db.rows import AnyRow
from db.states import UNFINISHED, NumberStatus
from db.tables import ActiveNumber


def used(connection: Connection, number_id: UUID) -> AnyRow | None:
    """Find a number that has done its work."""
    return connection.execute(
        select(
            ActiveNumber.id,
            ActiveNumber.user_id,
            ActiveNumber.provider,
            ActiveNumber.upstream_id,
            ActiveNumber.phone_hash,
            ActiveNumber.sms_service_id,
            ActiveNumber.country_id,
            ActiveNumber.operator,
            ActiveNumber.paid_reactivations,
        ).where(ActiveNumber.id == number_id, ActiveNumber.status == NumberStatus.FINISHED)
    ).first()


def is_running(connection: Connection, number: AnyRow) -> bool:
    """Tell whether this very number is rented, or being rented, just now."""
    running = select(ActiveNumber.id).where(
        ActiveNumber.user_id == number.user_id,
        ActiveNumber.status.in_(UNFINISHED),
        or_(ActiveNumber.reactivates_id == number.id, ActiveNumber.phone_hash == number.phone_hash),
    )
    return connection.execute(running.limit(1)).first() is not None
