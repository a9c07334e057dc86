"""One number of one customer, with the real client on a real wire, while one thing goes wrong."""

import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import Connection, select

from bot.sandbox.clock import Clock as WorldClock
from bot.sandbox.journal import Journal
from bot.sandbox.sms_active.server import SmsActive
from db import books, cases, ledger, quotes
from db.rows import AnyRow
from db.store import Store, open_store
from db.tables import ActiveNumber, SmsMessage, SmsService
from services.providers.handler_api import Account, ApiKey, Deadlines, DialectName, Pace, build
from services.reactivations import Reactivations
from services.rules import Rules, RuleSet
from services.seeds import plant
from tests.databases import make_file
from tests.properties.staff import Staff, hire
from tests.worlds import credited, person

PURSE, PRICE, COST = Decimal("50.00"), Decimal("3.25"), Decimal("0.50")
BRAZIL = 73
_KEY = "key-of-the-stage"
_UNHURRIED = Pace(requests_per_second=1_000, catalogue_per_second=1_000, burst=1_000)
# Short in real seconds: some faults never answer, and everybody waits for their end.
_DEADLINES = Deadlines(purchase_seconds=8.0, other_seconds=6.0)


class StageClock:
    """The machine's time, moved on together with the world's."""

    def __init__(self, world: WorldClock) -> None:
        self._world = world
        self._began = world.now(), time.monotonic()

    def now(self) -> datetime:
        return self._world.now()

    def monotonic(self) -> float:
        return self._began[1] + (self._world.now() - self._began[0]).total_seconds()


@dataclass
class Stage:
    store: Store
    upstream: SmsActive
    world: WorldClock
    clock: StageClock
    staff: Staff
    reactivations: Reactivations
    customer: UUID
    told: list[str] = field(default_factory=list)  # each state of each number, as it was seen

    async def buy(self) -> UUID:
        """Ask for one number and have it sent."""
        ticket = await self.staff.activations.buy(self.customer, await self._card())
        await self.send()
        return ticket.number_id

    async def rent_again(self, number_id: UUID) -> UUID:
        card = await self.reactivations.quote(self.customer, number_id)
        ticket = await self.staff.activations.buy(self.customer, card.id)
        await self.send()
        return ticket.number_id

    async def send(self) -> None:
        await self._note()
        while await self.staff.purchases.send_next():
            await self._note()

    async def go_by(self, seconds: float, every: float = 10) -> None:
        """Let time go by, with every job of the shop at each step."""
        for _ in range(max(1, round(seconds / every))):
            self.world.advance(every)
            self.upstream.account.catch_up()
            await self.send()
            for job in self._jobs():
                await job()
                await self._note()

    def _jobs(self) -> tuple[Callable[[], Coroutine[Any, Any, object]], ...]:
        staff = self.staff
        return (
            staff.purchases.mark_lost,
            staff.claims.run,
            staff.sweep.run,
            staff.closing.expire_due,
            staff.closing.run_due,
        )

    async def number(self, number_id: UUID) -> AnyRow:
        query = select(*ActiveNumber.__table__.columns).where(ActiveNumber.id == number_id)
        return await self.store.read(lambda connection: connection.execute(query).one())

    async def look(self) -> "Picture":
        return await self.store.read(partial(_picture, customer=self.customer))

    async def _note(self) -> None:
        query = select(ActiveNumber.status).order_by(ActiveNumber.created_at)
        now = await self.store.read(lambda connection: connection.scalars(query).all())
        if now and (not self.told or self.told[-1] != now[-1]):
            self.told.append(now[-1])

    async def _card(self) -> UUID:
        def work(connection: Connection) -> UUID:
            service = connection.execute(select(SmsService.id).where(SmsService.code == "wa")).scalar_one()
            return quotes.add_offer(
                connection,
                user_id=self.customer,
                sms_service_id=service,
                country_id=BRAZIL,
                operator=None,
                provider="active",
                price=PRICE,
                cap=COST,
                lasts=timedelta(minutes=15),
                now=self.clock.now(),
            )

        return await self.store.write(work)


@dataclass(frozen=True)
class Picture:
    """How it stands in the shop's books."""

    statuses: dict[str, str]  # by upstream id; of purchases that have none, by their own
    balance: Decimal
    shown: frozenset[str]  # what the buyer was given to read
    held_back: frozenset[str]
    cases: tuple[str, ...]
    breaches: tuple[str, ...]


def _picture(connection: Connection, customer: UUID) -> Picture:
    numbers = connection.execute(select(ActiveNumber.id, ActiveNumber.upstream_id, ActiveNumber.status))
    messages = connection.execute(
        select(SmsMessage.code, SmsMessage.message_body, SmsMessage.is_withheld).where(
            SmsMessage.status == "received"
        )
    ).all()
    return Picture(
        {row.upstream_id or str(row.id): row.status for row in numbers},
        ledger.balance(connection, customer),
        frozenset(row.code or row.message_body or "" for row in messages if not row.is_withheld),
        frozenset(row.code or row.message_body or "" for row in messages if row.is_withheld),
        tuple(sorted(row.kind for row in cases.open_cases(connection))),
        tuple(map(str, books.breaches(connection))),
    )


@asynccontextmanager
async def open_stage(dialect: DialectName = "hero") -> AsyncIterator[Stage]:
    world = WorldClock()
    upstream = SmsActive(world, Journal(world), profile=dialect, api_key=_KEY)
    upstream.set_stock("wa", BRAZIL, 1000)
    upstream.set_price("wa", BRAZIL, COST)
    application = web.Application()
    application.add_routes(upstream.routes())
    with tempfile.TemporaryDirectory(prefix="chegou-stage-") as home:
        path = make_file(Path(home) / "shop.db")
        store = open_store(f"sqlite+aiosqlite:///{path}")
        async with TestServer(application, host="127.0.0.1") as server:
            url = str(server.make_url("/stubs/handler_api.php"))
            clock = StageClock(world)
            account = Account("active", url, ApiKey(_KEY), dialect, deadlines=_DEADLINES, pace=_UNHURRIED)
            provider = build(account, clock)
            providers = {"active": provider}
            rules = Rules(store, RuleSet(), clock)
            again = Reactivations(store, providers, {"active": Decimal(5)}, rules, clock)
            customer = await store.write(partial(_admit, now=clock.now()))
            staff = hire(store, providers, {}, clock)
            yield Stage(store, upstream, world, clock, staff, again, customer)
            upstream.release_hanging()
            await provider.close()
        await store.close()


def _admit(connection: Connection, now: datetime) -> UUID:
    plant(connection, now)
    user_id = person(connection)
    credited(connection, user_id, str(PURSE))
    return user_id
