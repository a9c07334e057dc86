"""Sending money back: the credits are held and the order is written down before a gateway hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import audit, ledger, outbox, people, refunds, topups
from db.rows import AnyRow
from db.states import RefundState, RefundWhy, TransactionType
from db.store import Store
from services import claw_backs, strays
from services.bells import Bells
from services.clock import Clock
from services.errors import ShopError
from services.ports.gateway import DisputeState, Gateway, Payment
from services.settle import Settlement
from services.views import Customer

_CENT = Decimal("0.01")


class PaymentNotFound(ShopError):
    text_key = "error-payment-not-found"


class PaymentNotClear(ShopError):
    text_key = "error-payment-not-clear"


class RefundUnderWay(ShopError):
    text_key = "error-refund-under-way"


class RefundTooLarge(ShopError):
    text_key = "error-refund-too-large"


class NothingToRefund(ShopError):
    text_key = "error-nothing-to-refund"


class RefundedWhole(ShopError):
    text_key = "error-refunded-whole"


class PaymentDisputed(ShopError):
    text_key = "error-payment-disputed"


@dataclass(frozen=True, slots=True)
class RefundCard:
    """A refund as the admin who ordered it sees it."""

    id: UUID
    state: RefundState
    gateway: str
    payment_id: str
    amount: Decimal
    currency: str
    credits: Decimal  # taken from the customer for it
    balance: Decimal
    username: str
    telegram_id: int | None
    error: str | None = None


class Refunds:
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

    async def order(self, actor: Customer, words: str, amount: Decimal | None, key: str) -> RefundCard:
        """Hold the credits and write down that the money is to go back; no amount: all that is left."""
        named = await self._store.read(partial(refunds.purchases_named, words=words.strip()))
        if not named:
            raise PaymentNotFound(words=words)
        if len(named) > 1:
            raise PaymentNotClear(words=words)
        payment = await self._look(named[0].topup_id, named[0].payment_id)
        if payment is None:
            raise PaymentNotFound(words=words)
        return await self.send_back(actor, named[0].topup_id, payment, amount, RefundWhy.ADMIN, key)

    async def send_back(
        self,
        actor: Customer,
        topup_id: UUID,
        payment: Payment,
        amount: Decimal | None,
        why: RefundWhy,
        key: str,
    ) -> RefundCard:
        """Write one refund down, once for each key; the gateway hears of it right after."""

        def work(connection: Connection) -> RefundCard:
            topup = topups.by_id(connection, topup_id)
            assert topup is not None
            people.lock(connection, topup.user_id)
            made = refunds.by_key(connection, key)
            refund_id = made.id if made else self._write(connection, actor, topup, payment, amount, why, key)
            return _card(connection, refund_id)

        card = await self._store.write(work)
        self._bells.refunds.ring()
        return card

    async def send_stray_back(self, actor: Customer, case: AnyRow, key: str) -> bool:
        """The same for a payment without a bill, and end its case; False: that was decided before."""
        is_ordered = await self._store.write(
            partial(
                strays.send_back,
                actor=actor,
                case=case,
                gateways=self._gateways,
                key=key,
                now=self._clock.now(),
            )
        )
        self._bells.refunds.ring()
        return is_ordered

    async def card(self, refund_id: UUID) -> RefundCard:
        return await self._store.read(partial(_card, refund_id=refund_id))

    def _write(
        self,
        connection: Connection,
        actor: Customer,
        topup: AnyRow,
        payment: Payment,
        amount: Decimal | None,
        why: RefundWhy,
        key: str,
    ) -> UUID:
        now = self._clock.now()
        left = payment.amount - payment.refunded
        wanted = left if amount is None else amount
        self._check(connection, topup, payment, wanted, left)
        refund_id = refunds.add(
            connection,
            key=key,
            topup_id=topup.id,
            gateway=topup.gateway,
            payment_id=payment.payment_id,
            amount=wanted,
            currency=payment.currency,
            refunded_before=payment.refunded,
            is_whole=wanted == left,
            hold_id=_hold(connection, topup, payment, wanted, key, now),
            why=why,
            actor_id=actor.id,
            now=now,
        )
        assert refund_id is not None
        told = {"amount": str(wanted), "currency": payment.currency, "why": why.value}
        subject = f"payment {topup.gateway} {payment.payment_id}"
        _note(connection, actor, f"refund:{key}", subject, told, now)
        outbox.put(connection, user_id=actor.id, kind="refund.card", subject=str(refund_id), now=now)
        return refund_id

    def _check(
        self, connection: Connection, topup: AnyRow, payment: Payment, wanted: Decimal, left: Decimal
    ) -> None:
        if refunds.is_under_way(connection, topup.gateway, payment.payment_id):
            raise RefundUnderWay
        if payment.dispute in (DisputeState.OPEN, DisputeState.LOST):
            raise PaymentDisputed
        if left <= 0:
            raise NothingToRefund
        if not wanted.is_finite() or not 0 < wanted <= left or wanted != wanted.quantize(_CENT):
            raise RefundTooLarge(left=_told(topup, left, payment.currency))
        if wanted != left and not self._gateways[topup.gateway].can_refund_partly:
            raise RefundedWhole(left=_told(topup, left, payment.currency))

    async def _look(self, topup_id: UUID, payment_id: str) -> Payment | None:
        """Ask the gateway how one payment stands; the books follow what it tells."""
        payments = await self._settlement.settle(topup_id)
        return next((each for each in payments if each.payment_id == payment_id), None)


def _told(topup: AnyRow, amount: Decimal, currency: str) -> Decimal | str:
    """Written as money where it is the shop's own; else with the letters of its currency."""
    return amount.quantize(_CENT) if currency == topup.currency else f"{amount} {currency}"


def _hold(
    connection: Connection, topup: AnyRow, payment: Payment, amount: Decimal, key: str, now: datetime
) -> UUID | None:
    """Take the credits before the gateway hears of it; a payment never credited has none to take."""
    missing = claw_backs.missing_for(connection, topup, payment, payment.refunded + amount)
    purchase_id = ledger.find_purchase(connection, topup.gateway, payment.payment_id)
    if purchase_id is None or missing <= 0:
        return None
    held = ledger.claw_back(
        connection,
        purchase_id=purchase_id,
        amount=missing,
        kind=TransactionType.REFUND,
        key=f"refund:{key}",
        is_final=False,
        now=now,
    )
    assert held is not None
    return held.transaction_id


def _standing(refund: AnyRow) -> RefundState:
    """Unknown without anything that went wrong is the moment in which the gateway is asked."""
    state = RefundState(refund.state)
    return RefundState.ASKED if state is RefundState.UNKNOWN and not refund.error else state


def _card(connection: Connection, refund_id: UUID) -> RefundCard:
    refund = refunds.by_id(connection, refund_id)
    assert refund is not None
    person = people.by_id(connection, refund.user_id)
    assert person is not None
    is_held = refund.hold_id is not None and refund.state != RefundState.FAILED
    held = ledger.movement(connection, refund.hold_id) if is_held else None
    return RefundCard(
        id=refund.id,
        state=_standing(refund),
        gateway=refund.gateway,
        payment_id=refund.payment_id,
        amount=refund.amount,
        currency=refund.currency,
        credits=-held.amount if held else Decimal("0.00"),
        balance=person.credits,
        username=person.username,
        telegram_id=person.telegram_id,
        error=refund.error,
    )


def _note(
    connection: Connection, actor: Customer, key: str, subject: str, told: Mapping[str, str], now: datetime
) -> None:
    audit.note(
        connection, key=key, actor_id=actor.id, action="refund", subject=subject, details=told, now=now
    )
