"""The shop's services over a real database, with fakes for everybody outside."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from db import books, ledger, quotes, supply
from db.store import Store
from db.tables import Case, OutboxFact, SmsService
from services.activations import Activations
from services.bells import Bells
from services.claims import Claims
from services.closing import Closing
from services.failover import Failover
from services.guard import SaleGuard
from services.purchases import Purchases
from services.reactivations import Reactivations
from services.reports import Reports
from services.rules import Rules, RuleSet
from services.seeds import plant
from services.settle import Settlement
from services.sweep import Sweep
from services.topup_jobs import TopupJobs
from services.topups import Topups
from services.upstream_notices import UpstreamNotices
from services.views import NumberCard, Ticket
from tests.fakes import FakeGateway, FakeProvider
from tests.worlds import NOON, HandClock, credited, person

BRAZIL = 73


@dataclass
class Shop:
    store: Store
    clock: HandClock
    provider: FakeProvider
    backup: FakeProvider
    failover: Failover
    gateway: FakeGateway
    rules: Rules
    activations: Activations
    purchases: Purchases
    sweep: Sweep
    closing: Closing
    claims: Claims
    topups: Topups
    topup_jobs: TopupJobs
    settlement: Settlement
    upstream_notices: UpstreamNotices
    reactivations: Reactivations
    reports: Reports
    guard: SaleGuard

    async def ana(self, purse: str = "50.00", **who: Any) -> UUID:
        """Somebody with credits to spend."""

        def work(connection: Connection) -> UUID:
            user_id = person(connection, **who)
            if Decimal(purse):
                credited(connection, user_id, purse)
            return user_id

        return await self.store.write(work)

    async def offer(
        self,
        user_id: UUID,
        price: str = "3.25",
        lasts_minutes: int = 15,
        operator: str | None = None,
        service: str = "wa",
    ) -> UUID:
        """A card for WhatsApp in Brazil, or another service there."""

        def work(connection: Connection) -> UUID:
            named = select(SmsService.id).where(SmsService.code == service)
            service_id = connection.execute(named).scalar_one()
            return quotes.add_offer(
                connection,
                user_id=user_id,
                sms_service_id=service_id,
                country_id=BRAZIL,
                operator=operator,
                provider="active",
                price=Decimal(price),
                cap=Decimal("0.50"),
                lasts=timedelta(minutes=lasts_minutes),
                now=self.clock.now(),
            )

        return await self.store.write(work)

    async def buy(self, user_id: UUID, price: str = "3.25", service: str = "wa") -> Ticket:
        """Press the button and let the worker send."""
        offer = await self.offer(user_id, price, service=service)
        ticket = await self.activations.buy(user_id, offer)
        while await self.purchases.send_next():
            pass
        return ticket

    async def card(self, user_id: UUID, ticket: Ticket) -> NumberCard:
        return await self.activations.card(user_id, ticket.number_id)

    async def balance(self, user_id: UUID) -> Decimal:
        return await self.store.read(partial(ledger.balance, user_id=user_id))

    async def said(self, kind: str) -> list[dict[str, Any]]:
        """The arguments of everything of a kind that was put down to be said."""
        query = select(OutboxFact.arguments).where(OutboxFact.kind == kind).order_by(OutboxFact.id)
        return list(await self.store.read(lambda connection: connection.scalars(query).all()))

    async def open_cases(self) -> list[str]:
        query = select(Case.kind).where(Case.resolved_at.is_(None)).order_by(Case.kind)
        return list(await self.store.read(lambda connection: connection.scalars(query).all()))

    async def breaches(self) -> list[books.Breach]:
        return await self.store.read(lambda connection: list(books.breaches(connection)))


async def stock(shop: Shop, provider: str, cost: str, count: int = 100) -> None:
    """Have a provider offer WhatsApp numbers in Brazil."""

    def work(connection: Connection) -> None:
        service_id = connection.execute(select(SmsService.id).where(SmsService.code == "wa")).scalar_one()
        price = supply.Price(service_id, BRAZIL, Decimal(cost), count)
        supply.write_prices(connection, provider, [price], NOON)

    await shop.store.write(work)


async def open_shop(store: Store, *, is_exclusive: bool = True, is_first: bool = True) -> Shop:
    clock = HandClock()
    if is_first:
        await store.write(partial(plant, now=NOON))
    bells, rules = Bells(), Rules(store, RuleSet(), clock)
    provider, gateway = FakeProvider(clock), FakeGateway()
    backup = FakeProvider(clock)
    backup.name = "backup"
    providers, gateways = {"active": provider, "backup": backup}, {"stripe": gateway}
    sweep = Sweep(store, providers, bells, clock)
    failover = Failover(store, providers, {name: Decimal(5) for name in providers}, bells, clock)
    guard = SaleGuard(store, rules, bells, clock)
    settlement = Settlement(store, gateways, bells, clock, first_pause_seconds=30)
    return Shop(
        store,
        clock,
        provider,
        backup,
        failover,
        gateway,
        rules,
        Activations(store, providers, rules, bells, clock, cancel_after_seconds=120),
        Purchases(store, providers, failover, bells, clock),
        sweep,
        Closing(store, providers, sweep, bells, clock, guard=guard),
        Claims(
            store,
            providers,
            bells,
            clock,
            exclusive=frozenset({"active"} if is_exclusive else ()),
            claim_seconds=90,
        ),
        Topups(store, gateways, settlement, rules, bells, clock),
        TopupJobs(
            store,
            gateways,
            settlement,
            bells,
            clock,
            bot_link="https://t.me/chegou_bot",
            first_pause_seconds=30,
        ),
        settlement,
        UpstreamNotices(store, providers, sweep, bells, clock),
        Reactivations(store, providers, {name: Decimal(5) for name in providers}, rules, clock),
        Reports(store, rules, bells, clock),
        guard,
    )
