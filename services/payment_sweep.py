"""Once a day every gateway is asked what came in: what no notice and no look has told is settled then."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import topups
from db.rows import AnyRow
from db.store import Store
from services.clock import Clock
from services.errors import OutsideError
from services.ports.gateway import Gateway, Payment, PaymentState
from services.settle import Settlement

_log = logging.getLogger(__name__)

_EVERY_SECONDS = 24 * 3600.0
_RETRY_SECONDS = 15 * 60.0
# Boleto: a payment may come a week after its bill was made.
_BACK = timedelta(days=8)


class PaymentSweep:
    """The net below all nets; a gateway that does not answer is asked again sooner than tomorrow."""

    def __init__(
        self, store: Store, gateways: Mapping[str, Gateway], settlement: Settlement, clock: Clock
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._settlement = settlement
        self._clock = clock
        self._due_at: dict[str, float] = {}
        self._has_begun = False

    async def run_due(self) -> int:
        """Look at all open top-ups after a start, and through the lists of gateways whose day is over."""
        if not self._has_begun:
            await self._store.write(partial(topups.wake, now=self._clock.now()))
            self._has_begun = True
        now = self._clock.monotonic()
        due = [code for code in self._gateways if self._due_at.get(code, now) <= now]
        found = 0
        for code in due:
            self._due_at[code] = now + _RETRY_SECONDS
            try:
                found += await self.sweep(code)
            except OutsideError as error:
                _log.warning("a gateway's list could not be read", extra={"gateway": code, "why": str(error)})
            else:
                self._due_at[code] = now + _EVERY_SECONDS
        return found

    async def sweep(self, code: str) -> int:
        """Settle what one gateway lists and the books do not have; tell how many there were."""
        listed = await self._gateways[code].recent(self._clock.now() - _BACK)
        found = 0
        for payment in listed:
            found += await self._compare(code, payment)
        return found

    async def _compare(self, code: str, payment: Payment) -> bool:
        topup_id = _uuid(payment.reference or "")
        if topup_id is None:
            return False
        topup, is_known = await self._store.read(
            partial(_known, topup_id=topup_id, gateway=code, payment=payment)
        )
        if topup is None or topup.gateway != code:
            facts = {"gateway": code, "payment": payment.payment_id, "reference": payment.reference}
            _log.warning("a listed payment names a top-up that is not ours", extra=facts)
            return False
        if is_known:
            return False
        if topup.order_id is None:
            await self._settlement.take_in(topup_id, payment)
        else:
            await self._settlement.settle(topup_id)
        return True


def _known(
    connection: Connection, topup_id: UUID, gateway: str, payment: Payment
) -> tuple[AnyRow | None, bool]:
    """Whether nothing about this payment is news to the books."""
    topup = topups.by_id(connection, topup_id)
    purchase = topups.credited_by(connection, gateway, payment.payment_id)
    if purchase is None:
        return topup, payment.state is not PaymentState.PAID
    is_quiet = not payment.refunded and payment.dispute is None
    return topup, is_quiet and not topups.claw_backs(connection, purchase.id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
