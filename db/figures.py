"""What is measured: every figure of the shop in one reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from db import books
from db.rows import AnyRow
from db.states import NumberStatus, TopupState
from db.tables import (
    ActiveNumber,
    Case,
    GatewayNotice,
    InboxUpdate,
    OutboxFact,
    ProviderPause,
    SalePause,
    SmsMessage,
    Topup,
    Transaction,
    UpstreamNotice,
)

_LATELY = timedelta(minutes=10)
_CODES_LOOKED_AT = 50
_LIVE = (NumberStatus.ACTIVE, NumberStatus.CANCELLING)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, and since when the oldest of it."""

    name: str
    waiting: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    queues: tuple[Queue, ...]
    numbers: dict[str, int]  # by status
    cases: dict[str, int]  # open ones by kind
    provider_pauses: dict[str, str]  # reason by provider
    sale_pauses: dict[str, int]  # kinds of numbers by provider
    credits: Decimal
    held: Decimal
    movements: tuple[tuple[str, str, int, Decimal], ...]  # type, status, how many, how much
    purchase_seconds: tuple[float, ...]  # of late: from sending to the number
    code_seconds: tuple[float, ...]  # of late: from its arrival at the provider, where told, to the chat


def read(connection: Connection, now: datetime) -> Figures:
    totals = books.totals(connection)
    return Figures(
        queues=queues(connection, now),
        numbers=_counted(connection, ActiveNumber.status),
        cases=_counted(connection, Case.kind, Case.resolved_at.is_(None)),
        provider_pauses=_pairs(connection, ProviderPause.provider, ProviderPause.reason),
        sale_pauses=_counted(connection, SalePause.provider),
        credits=totals.credits,
        held=totals.held,
        movements=_movements(connection),
        purchase_seconds=_purchase_seconds(connection, now),
        code_seconds=code_seconds(connection, now),
    )


def queues(connection: Connection, now: datetime) -> tuple[Queue, ...]:
    """What waits to be done, queue by queue, and since when the oldest of it."""
    # What was tried and put off goes on waiting; what is planned for later does not wait yet.
    was_tried = OutboxFact.attempts > 0
    due_since = case((was_tried, OutboxFact.created_at), else_=OutboxFact.not_before)
    unsaid = and_(
        OutboxFact.sent_at.is_(None),
        OutboxFact.blocked_at.is_(None),
        or_(was_tried, OutboxFact.not_before <= now),
    )
    unpaid = Topup.state.in_((TopupState.DRAFT, TopupState.OPEN))
    waiting: dict[str, tuple[Any, ColumnElement[bool]]] = {
        "inbox": (InboxUpdate.received_at, InboxUpdate.done_at.is_(None)),
        "outbox": (due_since, unsaid),
        "codes": (due_since, and_(unsaid, OutboxFact.kind == "number.code")),
        "purchases": (ActiveNumber.created_at, ActiveNumber.status == NumberStatus.INTENT),
        "closing": (ActiveNumber.updated_at, ActiveNumber.status == NumberStatus.CANCELLING),
        "gateway_notices": (GatewayNotice.received_at, GatewayNotice.handled_at.is_(None)),
        "provider_notices": (UpstreamNotice.received_at, UpstreamNotice.handled_at.is_(None)),
        "topups": (Topup.created_at, unpaid),
    }
    found = []
    for name, (since, is_waiting) in waiting.items():
        row = connection.execute(select(func.count(), func.min(since)).where(is_waiting)).one()
        found.append(Queue(name, row[0], row[1]))
    return tuple(found)


def _counted(connection: Connection, by: Any, *only: ColumnElement[bool]) -> dict[str, int]:
    rows = connection.execute(select(by, func.count()).where(*only).group_by(by))
    return {row[0]: row[1] for row in rows}


def _pairs(connection: Connection, name: Any, value: Any) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(select(name, value))}


def _movements(connection: Connection) -> tuple[tuple[str, str, int, Decimal], ...]:
    kind = Transaction.type, Transaction.status
    rows = connection.execute(select(*kind, func.count(), func.sum(Transaction.amount)).group_by(*kind))
    return tuple((row[0], row[1], row[2], abs(row[3])) for row in rows)


def _purchase_seconds(connection: Connection, now: datetime) -> tuple[float, ...]:
    # Open numbers and those ended of late: both are found by an index, however long the history.
    is_late = or_(ActiveNumber.status.in_(_LIVE), ActiveNumber.closed_upstream_at > now - _LATELY)
    rows = connection.execute(
        select(ActiveNumber.sent_at, ActiveNumber.start_time).where(
            is_late, ActiveNumber.start_time > now - _LATELY, ActiveNumber.unknown_since.is_(None)
        )
    )
    return tuple((row.start_time - row.sent_at).total_seconds() for row in rows if row.sent_at)


def code_seconds(connection: Connection, now: datetime) -> tuple[float, ...]:
    """How long the codes said of late took, from their arrival to the chat."""
    said = connection.execute(
        select(OutboxFact.subject, OutboxFact.sent_at)
        .where(OutboxFact.kind == "number.code", OutboxFact.sent_at.is_not(None))
        .order_by(OutboxFact.id.desc())
        .limit(_CODES_LOOKED_AT)
    ).all()
    lately = {UUID(row.subject): row.sent_at for row in said if row.sent_at > now - _LATELY}
    came = _arrivals(connection, list(lately))
    return tuple((lately[row.id] - row.received_at).total_seconds() for row in came)


def _arrivals(connection: Connection, message_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    return connection.execute(
        select(SmsMessage.id, SmsMessage.received_at).where(
            SmsMessage.id.in_(message_ids), SmsMessage.received_at.is_not(None)
        )
    ).all()
