"""A shop's days, minute by minute: people buy, pay, cancel and are refunded; upstream fails as it does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from db import books, ledger
from db.states import CHARGES, CLAW_BACKS, TransactionStatus, TransactionType
from db.tables import ActiveNumber, Transaction, User
from services.ports.gateway import DisputeState
from services.views import Ticket
from tests.fakes import Rented
from tests.properties import audit
from tests.properties.upstream import OUTCOMES, Upstream
from tests.properties.world import PRICE, World, breathe

_STEP_MINUTES = 2
_NIGHT_STEP_SECONDS = 1200
_MINUTES_A_DAY = 24 * 60
_WEIGHTS = {"bought": 86, "rejected": 5, "lost, bought": 4, "lost, not bought": 2, "lost, bought later": 2}
_HANGS = 1


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs at the end between the shop's books and the ledgers outside; all of it is zero."""

    upstream: Decimal  # what upstream charged, less what the shop says it cost
    gateway: Decimal  # what the gateway kept for the shop, less what was credited of it
    books: Decimal  # credits that came from nowhere, or went there

    def __bool__(self) -> bool:
        return any((self.upstream, self.gateway, self.books))


@dataclass
class Figures:
    orders: int = 0
    refused: int = 0
    codes: int = 0
    cancels: int = 0
    topups: int = 0
    refunds: int = 0
    deaths: int = 0
    restarts: int = 0


