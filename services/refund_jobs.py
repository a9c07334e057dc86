"""Refunds brought to their end: asked for with a key, looked for when the answer was lost."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from db import cases, ledger, outbox, refunds, topups
from db.rows import AnyRow
from db.states import RefundState, RefundWhy, TopupState
from db.store import Store
from services import claw_backs
from services.bells import Bells
from services.clock import Clock
from services.errors import GatewayRefused, GatewayUnavailable
from services.ports.gateway import Gateway, RefundOrder
from services.settle import Settlement, say_bill

_log = logging.getLogger(__name__)

_BATCH = 10
_FIRST_PAUSE_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 1800
_ALARM_AFTER = 5
# Stripe forgets a key after 24 hours: then the same order would be a second one.
_KEY_LASTS = timedelta(hours=20)


class RefundJobs:
    def __init__(
        self,
        store: Store,
        gateways: Mapping[str, Gateway],
        settlement: Settlement,
        bells: Bells,
        clock: Clock,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._settlement = settlement
        self._bells = bells
        self._clock = clock

    async def run_due(self) -> int:
        """Bring every unfinished refund one step further."""
        due = await self._store.write(partial(refunds.claim_due, now=self._clock.now(), limit=_BATCH))
        await asyncio.gather(*(self._further(refund) for refund in due))
        if due:
            self._bells.outbox.ring()
        return len(due)

    async def _further(self, refund: AnyRow) -> None:
        try:
            await self._step(refund)
        except (GatewayUnavailable, GatewayRefused) as error:
            await self._postpone(refund, RefundState(refund.state), str(error))
        except Exception as error:  # noqa: BLE001  one refund never stops the others
            _log.exception("a refund failed", extra={"refund": str(refund.id)})
            await self._postpone(refund, RefundState(refund.state), type(error).__name__)

    async def _step(self, refund: AnyRow) -> None:
        """Look before asking again: what a lost answer hid is not asked for twice."""
        gateway = self._gateways.get(refund.gateway)
        if gateway is None:
            raise GatewayUnavailable("this gateway is switched off")
        if refund.attempts > 1 and await self._is_seen(refund):
            return
        if refund.state == RefundState.ACCEPTED:
            await self._postpone(refund, RefundState.ACCEPTED, None)
        elif self._clock.now() - refund.created_at > _KEY_LASTS:
            await self._postpone(
                refund, RefundState.UNKNOWN, "not asked again: look at the gateway's own page"
            )
        else:
            await self._ask(refund, gateway)

    async def _ask(self, refund: AnyRow, gateway: Gateway) -> None:
        try:
            await gateway.refund(_order(refund))
        except GatewayRefused as refusal:
            if refund.attempts > 1 and await self._is_seen(refund):
                return
            await self._store.write(partial(self._fail, refund=refund, why=str(refusal)))
            return
        if refund.topup_id is None:  # no bill leads to this payment: the gateway's yes is all there is
            await self._store.write(partial(self._complete, refund=refund))
        elif not await self._is_seen(refund):
            await self._postpone(refund, RefundState.ACCEPTED, None)

    async def _is_seen(self, refund: AnyRow) -> bool:
        if refund.topup_id is None:
            return False
        payments = await self._settlement.settle(refund.topup_id)
        payment = next((each for each in payments if each.payment_id == refund.payment_id), None)
        if payment is None or payment.refunded < refund.refunded_before + refund.amount:
            return False
        await self._store.write(partial(self._complete, refund=refund))
        return True

    async def _postpone(self, refund: AnyRow, state: RefundState, why: str | None) -> None:
        _log.warning("a refund waits", extra={"refund": str(refund.id), "state": state.value, "why": why})
        await self._store.write(partial(self._put_off, refund=refund, state=state, why=why))

    def _put_off(self, connection: Connection, refund: AnyRow, state: RefundState, why: str | None) -> None:
        now = self._clock.now()
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** min(refund.attempts, 10), _LONGEST_PAUSE_SECONDS)
        at = now + timedelta(seconds=pause)
        if not refunds.move(connection, refund.id, state=state, next_attempt_at=at, error=why, now=now):
            return
        _tell_actor(connection, refund, now)
        if refund.attempts == _ALARM_AFTER:
            facts = {**_facts(refund), "state": state.value, "why": why or "not shown yet"}
            subject = str(refund.id)
            cases.open_case(connection, kind="refund.waiting", subject=subject, facts=facts, now=now)

    def _complete(self, connection: Connection, refund: AnyRow) -> None:
        now = self._clock.now()
        if not _end(connection, refund, RefundState.COMPLETED, None, now):
            return
        if refund.hold_id is not None:
            ledger.close_claw_back(connection, refund.hold_id, is_lost=True, now=now)
            claw_backs.say_movement(connection, ledger.movement(connection, refund.hold_id), "refund", now)
        else:
            _say_returned(connection, refund, now)

    def _fail(self, connection: Connection, refund: AnyRow, why: str) -> None:
        now = self._clock.now()
        _log.warning("a refund was refused", extra={"refund": str(refund.id), "why": why})
        if not _end(connection, refund, RefundState.FAILED, why, now):
            return
        if refund.hold_id is not None:
            ledger.close_claw_back(connection, refund.hold_id, is_lost=False, now=now)
        if refund.why != RefundWhy.ADMIN:
            kind = f"payment.{refund.why}"
            subject = f"{refund.gateway}:{refund.payment_id}" if refund.topup_id else refund.payment_id
            # What was wrong with the payment still decides what can be done about it.
            known = cases.last_facts(connection, kind, subject)
            facts = {**known, **_facts(refund), "refund_refused": why}
            cases.open_case(connection, kind=kind, subject=subject, facts=facts, now=now)


def _end(connection: Connection, refund: AnyRow, state: RefundState, why: str | None, now: datetime) -> bool:
    if not refunds.move(connection, refund.id, state=state, next_attempt_at=None, error=why, now=now):
        return False
    _tell_actor(connection, refund, now)
    cases.resolve(connection, kind="refund.waiting", subject=str(refund.id), resolution=state.value, now=now)
    return True


def _order(refund: AnyRow) -> RefundOrder:
    return RefundOrder(
        key=str(refund.id),
        payment_id=refund.payment_id,
        amount=refund.amount,
        currency=refund.currency,
        is_whole=refund.is_whole,
        telegram_id=refund.telegram_id,
    )


def _tell_actor(connection: Connection, refund: AnyRow, now: datetime) -> None:
    if refund.actor_id is not None:
        outbox.put(connection, user_id=refund.actor_id, kind="refund.card", subject=str(refund.id), now=now)


def _say_returned(connection: Connection, refund: AnyRow, now: datetime) -> None:
    """Tell the payer of a payment that was never credited; its bill waits no more."""
    topup = topups.by_id(connection, refund.topup_id) if refund.topup_id else None
    if topup is not None and topup.state == TopupState.REVIEW:
        topups.set_state(connection, topup.id, TopupState.FAILED, now)
        ledger.give_up_purchase(connection, topup.id, now)
        say_bill(connection, topup, now)
    outbox.put(
        connection,
        user_id=refund.user_id,
        kind="topup.returned",
        subject=str(refund.id),
        now=now,
        arguments={
            **_bill(refund),
            "amount": str(refund.amount),
            "currency": refund.currency,
            "why": refund.why,
        },
    )


def _facts(refund: AnyRow) -> dict[str, object]:
    told = {**_bill(refund), "gateway": refund.gateway, "payment_id": refund.payment_id}
    amount = f"{refund.amount} {refund.currency}"
    if refund.topup_id is None:  # what is needed to decide it anew
        return {**told, "paid": amount, "telegram_id": refund.telegram_id}
    return {**told, "amount": amount}


def _bill(refund: AnyRow) -> dict[str, str]:
    return {"topup_id": str(refund.topup_id)} if refund.topup_id else {}
