"""What was delivered, held against what was ordered."""

import logging
from datetime import datetime

from sqlalchemy import Connection

from db import cases, numbers
from db.rows import AnyRow
from db.states import EndedBy
from services.ports.provider import Bought

_log = logging.getLogger(__name__)


def watch_country(connection: Connection, order: AnyRow, bought: Bought, now: datetime) -> bool:
    """A number of another country is of no use: end it, money back, and tell; False: it is as ordered."""
    ordered = order.country or str(order.country_id)
    if bought.country in {None, ordered}:
        return False
    facts = {"provider": order.provider, "ordered": ordered, "delivered": bought.country}
    _log.warning("a number of another country", extra=facts)
    cases.open_case(connection, kind="purchase.country", subject=str(order.id), facts=facts, now=now)
    return numbers.start_closing(connection, order.id, by=EndedBy.OPERATOR, now=now)
