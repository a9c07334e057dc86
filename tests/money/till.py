"""The money side of the shop over a real database, with a gateway that does what a test says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db import books, ledger, topups
from db.store import Store
from db.tables import Case, OutboxFact, Transaction
from services.bells import Bells
from services.cases import Cases
from services.customers import Customers
from services.desk import Desk
from services.notices import Notices
from services.payment_cases import PaymentCases
from services.payment_sweep import PaymentSweep
from services.ports.gateway import Gateway, Notice, Payment, PaymentState, RefundOrder
from services.refund_jobs import RefundJobs
from services.refunds import RefundCard, Refunds
from services.rules import Rules, RuleSet
from services.settle import Settlement
from services.topup_jobs import TopupJobs
from services.topups import Topups
from services.views import Bill, CaseCard, Customer
from tests.fakes import FakeGateway
from tests.worlds import HandClock, person


class GivingGateway(FakeGateway):
    """A gateway that also gives back, once for each key; it may do so and lose its answer."""

    def __init__(self, code: str = "stripe") -> None:
        super().__init__()
        self.code = code
        self.refunds: dict[str, RefundOrder] = {}
        self.asked: list[str] = []
        self.answers: list[Exception] = []  # raised in turn, before anything is done
        self.lost: list[Exception] = []  # raised in turn, after it was done
        self.is_slow_to_show = False
        self.list_failure: Exception | None = None

    async def refund(self, order: RefundOrder) -> None:
        self.asked.append(order.key)
        if self.answers:
            raise self.answers.pop(0)
        if order.key not in self.refunds:
            self.refunds[order.key] = order
            if not self.is_slow_to_show:
                self.change(order.payment_id, refunded=order.amount, adds=True)
        if self.lost:
            raise self.lost.pop(0)

    def pay(self, bill: Bill, payment_id: str = "pi_1", **changes: Any) -> None:
        """Somebody pays; what is not named is as the bill says."""
        paid = Payment(payment_id, PaymentState.PAID, bill.amount, "BRL", str(bill.id), is_live=False)
        self.payments.setdefault(f"cs_{bill.id.hex}", []).append(replace(paid, **changes))

    def change(self, payment_id: str, *, adds: bool = False, **changes: Any) -> None:
        for payments in self.payments.values():
            for place, payment in enumerate(payments):
                if payment.payment_id != payment_id:
                    continue
                wanted = dict(changes)
                if adds:
                    wanted["refunded"] = payment.refunded + changes["refunded"]
                payments[place] = replace(payment, **wanted)

    async def recent(self, since: datetime) -> tuple[Payment, ...]:
        if self.list_failure:
            raise self.list_failure
        assert since.tzinfo is not None
        return tuple(each for payments in self.payments.values() for each in payments)

    def read_notice(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Notice | None:
        assert query is not None
        assert headers is not None
        return Notice(body.decode(), about=body.decode().partition(":")[0])

    async def locate(self, about: str) -> UUID | None:
        if self.failure:
            raise self.failure
        return UUID(about)


@dataclass
class Till:
    store: Store
    clock: HandClock
    gateway: GivingGateway
    rules: Rules
    settlement: Settlement
    topups: Topups
    topup_jobs: TopupJobs
    refunds: Refunds
    refund_jobs: RefundJobs
    payment_cases: PaymentCases
    payment_sweep: PaymentSweep
    notices: Notices
    cases: Cases
    customers: Customers
    desk: Desk

    async def customer(self, telegram_id: int = 1, username: str = "ana", *, is_admin: bool = False) -> UUID:
        return await self.store.write(
            partial(person, telegram_id=telegram_id, username=username, is_admin=is_admin)
        )

    async def admin(self) -> Customer:
        return await self.customers.get(await self.customer(99, "chefe", is_admin=True))

    async def open_bill(self, user_id: UUID, amount: str = "20.00", gateway: str = "stripe") -> Bill:
        bill = await self.topups.ask(user_id, gateway, Decimal(amount))
        await self.topup_jobs.open_drafts()
        return await self.topups.bill(user_id, bill.id)

    async def order_of(self, bill: Bill) -> str:
        """What the gateway calls it."""
        topup = await self.store.read(partial(topups.by_id, topup_id=bill.id))
        assert topup is not None
        return str(topup.order_id)

    async def paid_bill(self, user_id: UUID, amount: str = "20.00", payment_id: str = "pi_1") -> Bill:
        bill = await self.open_bill(user_id, amount)
        self.gateway.pay(bill, payment_id)
        await self.settlement.settle(bill.id)
        return bill

    async def refund(self, actor: Customer, words: str, amount: str | None = None, key: str = "k1") -> UUID:
        wanted = None if amount is None else Decimal(amount)
        return (await self.refunds.order(actor, words, wanted, key)).id

    async def card(self, refund_id: UUID) -> RefundCard:
        return await self.refunds.card(refund_id)

    async def balance(self, user_id: UUID) -> Decimal:
        return await self.store.read(partial(ledger.balance, user_id=user_id))

    async def said(self, kind: str) -> list[dict[str, Any]]:
        query = select(OutboxFact.arguments).where(OutboxFact.kind == kind).order_by(OutboxFact.id)
        return list(await self.store.read(lambda connection: connection.scalars(query).all()))

    async def subjects(self, kind: str) -> list[str]:
        query = select(OutboxFact.subject).where(OutboxFact.kind == kind).order_by(OutboxFact.id)
        return list(await self.store.read(lambda connection: connection.scalars(query).all()))

    async def spend(self, user_id: UUID, amount: str, admin: Customer) -> None:
        await self.store.write(
            partial(
                ledger.take,
                user_id=user_id,
                amount=Decimal(amount),
                key="spent",
                reason="spent",
                actor_id=admin.id,
                now=self.clock.now(),
            )
        )

    async def open_cases(self) -> tuple[CaseCard, ...]:
        return (await self.cases.page()).cases

    async def case_kinds(self) -> list[str]:
        return sorted(case.kind for case in await self.open_cases())

    async def movements(self, user_id: UUID) -> list[tuple[str, str, str]]:
        query = (
            select(Transaction.type, Transaction.status, Transaction.amount)
            .where(Transaction.user_id == user_id)
            .order_by(Transaction.created_at, Transaction.amount.desc())
        )
        rows = await self.store.read(lambda connection: connection.execute(query).all())
        return [(row.type, row.status, str(row.amount)) for row in rows]

    async def resolved(self) -> list[str | None]:
        query = select(Case.resolution).where(Case.resolved_at.is_not(None)).order_by(Case.since)
        return list(await self.store.read(lambda connection: connection.scalars(query).all()))

    async def breaches(self) -> list[books.Breach]:
        return await self.store.read(lambda connection: list(books.breaches(connection)))


def open_till(
    store: Store, gateways: Mapping[str, Gateway] | None = None, clock: HandClock | None = None, **rules: Any
) -> Till:
    clock, bells = clock or HandClock(), Bells()
    gateway = GivingGateway()
    known: Mapping[str, Gateway] = gateways or {"stripe": gateway}
    ruleset = Rules(store, RuleSet(**rules), clock)
    settlement = Settlement(store, known, bells, clock, first_pause_seconds=30, rules=ruleset)
    refunds = Refunds(store, known, settlement, bells, clock)
    jobs = TopupJobs(
        store,
        known,
        settlement,
        bells,
        clock,
        bot_link="https://t.me/chegou_bot",
        first_pause_seconds=30,
    )
    return Till(
        store,
        clock,
        gateway,
        ruleset,
        settlement,
        Topups(store, known, settlement, ruleset, bells, clock),
        jobs,
        refunds,
        RefundJobs(store, known, settlement, bells, clock),
        PaymentCases(store, settlement, refunds, bells, clock),
        PaymentSweep(store, known, settlement, clock),
        Notices(store, known, settlement, bells, clock),
        Cases(store, bells, clock),
        Customers(store, ruleset, clock, admin_ids=(99,), language_of=lambda _: "en"),
        Desk(store, ruleset, bells, clock),
    )
