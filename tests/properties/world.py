"""The shop's real services over a real database, a world to trade in, and what must always hold of both."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, select

from db import ledger, outbox, quotes, supply
from db.states import TransactionStatus
from db.store import Store
from db.tables import ActiveNumber, SmsService, Topup
from services.desk import Granted
from services.errors import GatewayUnavailable, ShopError
from services.ports.gateway import Gateway, Payment, PaymentState
from services.ports.provider import Provider
from services.views import OfferCard
from tests.money.till import GivingGateway
from tests.properties import audit
from tests.properties.fate import GATEWAY_CALLS, PROVIDER_CALLS, Fate, Killed, Mortal, MortalStore
from tests.properties.staff import Staff, hire
from tests.properties.still_store import StillStore
from tests.properties.upstream import Outcome, Upstream
from tests.worlds import NOON, HandClock, credited, person

PRICE = Decimal("3.25")
PURSE = Decimal("20.00")
TOPUP = Decimal("10.00")
BRAZIL = 73
# An hour of minutes, then two days of hours: a clock that was set back is waited out.
_ROUNDS = [60] * 60 + [3600] * 50


class World:
    """Two providers that count their numbers alike, a gateway, some people, and one shop."""

    def __init__(self, people: int = 3) -> None:
        self.runner = asyncio.Runner()
        self.clock = HandClock()  # the shop's; upstream's is always right
        self.true_clock = HandClock()
        self.upstreams = {name: Upstream(name, self.true_clock) for name in ("active", "backup")}
        self.gateway = GivingGateway()
        self.fate = Fate()
        self.tasks: list[asyncio.Task[Any]] = []
        self.topups: list[UUID] = []
        self.offers: list[tuple[UUID, UUID]] = []
        self._codes_sent = 0
        self.store = StillStore()
        self._checked_at = -1
        self.run(self.store.write(partial(_stock, providers=tuple(self.upstreams))))
        self.people = [self.run(self._admit(number)) for number in range(people)]
        self.given = dict.fromkeys(self.people, Decimal(0))  # by an admin
        self.staff = self._hire()
        admin = self.run(self.store.write(partial(person, telegram_id=99, username="chef", is_admin=True)))
        self.admin = self.run(self.staff.customers.get(admin))

    def close(self) -> None:
        self._end_tasks()
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def read(self, work: Callable[[Connection], Any]) -> Any:
        return self.run(self.store.read(work))

    def attempt(self, work: Awaitable[Any]) -> Any:
        """Do it; a refusal of the shop's is an answer like any other."""

        async def refusable() -> Any:
            try:
                return await work
            except ShopError as refusal:
                return refusal

        return self.run(refusable())

    # What people do.

    def quote(self, who: int, provider: str) -> None:
        self.offers.append((self.people[who], self.run(self._offer(self.people[who], provider))))

    def press(self, offer: int, times: int = 1) -> list[Any]:
        """Press a card's button, several times at once."""
        customer, offer_id = self.offers[offer % len(self.offers)]

        async def all_at_once() -> list[Any]:
            presses = (self.staff.activations.buy(customer, offer_id) for _ in range(times))
            return await asyncio.gather(*presses, return_exceptions=True)

        found: list[Any] = self.run(all_at_once())
        return found

    def ask_topup(self, who: int) -> None:
        bill = self.attempt(self.staff.topups.ask(self.people[who], "stripe", TOPUP))
        if not isinstance(bill, ShopError):
            self.topups.append(bill.id)
        self.run(self.staff.topup_jobs.open_drafts())

    def pay(self, topup_id: UUID, times: int = 1) -> None:
        order_id = f"cs_{topup_id.hex}"
        paid = self.gateway.payments.setdefault(order_id, [])
        for _ in range(times):
            number = len(paid) + 1
            payment = f"pi_{topup_id.hex}_{number}"
            paid.append(Payment(payment, PaymentState.PAID, TOPUP, "BRL", str(topup_id), is_live=False))

    def change_payment(self, topup_id: UUID, change: Callable[[Payment], Payment]) -> None:
        paid = self.gateway.payments.get(f"cs_{topup_id.hex}")
        if paid:
            paid[-1] = change(paid[-1])

    def refund_by_admin(self, topup_id: UUID, amount: Decimal | None, *, is_answer_lost: bool) -> None:
        """An admin sends money back; what the gateway says to it may be lost."""
        paid = self.gateway.payments.get(f"cs_{topup_id.hex}")
        if not paid:
            return
        if is_answer_lost:
            self.gateway.lost = [GatewayUnavailable("no answer")]
        key = f"order {len(self.fate.passed)}"
        self.attempt(self.staff.refunds.order(self.admin, paid[-1].payment_id, amount, key))

    def grant(self, who: int, amount: Decimal) -> None:
        """An admin gives or takes, and the order arrives twice."""
        customer, key = self.people[who], f"grant {len(self.fate.passed)}"
        for _ in range(2):
            told = self.attempt(self.staff.desk.grant(self.admin, str(customer), amount, "sorry", key))
            if isinstance(told, Granted) and told.is_new:
                self.given[customer] += amount

    def quote_again(self, customer: UUID, number_id: UUID) -> None:
        """What it costs to rent a used number again."""
        card = self.attempt(self.staff.reactivations.quote(customer, number_id))
        if isinstance(card, OfferCard):
            self.offers.append((customer, card.id))

    def stock_up(self) -> None:
        """The price lists are read anew: what upstream denied a moment ago may be there again."""
        self.run(self.store.write(partial(_stock, providers=tuple(self.upstreams))))

    def deliver(self, provider: str, number: int, *, is_new: bool) -> None:
        """An SMS reaches a number its buyer can see; nobody else knows it to write to."""
        upstream = self.upstreams[provider]
        shown = self.read(partial(audit.shown, provider=provider))
        running = [each for each in upstream.open() if each.upstream_id in shown]
        if not running:
            return
        rented = running[number % len(running)]
        if is_new and shown[rented.upstream_id] == len({each.code for each in rented.received}):
            self._codes_sent += 1
            upstream.deliver(rented.upstream_id, f"{self._codes_sent:06}")
        elif rented.received and rented.is_waiting_again:
            upstream.deliver(rented.upstream_id, rented.received[-1].code or "")

    def my_numbers(self) -> list[tuple[UUID, UUID]]:
        query = select(ActiveNumber.user_id, ActiveNumber.id).order_by(ActiveNumber.created_at)
        return [(row[0], row[1]) for row in self.read(lambda connection: connection.execute(query).all())]

    # What happens to the process.

    def send(self, outcome: Outcome) -> None:
        self.answer_with(outcome)
        if outcome == "hangs":
            self.start(self.staff.purchases.send_next())
        else:
            self.run(self.staff.purchases.send_next())

    def answer_with(self, outcome: Outcome) -> None:
        """A refusal is one provider's; what the other sells instead is still within the price."""
        self.upstreams["active"].outcome = outcome
        self.upstreams["backup"].outcome = "bought" if outcome == "rejected" else outcome

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something that will not be over soon."""
        self.tasks.append(self.runner.get_loop().create_task(work))
        self.run(breathe())

    def killed_in(self, work: Callable[[], Coroutine[Any, Any, Any]], at: int) -> bool:
        """Die at the n-th point of some work, and start again; False: the work was shorter."""
        self.fate.dies_at = len(self.fate.passed) + at
        try:
            self.run(_to_the_end(work()))
        finally:
            is_dead = self.fate.is_dead
            self.fate.dies_at = None
        if is_dead:
            self.restart()
        return is_dead

    def restart(self, dies_at: int | None = None) -> None:
        """Start again; a process may die once more while it recovers from its death."""
        self._end_tasks()
        self.fate.is_dead, self.fate.dies_at = False, None
        self.staff = self._hire()
        self.run(self.store.write(outbox.free_all))
        if dies_at is None:
            self.run(self.staff.set_back.look())
            self.run(self.staff.purchases.recover())
        else:
            self.killed_in(self.staff.purchases.recover, dies_at)

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.true_clock.advance(seconds)
        for upstream in self.upstreams.values():
            upstream.tick()

    def look_after(self) -> None:
        """Every job once."""
        staff = self.staff
        self.run(staff.purchases.mark_lost())
        self.run(staff.claims.run())
        self.run(staff.sweep.run())
        self.run(staff.closing.expire_due())
        self.run(staff.closing.run_due())
        self.run(staff.topup_jobs.open_drafts())
        self.run(staff.topup_jobs.poll_due())
        self.run(staff.refund_jobs.run_due())
        self.run(staff.upstream_notices.handle_due())

    def settle(self) -> None:
        """Let the shop come to rest: nobody presses anything any more."""
        self.answer_with("bought")
        self.restart()
        for seconds in _ROUNDS:
            self.send("bought")
            self.look_after()
            if not self.unfinished() and not any(each.open() for each in self.upstreams.values()):
                break
            self.advance(seconds)
        for topup_id in self.topups:
            self.run(self.staff.settlement.settle(topup_id))

    def unfinished(self) -> list[str]:
        found: list[str] = self.read(audit.unfinished)
        return found

    # What must hold.

    def check_always(self) -> None:
        if self.store.changes == self._checked_at:
            return
        found = self.read(audit.what_is_wrong)
        assert not found, found
        self._checked_at = self.store.changes

    def check_settled(self) -> None:
        """Compare the shop with what upstream and the gateway know, number by number."""
        self.check_always()
        assert not self.unfinished(), self.unfinished()
        rows = self.read(audit.numbers)
        codes = self.read(audit.codes)
        known = {(row.provider, row.upstream_id): row for row in rows if row.upstream_id}
        for name, upstream in self.upstreams.items():
            assert not upstream.open(), f"{name} still runs {upstream.open()}"
            for rented in upstream.numbers.values():
                row = known.pop((name, rented.upstream_id), None)
                expected = [each.code for each in rented.received]
                if row is None:
                    assert not expected, f"{name} {rented.upstream_id} was paid for and nobody has it"
                    continue
                charge = TransactionStatus.COMPLETED if expected else TransactionStatus.FAILED
                assert row.charge == charge, f"{rented} against {row}"
                shown = codes.get(row.id, [])
                assert set(shown) == set(expected), f"{rented} against {shown}"
                assert len(shown) <= len(expected), f"said twice: {rented} against {shown}"
        assert not known, f"numbers that nobody has sold: {known}"
        self._check_balances()

    def _check_balances(self) -> None:
        spent: dict[UUID, Decimal] = {}
        for row in self.read(audit.numbers):
            if row.charge == TransactionStatus.COMPLETED:
                spent[row.user_id] = spent.get(row.user_id, Decimal(0)) + row.price
        for customer in self.people:
            paid = sum((self._worth(topup) for topup in self._topups_of(customer)), Decimal(0))
            expected = PURSE + paid + self.given[customer] - spent.get(customer, Decimal(0))
            assert self.read(partial(ledger.balance, user_id=customer)) == expected

    def _topups_of(self, customer: UUID) -> list[UUID]:
        query = select(Topup.id).where(Topup.user_id == customer)
        found: list[UUID] = self.read(lambda connection: connection.scalars(query).all())
        return found

    def _worth(self, topup_id: UUID) -> Decimal:
        """What the gateway says of a top-up's payments, in credits."""
        return sum(
            (audit.left_of(each) for each in self.gateway.payments.get(f"cs_{topup_id.hex}", [])), Decimal(0)
        )

    # How it is built.

    def _hire(self) -> Staff:
        store: Store = MortalStore(self.store, self.fate)
        providers = {
            name: cast("Provider", Mortal(upstream, self.fate, PROVIDER_CALLS))
            for name, upstream in self.upstreams.items()
        }
        gateway = cast("Gateway", Mortal(self.gateway, self.fate, GATEWAY_CALLS))
        return hire(store, providers, {"stripe": gateway}, self.clock)

    async def _admit(self, number: int) -> UUID:
        def work(connection: Connection) -> UUID:
            user_id = person(connection, number + 1, username=f"person{number}")
            credited(connection, user_id, str(PURSE))
            return user_id

        return await self.store.write(work)

    async def _offer(self, customer: UUID, provider: str) -> UUID:
        def work(connection: Connection) -> UUID:
            service_id = connection.execute(select(SmsService.id).where(SmsService.code == "wa")).scalar_one()
            return quotes.add_offer(
                connection,
                user_id=customer,
                sms_service_id=service_id,
                country_id=BRAZIL,
                operator=None,
                provider=provider,
                price=PRICE,
                cap=Decimal("0.50"),
                lasts=timedelta(minutes=15),
                now=self.clock.now(),
            )

        return await self.store.write(work)

    def _end_tasks(self) -> None:
        for task in self.tasks:
            task.cancel()
        self.run(_wait_for(self.tasks))
        self.tasks = []


async def breathe() -> None:
    """Let everything that can go on do so."""
    for _ in range(50):
        await asyncio.sleep(0)


async def _wait_for(tasks: list[asyncio.Task[Any]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


async def _to_the_end(work: Coroutine[Any, Any, Any]) -> None:
    """Run until it is done, refused or dead; what ran beside the dead ends at its next step."""
    try:
        await work
    except (ShopError, Killed):
        await breathe()


def _stock(connection: Connection, providers: tuple[str, ...]) -> None:
    """Both providers have WhatsApp in Brazil at a price within the card's."""
    service_id = connection.execute(select(SmsService.id).where(SmsService.code == "wa")).scalar_one()
    for provider in providers:
        priced = supply.Price(service_id, BRAZIL, Decimal("0.50"), 1000)
        supply.write_prices(connection, provider, [priced], NOON)
