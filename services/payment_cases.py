"""Payments that differ from their bills: an admin decides what becomes of the money."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import audit, cases, people, topups
from db.rows import AnyRow
from db.states import RefundWhy
from db.store import Store
from services import claw_backs
from services.bells import Bells
from services.cases import CaseNotFound
from services.clock import Clock
from services.errors import ShopError
from services.ports.gateway import Payment
from services.refunds import PaymentNotFound, Refunds
from services.settle import Settlement, credit
from services.strays import STRAY
from services.views import CaseCard, Customer

_REASONS = {"payment.mismatch": RefundWhy.MISMATCH, "payment.second": RefundWhy.SECOND}


class CaseIsOver(ShopError):
    text_key = "error-case-over"


class CurrencyDiffers(ShopError):
    text_key = "error-currency-differs"


class Decision(StrEnum):
    CREDIT_PAID = "credit_paid"  # as many credits as the money is worth by the bill's own price
    CREDIT_BILL = "credit_bill"  # what the bill promised
    REFUND = "refund"


def decisions_for(case: CaseCard) -> tuple[Decision, ...]:
    """What can be decided about a case besides that it is done."""
    if case.resolved_at is not None or case.kind not in {*_REASONS, STRAY}:
        return ()
    if case.kind == STRAY:
        return (Decision.REFUND,)
    if case.facts.get("mismatch") == "amount":
        return (Decision.CREDIT_PAID, Decision.REFUND)
    return (Decision.CREDIT_BILL, Decision.REFUND)


class PaymentCases:
    def __init__(
        self, store: Store, settlement: Settlement, refunds: Refunds, bells: Bells, clock: Clock
    ) -> None:
        self._store = store
        self._settlement = settlement
        self._refunds = refunds
        self._bells = bells
        self._clock = clock

    async def decide(self, actor: Customer, case_id: UUID, how: str, key: str) -> None:
        """Credit the payment or send it back, once; what the gateway says now is what counts."""
        decision = Decision(how)
        case = await self._store.read(partial(cases.by_id, case_id=case_id))
        if case is None or case.kind not in {*_REASONS, STRAY}:
            raise CaseNotFound
        if case.resolved_at is not None:
            raise CaseIsOver
        if case.kind == STRAY:
            await self._send_stray_back(actor, case, decision, key)
        else:
            await self._decide_billed(actor, case, decision, key)
        self._bells.outbox.ring()

    async def _send_stray_back(self, actor: Customer, case: AnyRow, decision: Decision, key: str) -> None:
        if decision is not Decision.REFUND:  # there is no bill that could tell what it is worth
            raise CaseNotFound
        if not await self._refunds.send_stray_back(actor, case, key):
            raise CaseIsOver

    async def _decide_billed(self, actor: Customer, case: AnyRow, decision: Decision, key: str) -> None:
        topup_id = UUID(case.facts["topup_id"])
        payment = await self._look(topup_id, case.facts)
        if decision is Decision.REFUND:
            await self._refunds.send_back(actor, topup_id, payment, None, _REASONS[case.kind], key)
        await self._store.write(
            partial(
                self._close,
                case=case,
                payment=payment,
                topup_id=topup_id,
                actor=actor,
                decision=decision,
                key=key,
            )
        )

    async def _look(self, topup_id: UUID, facts: Mapping[str, str]) -> Payment:
        payments = await self._settlement.settle(topup_id)
        for payment in payments:
            if payment.payment_id == facts["payment_id"]:
                return payment
        raise PaymentNotFound(words=facts["payment_id"])

    def _close(
        self,
        connection: Connection,
        case: AnyRow,
        payment: Payment,
        topup_id: UUID,
        actor: Customer,
        decision: Decision,
        key: str,
    ) -> None:
        now = self._clock.now()
        if decision is not Decision.REFUND:
            self._credit(connection, topup_id, payment, actor, decision)
        cases.resolve(
            connection,
            kind=case.kind,
            subject=case.subject,
            resolution=decision.value,
            now=now,
            resolved_by=actor.id,
        )
        audit.note(
            connection,
            key=f"case:{key}",
            actor_id=actor.id,
            action="case.resolve",
            subject=f"case {case.id}",
            details={"how": decision.value, "kind": case.kind, "payment": payment.payment_id},
            now=now,
        )

    def _credit(
        self, connection: Connection, topup_id: UUID, payment: Payment, actor: Customer, decision: Decision
    ) -> None:
        topup = topups.by_id(connection, topup_id)
        assert topup is not None
        people.lock(connection, topup.user_id)
        now = self._clock.now()
        credited = worth(topup, payment) if decision is Decision.CREDIT_PAID else topup.credits
        credit(connection, topup, payment, now, credited=credited, actor_id=actor.id)
        claw_backs.follow(connection, topup, payment, now)


def worth(topup: AnyRow, payment: Payment) -> Decimal:
    """Credits that a sum would have bought at the price of its bill, also above it."""
    asked, currency = topup.gateway_amount or topup.amount, topup.gateway_currency or topup.currency
    if payment.currency.upper() != currency.upper():
        raise CurrencyDiffers(paid=f"{payment.amount} {payment.currency}")
    return claw_backs.credits_for(Decimal(topup.credits), Decimal(asked), payment.amount, is_capped=False)