@dataclass
class Calendar:
    """So many days with so many orders, the same ones for the same seed."""

    days: int
    orders: int
    seed: int
    open_minutes: int = 16 * 60  # nobody buys at night
    people: int = 40
    figures: Figures = field(default_factory=Figures)
    after_a_day: Callable[[int], None] = lambda day: None  # told its number, from 1

    def __post_init__(self) -> None:
        self.world = World(people=self.people)
        self._dice = Random(self.seed)
        self._seen = dict.fromkeys(self.world.upstreams, 0)
        self._plans: list[tuple[float, int, Callable[[], None]]] = []
        self._turns = count()
        self._minute = 0.0
        for upstream in self.world.upstreams.values():
            upstream.history_reaches = timedelta(hours=6)

    def live(self) -> Drift:
        """Go through all days, come to rest, and compare."""
        try:
            for day in range(self.days):
                self._live_a_day(day)
                self.world.check_always()
                self.after_a_day(day + 1)
            self.world.settle()
            self.world.check_settled()
            return self._drift()
        finally:
            self.world.close()

    def _live_a_day(self, day: int) -> None:
        incidents = self._incidents()
        for minute in range(0, self.open_minutes, _STEP_MINUTES):
            self._tick(_STEP_MINUTES * 60)
            wanted = (
                self.orders
                * (day * self.open_minutes + minute + _STEP_MINUTES)
                // (self.days * self.open_minutes)
            )
            while self.figures.orders < wanted:
                self._order()
            for incident in incidents.pop(minute, ()):
                incident()
        for _ in range((_MINUTES_A_DAY - self.open_minutes) * 60 // _NIGHT_STEP_SECONDS):
            self._tick(_NIGHT_STEP_SECONDS)

    def _incidents(self) -> dict[int, list[Callable[[], None]]]:
        """What happens once or twice a day, at some minute."""
        planned: dict[int, list[Callable[[], None]]] = {}
        for incident in (self._restart, self._die, self._die, self._refund, self._refund, self._dispute):
            minute = self._dice.randrange(0, self.open_minutes, _STEP_MINUTES)
            planned.setdefault(minute, []).append(incident)
        return planned

    def _tick(self, seconds: float) -> None:
        self.world.advance(seconds)
        self._minute += seconds / 60
        for upstream in self.world.upstreams.values():
            upstream.let_go()
        self.world.run(breathe())
        self._plan_for_new_numbers()
        while self._plans and self._plans[0][0] <= self._minute:
            heappop(self._plans)[2]()
        self._work()

    def _work(self) -> None:
        """The jobs, as often as there is something for them."""
        world, staff = self.world, self.world.staff
        is_time = self._minute % 10 < _STEP_MINUTES  # for what is looked at now and then
        if is_time or world.run(staff.claims.is_needed()):
            world.run(staff.purchases.mark_lost())
            world.run(staff.claims.run())
        if world.run(staff.sweep.is_needed()):
            world.run(staff.sweep.run())
            world.run(staff.closing.expire_due())
        world.run(staff.closing.run_due())
        if is_time:
            world.run(staff.topup_jobs.open_drafts())
            world.run(staff.topup_jobs.poll_due())

    # What people do.

    def _order(self) -> None:
        who = self._dice.randrange(self.people)
        if self.world.read(partial(ledger.balance, user_id=self.world.people[who])) < PRICE:
            self._top_up(who)
        self.world.quote(who, self._dice.choice(("active", "active", "active", "backup")))
        pressed = self.world.press(len(self.world.offers) - 1, self._dice.choice((1, 1, 1, 2)))
        if not isinstance(pressed[0], Ticket):
            self.figures.refused += 1
            return
        self.figures.orders += 1
        hangs = self._dice.randrange(100) < _HANGS
        outcome = "hangs" if hangs else self._dice.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
        self.world.send(next(each for each in OUTCOMES if each == outcome))
        if outcome == "rejected":
            self.world.send("bought")  # what the other provider sells instead

    def _top_up(self, who: int) -> None:
        before = len(self.world.topups)
        self.world.ask_topup(who)
        if len(self.world.topups) == before:
            return
        topup = self.world.topups[-1]
        self.world.pay(topup, self._dice.choice((1, 1, 1, 1, 1, 1, 1, 1, 1, 2)))
        self.figures.topups += 1
        for _ in range(self._dice.randrange(1, 4)):
            self.world.run(self.world.staff.settlement.settle(topup))

    def _plan_for_new_numbers(self) -> None:
        for name, upstream in self.world.upstreams.items():
            fresh = list(upstream.numbers.values())[self._seen[name] :] if self._has_new(upstream) else ()
            for rented in fresh:
                self._plan(upstream, rented)
            self._seen[name] = len(upstream.numbers)

    def _has_new(self, upstream: Upstream) -> bool:
        return len(upstream.numbers) > self._seen[upstream.name]

    def _plan(self, upstream: Upstream, rented: Rented) -> None:
        luck = self._dice.random()
        if luck < 0.70:
            self._later(self._dice.uniform(0.2, 12), partial(self._deliver, upstream, rented))
        elif luck < 0.85:
            self._later(self._dice.uniform(2.5, 12), partial(self._cancel, upstream, rented))
        elif luck < 0.88:
            self._later(self._dice.uniform(1, 15), partial(self._end, upstream, rented))
        if luck > 0.60 and luck < 0.80:  # cancelled and received at about the same time
            self._later(self._dice.uniform(2.5, 12), partial(self._cancel, upstream, rented))

    def _deliver(self, upstream: Upstream, rented: Rented) -> None:
        """A code comes, if somebody can see the number by now: nobody else knows it to write to."""
        found = self._number(upstream, rented)
        if rented not in upstream.open() or found is None:
            return
        self.figures.codes += 1
        upstream.deliver(rented.upstream_id, f"{self.figures.codes:06}")
        then = self._dice.random()
        if then < 0.15:
            self._later(1.5, partial(self._ask_again, upstream, rented))
        elif then < 0.6:
            self._later(2.5, partial(self._finish, upstream, rented))

    def _ask_again(self, upstream: Upstream, rented: Rented) -> None:
        if (found := self._number(upstream, rented)) is not None:
            self.world.attempt(self.world.staff.activations.ask_again(*found))
            self._later(1.5, partial(self._deliver, upstream, rented))

    def _finish(self, upstream: Upstream, rented: Rented) -> None:
        if (found := self._number(upstream, rented)) is not None:
            self.world.attempt(self.world.staff.activations.finish(*found))

    def _cancel(self, upstream: Upstream, rented: Rented) -> None:
        if (found := self._number(upstream, rented)) is not None:
            self.figures.cancels += 1
            self.world.attempt(self.world.staff.activations.cancel(*found))

    def _end(self, upstream: Upstream, rented: Rented) -> None:
        if rented in upstream.open():
            upstream.end(rented)

    def _number(self, upstream: Upstream, rented: Rented) -> tuple[UUID, UUID] | None:
        query = select(ActiveNumber.user_id, ActiveNumber.id).where(
            ActiveNumber.provider == upstream.name, ActiveNumber.upstream_id == rented.upstream_id
        )
        row = self.world.read(lambda connection: connection.execute(query).first())
        return None if row is None else (row[0], row[1])

    def _later(self, minutes: float, deed: Callable[[], None]) -> None:
        heappush(self._plans, (self._minute + minutes, next(self._turns), deed))

    # What befalls the shop.

    def _restart(self) -> None:
        self.figures.restarts += 1
        self.world.restart()

    def _die(self) -> None:
        """In the middle of one of its jobs."""
        staff = self.world.staff
        job = self._dice.choice((staff.sweep.run, staff.closing.run_due, staff.claims.run))
        self.figures.deaths += self.world.killed_in(job, self._dice.randrange(6))

    def _refund(self) -> None:
        self._change_a_payment(lambda paid: audit.refunded(paid, Decimal("4.00")))

    def _dispute(self) -> None:
        state = self._dice.choice((DisputeState.OPEN, DisputeState.LOST, DisputeState.WON))
        self._change_a_payment(lambda paid: audit.disputed(paid, state))

    def _change_a_payment(self, change: Callable[[Any], Any]) -> None:
        if self.world.topups:
            topup = self._dice.choice(self.world.topups[-200:])
            self.world.change_payment(topup, change)
            self.world.run(self.world.staff.settlement.settle(topup))
            self.figures.refunds += 1

    # What came of it.

    def _drift(self) -> Drift:
        charged = sum((each.cost for each in self._used_upstream()), Decimal(0))
        kept = sum(
            (audit.left_of(each) for paid in self.world.gateway.payments.values() for each in paid),
            Decimal(0),
        )
        cost, credited, left = self.world.read(_books)
        return Drift(charged - cost, kept - credited, left)

    def _used_upstream(self) -> Iterator[Rented]:
        for upstream in self.world.upstreams.values():
            yield from (each for each in upstream.numbers.values() if each.received)


def _books(connection: Connection) -> tuple[Decimal, Decimal, Decimal]:
    used = select(func.sum(ActiveNumber.cost)).join(Transaction, Transaction.id == ActiveNumber.charge_id)
    cost = connection.execute(used.where(Transaction.status == TransactionStatus.COMPLETED)).scalar_one()
    paid_for = (TransactionType.CREDIT_PURCHASE, TransactionType.ADJUSTMENT, *CLAW_BACKS)
    credited = _sum(connection, Transaction.type.in_(paid_for))
    everything = _sum(connection, Transaction.type.in_((*paid_for, TransactionType.PROMOTION, *CHARGES)))
    spendable = connection.execute(select(func.sum(User.credits))).scalar_one()
    return Decimal(cost or 0), credited, Decimal(spendable) - everything


def _sum(connection: Connection, which: Any) -> Decimal:
    query = select(func.sum(Transaction.amount)).where(which, books.counts())
    return connection.execute(query).scalar_one() or Decimal(0)
