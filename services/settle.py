"""One way into the books for every payment, whatever told us of it: ask the gateway, compare, credit once."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import cases, ledger, outbox, topups
from db.ledger import Movement
from db.rows import AnyRow
from db.states import TopupState, TransactionType
from db.store import Store
from services import claw_backs
from services.bells import Bells
from services.clock import Clock
from services.ports.gateway import Gateway, OpenTopup, Payment, PaymentState

_log = logging.getLogger(__name__)
# How long after its end a link is still asked about: boleto and bank transfers come in days late.
_LATE = timedelta(days=7)
_LATE_PAUSE = timedelta(hours=12)
_LONGEST_PAUSE = timedelta(minutes=10)


class Settlement:
    """Fetches the payments of one top-up and brings the books in line with them."""

    def __init__(
        self,
        store: Store,
        gateways: Mapping[str, Gateway],
        bells: Bells,
        clock: Clock,
        *,
        first_pause_seconds: float,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._bells = bells
        self._clock = clock
        self._first_pause = timedelta(seconds=first_pause_seconds)

    async def settle(self, topup_id: UUID) -> None:
        """Re-fetch, compare, and credit or claw back, each once. Raises what the gateway raises."""
        topup = await self._store.read(partial(topups.by_id, topup_id=topup_id))
        if topup is None or topup.order_id is None or topup.gateway not in self._gateways:
            return
        gateway = self._gateways[topup.gateway]
        payments = await gateway.fetch(open_topup(topup))
        for payment in payments:
            await self._store.write(partial(self._apply, topup_id=topup_id, payment=payment, gateway=gateway))
        await self._store.write(partial(self._rearm, topup_id=topup_id))
        self._bells.outbox.ring()

    def next_check(self, topup: AnyRow, now: datetime) -> datetime | None:
        """Ask often at first, then less; after the end twice a day for a week; then no more."""
        if topup.state == TopupState.OPEN:
            pause = min(self._first_pause * 2 ** min(topup.checks // 3, 6), _LONGEST_PAUSE)
            at: datetime = min(now + pause, max(topup.expires_at, now + self._first_pause))
            return at
        if now < topup.expires_at + _LATE:
            return now + _LATE_PAUSE
        return None

    def _rearm(self, connection: Connection, topup_id: UUID) -> None:
        topup = topups.by_id(connection, topup_id)
        if topup is None:
            return
        now = self._clock.now()
        if topup.state == TopupState.OPEN and topup.expires_at <= now:
            self._expire(connection, topup, now)
        else:
            topups.schedule(connection, topup_id, self.next_check(topup, now))

    def _expire(self, connection: Connection, topup: AnyRow, now: datetime) -> None:
        topups.end(
            connection,
            topup.id,
            state=TopupState.EXPIRED,
            next_check_at=now + self._first_pause * 4,
            now=now,
        )
        ledger.give_up_purchase(connection, topup.id, now)
        say_bill(connection, topup, now)

    def _apply(self, connection: Connection, topup_id: UUID, payment: Payment, gateway: Gateway) -> None:
        topup = topups.by_id(connection, topup_id)
        assert topup is not None
        now = self._clock.now()
        if payment.state is PaymentState.PAID:
            if mismatch := find_mismatch(topup, payment, gateway):
                self._review(connection, topup, payment, mismatch, now)
                return
            self._credit(connection, topup, payment, now)
        claw_backs.follow(connection, topup, payment, now)

    def _credit(self, connection: Connection, topup: AnyRow, payment: Payment, now: datetime) -> None:
        movement = ledger.complete_purchase(
            connection, topup_id=topup.id, payment_id=payment.payment_id, now=now
        )
        if movement is None:
            return
        _log.info("credited", extra={"topup": str(topup.id), "payment": payment.payment_id})
        topups.set_state(connection, topup.id, TopupState.PAID, now)
        balance = self._add_bonus(connection, topup, payment, movement, now)
        say_bill(connection, topup, now)
        outbox.put(
            connection,
            user_id=topup.user_id,
            kind="topup.paid",
            subject=str(movement.transaction_id),
            now=now,
            arguments={
                "topup_id": str(topup.id),
                "credits": str(topup.credits + topup.bonus),
                "balance": str(balance),
                "payment_id": payment.payment_id,
            },
        )

    def _add_bonus(
        self, connection: Connection, topup: AnyRow, payment: Payment, movement: Movement, now: datetime
    ) -> Decimal:
        if not topup.bonus:
            return movement.balance
        gift = ledger.gift(
            connection,
            user_id=topup.user_id,
            amount=topup.bonus,
            kind=TransactionType.BONUS,
            key=f"bonus:{payment.payment_id}",
            topup_id=topup.id,
            now=now,
        )
        return gift.balance if gift else movement.balance

    def _review(
        self, connection: Connection, topup: AnyRow, payment: Payment, mismatch: str, now: datetime
    ) -> None:
        """Money came that is not what the bill said: a person decides."""
        if ledger.find_purchase(connection, topup.gateway, payment.payment_id) is not None:
            return
        facts = {
            "gateway": topup.gateway,
            "payment_id": payment.payment_id,
            "mismatch": mismatch,
            "asked": f"{topup.gateway_amount or topup.amount} {topup.gateway_currency or topup.currency}",
            "paid": f"{payment.amount} {payment.currency}",
        }
        if topup.state == TopupState.OPEN:
            topups.set_state(connection, topup.id, TopupState.REVIEW, now)
        cases.open_case(connection, kind="payment.mismatch", subject=str(topup.id), facts=facts, now=now)


def open_topup(topup: AnyRow) -> OpenTopup:
    return OpenTopup(
        topup_id=topup.id,
        order_id=topup.order_id,
        amount=topup.gateway_amount or topup.amount,
        currency=topup.gateway_currency or topup.currency,
        created_at=topup.created_at,
    )


def find_mismatch(topup: AnyRow, payment: Payment, gateway: Gateway) -> str | None:
    """Tell what about a payment is not as the bill said; None: it is ours, whole."""
    asked = topup.gateway_amount or topup.amount
    if payment.reference != str(topup.id):
        return "reference"
    if payment.currency.upper() != (topup.gateway_currency or topup.currency).upper():
        return "currency"
    if payment.amount != asked:
        return "amount"
    if gateway.is_live is not None and payment.is_live is not None and payment.is_live != gateway.is_live:
        return "mode"
    if gateway.receiver and payment.receiver and payment.receiver != gateway.receiver:
        return "receiver"
    return None


def say_bill(connection: Connection, topup: AnyRow, now: datetime) -> None:
    """Have the bill said, or said anew when it was."""
    outbox.put(connection, user_id=topup.user_id, kind="topup.bill", subject=str(topup.id), now=now)
