"""The life of a rented number, one conditional step at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from db import outbox
from db.rows import AnyRow
from db.states import UNFINISHED, EndedBy, NumberStatus
from db.tables import ActiveNumber


def is_anything_open(connection: Connection) -> bool:
    return (
        connection.execute(
            select(ActiveNumber.id).where(ActiveNumber.status.in_(UNFINISHED)).limit(1)
        ).first()
        is not None
    )


def watched(connection: Connection, provider: str) -> Sequence[AnyRow]:
    """The numbers of one provider on which a message may come."""
    return connection.execute(
        select(
            ActiveNumber.id,
            ActiveNumber.upstream_id,
            ActiveNumber.status,
            ActiveNumber.asking,
            ActiveNumber.codes,
            ActiveNumber.start_time,
            ActiveNumber.end_time,
        ).where(
            ActiveNumber.provider == provider,
            ActiveNumber.status.in_((NumberStatus.ACTIVE, NumberStatus.CANCELLING)),
        )
    ).all()


def expire(connection: Connection, now: datetime) -> int:
    """Numbers whose time is over: without a code they go to be closed, with one they are done."""
    over = (ActiveNumber.status == NumberStatus.ACTIVE, ActiveNumber.end_time <= now)
    connection.execute(
        update(ActiveNumber)
        .where(*over, ActiveNumber.codes > 0)
        .values(
            status=NumberStatus.FINISHED,
            ended_by=EndedBy.EXPIRY,
            ended_at=now,
            next_check_at=now,
            checks=0,
            updated_at=now,
        )
    )
    return connection.execute(
        update(ActiveNumber)
        .where(*over, ActiveNumber.codes == 0)
        .values(
            status=NumberStatus.CANCELLING,
            ended_by=EndedBy.EXPIRY,
            next_check_at=now,
            checks=0,
            updated_at=now,
        )
    ).rowcount


def start_closing(connection: Connection, number_id: UUID, *, by: EndedBy, now: datetime) -> bool:
    """Ask for a waiting number to be ended; the money goes back only when upstream says so."""
    asked = connection.execute(
        update(ActiveNumber)
        .where(
            ActiveNumber.id == number_id,
            ActiveNumber.status == NumberStatus.ACTIVE,
            ActiveNumber.codes == 0,
        )
        .values(status=NumberStatus.CANCELLING, ended_by=by, next_check_at=now, checks=0, updated_at=now)
        .returning(ActiveNumber.user_id)
    ).scalar_one_or_none()
    if asked is None:
        return False
    outbox.put(connection, user_id=asked, kind="number.card", subject=str(number_id), now=now)
    return True


def finish(connection: Connection, number_id: UUID, *, by: EndedBy, now: datetime) -> bool:
    """No further code is wanted on a number that has received one."""
    done = connection.execute(
        update(ActiveNumber)
        .where(
            ActiveNumber.id == number_id,
            ActiveNumber.status == NumberStatus.ACTIVE,
            ActiveNumber.codes > 0,
        )
        .values(
            status=NumberStatus.FINISHED,
            ended_by=by,
            ended_at=now,
            next_check_at=now,
            checks=0,
            updated_at=now,
        )
        .returning(ActiveNumber.user_id)
    ).scalar_one_or_none()
    if done is None:
        return False
    outbox.put(connection, user_id=done, kind="number.card", subject=str(number_id), now=now)
    return True


_ASKED = (
    ActiveNumber.id,
    ActiveNumber.user_id,
    ActiveNumber.provider,
    ActiveNumber.upstream_id,
    ActiveNumber.asking,
)


def asked(connection: Connection, number_id: UUID) -> AnyRow:
    """What upstream is told of a number on which a further code was asked for."""
    return connection.execute(select(*_ASKED).where(ActiveNumber.id == number_id)).one()


def note_asking(connection: Connection, number_id: UUID, now: datetime) -> AnyRow | None:
    """Count one more asking for a further code, before upstream hears of it."""
    noted = connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id, ActiveNumber.status == NumberStatus.ACTIVE)
        .values(asking=ActiveNumber.asking + 1, updated_at=now)
        .returning(*_ASKED)
    ).first()
    if noted is not None:
        outbox.put(connection, user_id=noted.user_id, kind="number.card", subject=str(number_id), now=now)
    return noted


def take_back_asking(connection: Connection, number_id: UUID, asking: int, now: datetime) -> None:
    """Upstream won't repeat: this asking never was."""
    asked = connection.execute(
        update(ActiveNumber)
        .where(ActiveNumber.id == number_id, ActiveNumber.asking == asking)
        .values(asking=asking - 1)
        .returning(ActiveNumber.user_id)
    ).first()
    if asked is not None:
        outbox.put(connection, user_id=asked.user_id, kind="number.card", subject=str(number_id), now=now)
