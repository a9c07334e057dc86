"""What providers charge us, held against what they were asked for."""

import logging
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from uuid import UUID

from sqlalchemy import Connection

from db import cases, pauses
from services.ports.provider import Provider

WRONG_CURRENCY = "wrong_currency"
_log = logging.getLogger(__name__)
_MILLIONTH = Decimal("0.000001")


def exact(cost: Decimal) -> Decimal:
    """Write a cost as the books keep it, rounded up: some providers tell more places."""
    return cost.quantize(_MILLIONTH, rounding=ROUND_CEILING)


def watch(
    connection: Connection,
    provider: Provider,
    *,
    number_id: UUID,
    cap: Decimal,
    cost: Decimal | None,
    currency: str | None,
    now: datetime,
) -> None:
    """Put before the admins what was charged otherwise than agreed; the person pays what was quoted.

    A charge in another currency stops buying there: every price from there is in doubt.
    """
    is_foreign = currency is not None and currency != provider.currency
    if not is_foreign and (cost is None or cost <= cap):
        return
    facts = {
        "provider": provider.name,
        "asked": f"{cap} {provider.currency}",
        "charged": f"{cost} {currency or provider.currency}",
    }
    _log.warning("charged otherwise than asked", extra=facts)
    cases.open_case(connection, kind="purchase.cost", subject=str(number_id), facts=facts, now=now)
    if is_foreign:
        pauses.hold(connection, provider.name, reason=WRONG_CURRENCY, now=now)
        paused = {"reason": WRONG_CURRENCY, "said": currency, "number": str(number_id)}
        cases.open_case(connection, kind="provider.paused", subject=provider.name, facts=paused, now=now)
