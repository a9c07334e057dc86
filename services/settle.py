"""One way into the books for every payment, whatever told us of it: ask the gateway, compare, credit once."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import cases, ledger, outbox, people, refunds, topups
from db.ledger import Movement
from db.rows import AnyRow
from db.states import RefundWhy, TopupState, TransactionType
from db.store import Store
from db.topups import Mark
from services import claw_backs, strays
from services.bells import Bells
from services.clock import Clock
from services.errors import OutsideError
from services.ports.gateway import Gateway, OpenTopup, Payment, PaymentState
from services.rules import Rules, RuleSet

_log = logging.getLogger(__name__)
# How long after its end a link is still asked about: boleto and bank transfers come in days late.
_LATE = timedelta(days=7)
_LATE_PAUSE = timedelta(hours=12)
_LONGEST_PAUSE = timedelta(minutes=10)
_LOOKS = 3

Marks = Mapping[UUID, Mark]


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
        rules: Rules | None = None,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._bells = bells
        self._clock = clock
        self._first_pause = timedelta(seconds=first_pause_seconds)
        self._rules = rules or Rules(store, RuleSet(), clock)

    async def settle(self, topup_id: UUID) -> tuple[Payment, ...]:
        """Re-fetch, compare, and credit or claw back, each once. Raises what the gateway raises."""
        payments: tuple[Payment, ...] = ()
        is_closed = True
        for _ in range(_LOOKS):
            topup, marks = await self._store.read(partial(_known, topup_id=topup_id))
            if topup is None or topup.order_id is None or topup.gateway not in self._gateways:
                break
            gateway = self._gateways[topup.gateway]
            if topup.state == TopupState.CANCELLED:  # nobody should pay it any more; closed twice is fine
                is_closed = await _close(gateway, topup)
            payments = await gateway.fetch(open_topup(topup))
            if await self._take_in(topup_id, payments, marks):
                break
        await self._store.write(partial(self._rearm, topup_id=topup_id, is_closed=is_closed))
        self._bells.outbox.ring()
        return payments

    async def take_in(self, topup_id: UUID, payment: Payment) -> None:
        """Credit a payment that a gateway has listed by itself; what is known already stays as it is."""
        await self._take_in(topup_id, (payment,), {})
        self._bells.outbox.ring()

    async def _take_in(self, topup_id: UUID, payments: tuple[Payment, ...], marks: Marks) -> bool:
        """Apply what was fetched; False: part of it was overtaken, and must be fetched anew."""
        is_fresh = True
        for payment in payments:
            apply = partial(self._apply, topup_id=topup_id, payment=payment, marks=marks)
            is_fresh &= await self._store.write(apply)
        return is_fresh

    def next_check(self, topup: AnyRow, now: datetime, *, is_closed: bool = True) -> datetime | None:
        """Ask often at first, then less; after the end twice a day for a week; then no more."""
        if topup.state == TopupState.OPEN or not (is_closed or topup.expires_at <= now):
            pause = min(self._first_pause * 2 ** min(topup.checks // 3, 6), _LONGEST_PAUSE)
            at: datetime = min(now + pause, max(topup.expires_at, now + self._first_pause))
            return at
        if now < topup.expires_at + _LATE:
            return now + _LATE_PAUSE
        return None

    def _rearm(self, connection: Connection, topup_id: UUID, *, is_closed: bool) -> None:
        topup = topups.by_id(connection, topup_id)
        if topup is None or topup.state == TopupState.DRAFT:  # a draft's next moment is its making
            return
        now = self._clock.now()
        if topup.state == TopupState.OPEN and topup.expires_at <= now:
            self._expire(connection, topup, now)
        else:
            at = self.next_check(topup, now, is_closed=is_closed)
            topups.schedule(connection, topup_id, at)

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

    def _apply(self, connection: Connection, topup_id: UUID, payment: Payment, marks: Marks) -> bool:
        """Credit once, then follow what was taken back; False: what was fetched is out of date."""
        topup = topups.by_id(connection, topup_id)
        assert topup is not None
        people.lock(connection, topup.user_id)  # one payment of a person at a time
        now = self._clock.now()
        purchase_id = ledger.find_purchase(connection, topup.gateway, payment.payment_id)
        if purchase_id is None:
            if payment.state is PaymentState.PAID:
                self._receive(connection, topup, payment, now)
        elif topups.marks(connection, topup_id).get(purchase_id) != marks.get(purchase_id):
            return False
        claw_backs.follow(connection, topup, payment, now)
        return True

    def _receive(self, connection: Connection, topup: AnyRow, payment: Payment, now: datetime) -> None:
        if mismatch := find_mismatch(topup, payment, self._gateways[topup.gateway]):
            _put_before_admins(connection, topup, payment, mismatch, now)
        elif refunds.is_stray(connection, topup.gateway, payment.payment_id):
            return  # an admin has sent it back before its bill was found
        elif self._goes_back(connection, topup, payment):
            _return_second(connection, topup, payment, now)
        else:
            credit(connection, topup, payment, now)

    def _goes_back(self, connection: Connection, topup: AnyRow, payment: Payment) -> bool:
        """Whether the bill was paid before, and the shop returns what is paid twice."""
        first = topups.payment_of(connection, topup.id)
        if first in (None, payment.payment_id):
            return False
        return self._rules.within(connection).refunds_second_payments


def credit(
    connection: Connection,
    topup: AnyRow,
    payment: Payment,
    now: datetime,
    *,
    credited: Decimal | None = None,
    actor_id: UUID | None = None,
) -> None:
    """Credit one payment once; `credited` is an admin's decision about one that differs from its bill."""
    movement = ledger.complete_purchase(
        connection,
        topup_id=topup.id,
        payment_id=payment.payment_id,
        credited=credited,
        actor_id=actor_id,
        now=now,
    )
    if movement is None:
        return
    strays.end(connection, payment.payment_id, "credited", now)
    _log.info("credited", extra={"topup": str(topup.id), "payment": payment.payment_id})
    topups.set_state(connection, topup.id, TopupState.PAID, now)
    bonus = _add_bonus(connection, topup, payment, now) if movement.amount == topup.credits else None
    say_bill(connection, topup, now)
    outbox.put(
        connection,
        user_id=topup.user_id,
        kind="topup.paid",
        subject=str(movement.transaction_id),
        now=now,
        arguments={
            "topup_id": str(topup.id),
            "credits": str(movement.amount + (bonus.amount if bonus else 0)),
            "balance": str(bonus.balance if bonus else movement.balance),
            "payment_id": payment.payment_id,
            "at": (payment.paid_at or now).isoformat(),
        },
    )


