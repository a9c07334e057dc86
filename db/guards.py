"""How purchases have ended lately, and the sales that stand still for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from db.once import insert_once
from db.rows import AnyRow
from db.states import NumberStatus
from db.tables import ActiveNumber, SalePause, SmsService

_HAS_ENDED = or_(
    ActiveNumber.codes > 0, ActiveNumber.status.in_((NumberStatus.EXPIRED, NumberStatus.CANCELLED))
)


def kind_of(connection: Connection, number_id: UUID) -> AnyRow:
    """What was bought, where, by whom, and from whom."""
    return connection.execute(
        select(
            ActiveNumber.user_id,
            ActiveNumber.provider,
            ActiveNumber.sms_service_id,
            ActiveNumber.country_id,
            SmsService.code.label("service_code"),
        )
        .join(SmsService, SmsService.id == ActiveNumber.sms_service_id)
        .where(ActiveNumber.id == number_id)
    ).one()


def subject_of(kind: AnyRow) -> str:
    """Name a kind of number in a case."""
    return f"{kind.provider}:{kind.service_code}:{kind.country_id}"


def last_of_kind(connection: Connection, kind: AnyRow, limit: int) -> Sequence[bool]:
    """Whether a code came, for each of the latest numbers of a kind that came to an end or a code."""
    return connection.scalars(
        select(ActiveNumber.codes > 0)
        .where(
            ActiveNumber.provider == kind.provider,
            ActiveNumber.sms_service_id == kind.sms_service_id,
            ActiveNumber.country_id == kind.country_id,
            _HAS_ENDED,
        )
        .order_by(ActiveNumber.created_at.desc())
        .limit(limit)
    ).all()


def last_of_account(connection: Connection, provider: str, limit: int) -> Sequence[bool]:
    """Whether a code came, for each of the latest numbers of a provider that came to an end or a code."""
    return connection.scalars(
        select(ActiveNumber.codes > 0)
        .where(ActiveNumber.provider == provider, _HAS_ENDED)
        .order_by(ActiveNumber.created_at.desc())
        .limit(limit)
    ).all()


def last_of_person(
    connection: Connection, user_id: UUID, limit: int, bought_after: datetime | None = None
) -> Sequence[AnyRow]:
    """The latest numbers of a person that came to an end or a code: how many codes, and when it ended."""
    is_late = () if bought_after is None else (ActiveNumber.created_at > bought_after,)
    return connection.execute(
        select(ActiveNumber.codes, ActiveNumber.ended_at)
        .where(ActiveNumber.user_id == user_id, _HAS_ENDED, *is_late)
        .order_by(ActiveNumber.created_at.desc())
        .limit(limit)
    ).all()


def pause_sale(connection: Connection, kind: AnyRow, *, now: datetime, until: datetime) -> bool:
    """Sell no more of a kind for a while; False: it stands still already, and now no shorter than this."""
    is_new = insert_once(
        connection,
        SalePause,
        provider=kind.provider,
        sms_service_id=kind.sms_service_id,
        country_id=kind.country_id,
        since=now,
        until=until,
    )
    if not is_new:
        connection.execute(
            update(SalePause)
            .where(
                SalePause.provider == kind.provider,
                SalePause.sms_service_id == kind.sms_service_id,
                SalePause.country_id == kind.country_id,
                SalePause.until < until,
            )
            .values(until=until)
        )
    return is_new


def count_waiting(connection: Connection, provider: str) -> int:
    """How many numbers of a provider still wait for their first code."""
    return connection.execute(
        select(func.count())
        .select_from(ActiveNumber)
        .where(
            ActiveNumber.provider == provider,
            ActiveNumber.status.in_((NumberStatus.ACTIVE, NumberStatus.CANCELLING)),
            ActiveNumber.codes == 0,
        )
    ).scalar_one()


def is_paused(connection: Connection, provider: str, service_id: UUID, country_id: int) -> bool:
    paused = select(SalePause.provider).where(
        SalePause.provider == provider,
        SalePause.sms_service_id == service_id,
        SalePause.country_id == country_id,
    )
    return connection.execute(paused).first() is not None


def is_any_over(connection: Connection, now: datetime) -> bool:
    """A cheap look before the write."""
    return connection.execute(select(SalePause.provider).where(SalePause.until <= now)).first() is not None


def take_over(connection: Connection, now: datetime) -> Sequence[AnyRow]:
    """Let what has stood still for long enough be sold again; tell what."""
    over = connection.execute(
        select(*SalePause.__table__.columns, SmsService.code.label("service_code"))
        .join(SmsService, SmsService.id == SalePause.sms_service_id)
        .where(SalePause.until <= now)
    ).all()
    for row in over:
        connection.execute(
            delete(SalePause).where(
                and_(
                    SalePause.provider == row.provider,
                    SalePause.sms_service_id == row.sms_service_id,
                    SalePause.country_id == row.country_id,
                    SalePause.until <= now,
                )
            )
        )
    return over
