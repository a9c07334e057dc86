"""Ending numbers, here and upstream."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from db import cases, ledger, outbox
from db.rows import AnyRow
from db.states import EndedBy, MessageStatus, NumberStatus
from db.tables import ActiveNumber, SmsMessage

_FINAL = {
    EndedBy.PERSON: NumberStatus.CANCELLED,
    EndedBy.OPERATOR: NumberStatus.CANCELLED,
    EndedBy.UPSTREAM: NumberStatus.EXPIRED,
    EndedBy.EXPIRY: NumberStatus.EXPIRED,
}
# A number that cannot be closed is asked about less and less often, yet never forgotten.
_LONGEST_PAUSE_SECONDS = 300
_WAITS = or_(
    ActiveNumber.status == NumberStatus.CANCELLING,
    and_(ActiveNumber.status == NumberStatus.FINISHED, ActiveNumber.closed_upstream_at.is_(None)),
)


def is_waiting(connection: Connection, number_id: UUID) -> bool:
    """Tell whether a number is still to be ended here or upstream."""
    waiting = select(ActiveNumber.id).where(ActiveNumber.id == number_id, _WAITS)
    return connection.execute(waiting).first() is not None


def providers_awaited(connection: Connection) -> Sequence[str]:
    """Name the providers that have numbers still to be ended."""
    return connection.scalars(select(ActiveNumber.provider).where(_WAITS).distinct()).all()


def is_any_due(connection: Connection, provider: str, now: datetime) -> bool:
    """A cheap look before the claim, which writes."""
    return (
        connection.execute(select(ActiveNumber.id).where(*_due(provider, now)).limit(1)).first() is not None
    )


def _due(provider: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ActiveNumber.provider == provider, _WAITS, ActiveNumber.next_check_at <= now


def claim_due(connection: Connection, provider: str, now: datetime, limit: int) -> Sequence[AnyRow]:
    """Take numbers of a provider that are due to be ended; each is somebody else's again after a while."""
    due = (
        select(ActiveNumber.id)
        .where(*_due(provider, now))
        .order_by(ActiveNumber.next_check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = connection.scalars(due).all()
    rows = connection.execute(
        select(
            ActiveNumber.id,
            ActiveNumber.provider,
            ActiveNumber.upstream_id,
            ActiveNumber.status,
            ActiveNumber.checks,
            ActiveNumber.start_time,
            ActiveNumber.end_time,
            ActiveNumber.ended_by,
        ).where(ActiveNumber.id.in_(ids))
    ).all()
    for row in rows:
        pause = min(5 * 2**row.checks, _LONGEST_PAUSE_SECONDS)
        _put_off(connection, row.id, now + timedelta(seconds=pause), row.checks + 1)
    return rows


def put_off(connection: Connection, number_id: UUID, until: datetime) -> None:
    """Ask again at a time upstream has named."""
    _put_off(connection, number_id, until, 0)


def _put_off(connection: Connection, number_id: UUID, until: datetime, checks: int) -> None:
    connection.execute(
        update(ActiveNumber).where(ActiveNumber.id == number_id).values(next_check_at=until, checks=checks)
    )


def give_back(connection: Connection, number_id: UUID, now: datetime) -> bool:
    """Upstream has ended the number without a code: the credits go back, once."""
    number = connection.execute(
        select(ActiveNumber.user_id, ActiveNumber.charge_id, ActiveNumber.ended_by)
        .where(
            ActiveNumber.id == number_id,
            ActiveNumber.status == NumberStatus.CANCELLING,
            ActiveNumber.codes == 0,
        )
        .with_for_update()
    ).first()
    if number is None:
        return False
    status = _FINAL[EndedBy(number.ended_by)]
    connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id)
        .values(status=status, ended_at=now, closed_upstream_at=now, next_check_at=None, updated_at=now)
    )
    ledger.give_back(connection, number.charge_id, now)
    cases.resolve(
        connection, kind="purchase.country", subject=str(number_id), resolution="given back", now=now
    )
    _end_wait(connection, number_id, EndedBy(number.ended_by), now)
    why = _why_ended(connection, number_id, EndedBy(number.ended_by))
    _tell_end(connection, number.user_id, number_id, status, why, now)
    return True


def _why_ended(connection: Connection, number_id: UUID, by: EndedBy) -> str:
    """What the shop itself ended a number for; nothing where the end speaks for itself."""
    is_foreign = by is EndedBy.OPERATOR and cases.was_opened(connection, "purchase.country", str(number_id))
    return "country" if is_foreign else ""


def _end_wait(connection: Connection, number_id: UUID, by: EndedBy, now: datetime) -> None:
    connection.execute(
        update(SmsMessage)
        .where(SmsMessage.active_number_id == number_id, SmsMessage.status == MessageStatus.PENDING)
        .values(
            status=MessageStatus.FAILED,
            cancelled=True,
            cancellation_time=now,
            ended_by=by,
            updated_at=now,
        )
    )


def _tell_end(
    connection: Connection, user_id: UUID, number_id: UUID, status: NumberStatus, why: str, now: datetime
) -> None:
    subject = str(number_id)
    outbox.put(connection, user_id=user_id, kind="number.card", subject=subject, now=now)
    outbox.put(
        connection,
        user_id=user_id,
        kind="number.ended",
        subject=subject,
        now=now,
        arguments={"how": status.value} | ({"reason": why} if why else {}),
    )


def mark_closed_upstream(connection: Connection, number_id: UUID, now: datetime) -> None:
    """Upstream knows that this number is done."""
    connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id, ActiveNumber.closed_upstream_at.is_(None))
        .values(closed_upstream_at=now, next_check_at=None, updated_at=now)
    )
