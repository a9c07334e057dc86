"""The shop's real services and real client, at a sandbox of upstream that fails on order."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import ledger
from db.store import Store
from services.activations import Activations
from services.bells import Bells
from services.books import Audit, Books
from services.claims import Claims
from services.closing import Closing
from services.failover import Failover
from services.ports.provider import Provider
from services.providers.handler_api import Deadlines, DialectName
from services.providers.handler_api.provider import HandlerApiProvider
from services.purchases import Purchases
from services.sweep import Sweep
from services.views import NumberCard, Ticket
from tests.providers.handler_api.upstream import PATH, Sandbox, account_at
from tests.shop.shop import Shop, open_shop
from tests.worlds import credited, person

PURSE = Decimal("50.00")
PRICE = Decimal("9.00")


class SharedClock:
    """The sandbox's own time, so that both sides agree on when a number ends."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._ahead = 0.0

    def now(self) -> datetime:
        return self._sandbox.journal_clock.now()

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        self._sandbox.journal_clock.advance(seconds)
        self._ahead += seconds


@dataclass
class WiredShop:
    shop: Shop
    sandbox: Sandbox
    clock: SharedClock
    activations: Activations
    purchases: Purchases
    sweep: Sweep
    closing: Closing
    claims: Claims
    failover: Failover
    books: Books
    ana: UUID

    async def buy(self) -> Ticket:
        ticket = await self.activations.buy(self.ana, await self.shop.offer(self.ana, str(PRICE), 10**9))
        await self.purchases.send_next()
        self.sandbox.sms.release_hanging()
        return ticket

    async def work(self, seconds: float) -> None:
        """Let time pass, then every job that looks after numbers run once."""
        self.clock.advance(seconds)
        await self.purchases.mark_lost()
        await self.claims.run()
        await self.sweep.run()
        await self.closing.expire_due()
        await self.closing.run_due()

    async def card(self, ticket: Ticket) -> NumberCard:
        return await self.activations.card(self.ana, ticket.number_id)

    async def balance(self) -> Decimal:
        return await self.shop.store.read(partial(ledger.balance, user_id=self.ana))

    async def audit(self) -> Audit:
        return await self.books.audit()

    def sms_to(self, phone: str | None, code: str = "482913") -> None:
        self.sandbox.sms.push_sms(phone=phone, code=code)


@asynccontextmanager
async def wired(
    store: Store, dialect: DialectName, purchase_seconds: float = 5.0
) -> AsyncIterator[WiredShop]:
    shop, sandbox = await open_shop(store), Sandbox(dialect)
    server, clock = sandbox.server(), SharedClock(sandbox)
    await server.start_server(access_log=None)
    deadlines = Deadlines(purchase_seconds)
    url = str(server.make_url(PATH))
    provider = HandlerApiProvider(account_at(url, dialect, deadlines), clock)
    sandbox.sms.set_price("wa", 73, "0.50")
    shop.clock = clock  # type: ignore[assignment]  # its cards last as long as upstream's time does
    try:
        yield await _staff(store, shop, sandbox, clock, provider)
    finally:
        sandbox.sms.release_hanging()
        await provider.close()
        await server.close()


async def _staff(
    store: Store, shop: Shop, sandbox: Sandbox, clock: SharedClock, provider: HandlerApiProvider
) -> WiredShop:
    bells, providers = Bells(), {"active": provider}
    named: dict[str, Provider] = dict(providers)
    rates = {"active": Decimal(5)}
    failover = Failover(store, named, rates, bells, clock)
    sweep = Sweep(store, named, bells, clock)
    mine = frozenset(named)
    return WiredShop(
        shop,
        sandbox,
        clock,
        Activations(store, named, shop.rules, bells, clock, cancel_after_seconds=120),
        Purchases(store, named, failover, bells, clock),
        sweep,
        Closing(store, named, sweep, bells, clock),
        Claims(store, named, bells, clock, exclusive=mine, claim_seconds=90),
        failover,
        Books(store, named, clock, rates=rates, exclusive=mine),
        await store.write(_somebody),
    )


def _somebody(connection: Connection) -> UUID:
    ana = person(connection)
    credited(connection, ana, str(PURSE))
    return ana
