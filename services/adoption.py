"""Taking in a number that was found upstream, as if its answer had come."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import purchases
from db.rows import AnyRow
from services.costs import exact, watch
from services.ports.provider import Listed, Past, Provider

_log = logging.getLogger(__name__)
_USUAL_LIFE = timedelta(minutes=20)


def adopt(
    connection: Connection,
    provider: Provider,
    purchase: AnyRow,
    row: Listed,
    *,
    cancel_after: timedelta,
    now: datetime,
) -> bool:
    """Make a found number this purchase's; False: it was settled otherwise, or the number is taken."""
    _log.info("adopted", extra={"number": str(purchase.id), "upstream_id": row.upstream_id})
    cost = None if row.cost is None else exact(row.cost)
    is_ours = purchases.start_waiting(
        connection,
        purchase.id,
        upstream_id=row.upstream_id,
        phone=row.phone,
        ends_at=row.ends_at or purchase.sent_at + _USUAL_LIFE,
        cost=cost,
        currency=row.currency,
        operator=row.operator,
        can_repeat=row.can_repeat is not False,
        cancel_after=cancel_after,
        started_at=purchase.sent_at,
        now=now,
    )
    if is_ours:
        watch(
            connection,
            provider,
            number_id=purchase.id,
            cap=purchase.cap,
            cost=cost,
            currency=row.currency,
            now=now,
        )
    return is_ours


def as_listed(row: Past) -> Listed:
    """Read a number of the history as if it were still listed; some histories do not tell its kind."""
    return Listed(
        row.upstream_id,
        row.phone,
        row.service or "",
        row.country or "",
        # SMS-Activate: the history shows a cost of 0 while a number is open.
        row.cost or None,
        received=row.received,
        started_at=row.started_at,
    )