def _add_bonus(connection: Connection, topup: AnyRow, payment: Payment, now: datetime) -> Movement | None:
    if not topup.bonus:
        return None
    return ledger.gift(
        connection,
        user_id=topup.user_id,
        amount=topup.bonus,
        kind=TransactionType.BONUS,
        key=f"bonus:{payment.payment_id}",
        topup_id=topup.id,
        now=now,
    )


async def _close(gateway: Gateway, topup: AnyRow) -> bool:
    """Have nobody pay it any more; whoever has paid already is looked for all the same."""
    try:
        await gateway.close(open_topup(topup))
    except OutsideError as error:
        _log.warning("a bill could not be closed", extra={"topup": str(topup.id), "why": str(error)})
        return False
    return True


def _known(connection: Connection, topup_id: UUID) -> tuple[AnyRow | None, Marks]:
    return topups.by_id(connection, topup_id), topups.marks(connection, topup_id)


def _put_before_admins(
    connection: Connection, topup: AnyRow, payment: Payment, mismatch: str, now: datetime
) -> None:
    """Money came that is not what the bill said: a person decides, once."""
    kind, subject = "payment.mismatch", f"{topup.gateway}:{payment.payment_id}"
    if payment.refunded >= payment.amount:
        cases.resolve(connection, kind=kind, subject=subject, resolution="refunded at the gateway", now=now)
        return
    if cases.was_opened(connection, kind, subject):
        return
    facts = {
        "topup_id": str(topup.id),
        "payment_id": payment.payment_id,
        "gateway": topup.gateway,
        "telegram_id": topup.telegram_id,
        "mismatch": mismatch,
        "asked": f"{topup.gateway_amount or topup.amount} {topup.gateway_currency or topup.currency}",
        "paid": f"{payment.amount} {payment.currency}",
    }
    if topup.state != TopupState.PAID:
        topups.set_state(connection, topup.id, TopupState.REVIEW, now)
        say_bill(connection, topup, now)
    cases.open_case(connection, kind=kind, subject=subject, facts=facts, now=now)


def _return_second(connection: Connection, topup: AnyRow, payment: Payment, now: datetime) -> None:
    if payment.refunded >= payment.amount:
        return
    refunds.add(
        connection,
        key=f"second:{topup.gateway}:{payment.payment_id}",
        topup_id=topup.id,
        gateway=topup.gateway,
        payment_id=payment.payment_id,
        amount=payment.amount - payment.refunded,
        currency=payment.currency,
        refunded_before=payment.refunded,
        is_whole=True,
        why=RefundWhy.SECOND,
        now=now,
    )


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
    if topup.receiver and payment.receiver and payment.receiver != topup.receiver:
        return "receiver"
    return None


def say_bill(connection: Connection, topup: AnyRow, now: datetime) -> None:
    """Have the bill said, or said anew when it was."""
    outbox.put(connection, user_id=topup.user_id, kind="topup.bill", subject=str(topup.id), now=now)
