"""The time of day was set back: what was due soon by the old time would wait for hours by the new one."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from db.states import UNFINISHED_REFUNDS, NumberStatus
from db.tables import (
    ActiveNumber,
    GatewayNotice,
    InboxUpdate,
    OutboxFact,
    Refund,
    Topup,
    UpstreamNotice,
    UpstreamStranger,
)

_Column = InstrumentedAttribute[Any]
_CLOCKS_DIFFER = timedelta(minutes=1)
_UNSAID = OutboxFact.sent_at.is_(None) & OutboxFact.blocked_at.is_(None)
_CLOSING = ActiveNumber.status.in_((NumberStatus.CANCELLING, NumberStatus.FINISHED))

# When something is to be done next. Whoever looks too early finds nothing, and that is all.
_DUE: tuple[tuple[_Column, ColumnElement[bool]], ...] = (
    (OutboxFact.not_before, _UNSAID),
    (OutboxFact.leased_until, _UNSAID),
    (InboxUpdate.leased_until, InboxUpdate.done_at.is_(None)),
    (ActiveNumber.next_check_at, _CLOSING),
    (Topup.next_check_at, true()),
    (GatewayNotice.next_attempt_at, GatewayNotice.handled_at.is_(None)),
    (UpstreamNotice.next_attempt_at, UpstreamNotice.handled_at.is_(None)),
    (Refund.next_attempt_at, Refund.state.in_(UNFINISHED_REFUNDS)),
    (UpstreamStranger.first_seen_at, true()),
    (UpstreamStranger.next_attempt_at, true()),
)
# When something happened from which the rest is counted: quarantine, the floor before a cancel.
_SINCE: tuple[tuple[_Column, ColumnElement[bool]], ...] = (
    (ActiveNumber.sent_at, ActiveNumber.status.in_((NumberStatus.SENT, NumberStatus.UNKNOWN))),
    (ActiveNumber.start_time, ActiveNumber.status == NumberStatus.ACTIVE),
)


def is_past_ahead(connection: Connection, now: datetime) -> bool:
    """Tell whether something has happened at a time that has not come yet."""
    newest = (
        select(InboxUpdate.received_at).order_by(InboxUpdate.id.desc()).limit(1),
        select(OutboxFact.created_at).order_by(OutboxFact.id.desc()).limit(1),
    )
    times = (connection.execute(query).scalar_one_or_none() for query in newest)
    return any(at is not None and at > now + _CLOCKS_DIFFER for at in times)


def pull_in(connection: Connection, now: datetime, by: timedelta) -> int:
    """Have what is under way go on by the new time; how much it was."""
    moved = 0
    for column, is_waiting in _DUE:
        ahead = update(column.class_).where(is_waiting, column > now)
        moved += connection.execute(ahead.values({column.key: now})).rowcount
    for column, is_counted in _SINCE:
        moved += _shift(connection, column, is_counted, now, by)
    return moved


def _shift(
    connection: Connection, column: _Column, is_counted: ColumnElement[bool], now: datetime, by: timedelta
) -> int:
    table = column.class_
    rows = connection.execute(select(table.id, column).where(is_counted, column > now)).all()
    for row in rows:
        at = min(row[1] - by, now)
        connection.execute(update(table).where(table.id == row.id).values({column.key: at}))
    return len(rows)
