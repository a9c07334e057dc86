"""A provider on its own true time, whose answers get lost, hang, or are true only later."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from services.ports.provider import Abilities, Bought, Listed, Order, Past, Rejected, Rejection, Unknown
from tests.fakes import FakeProvider, Rented
from tests.worlds import HandClock

Outcome = Literal["bought", "rejected", "lost, bought", "lost, not bought", "lost, bought later", "hangs"]
OUTCOMES: tuple[Outcome, ...] = (
    "bought",
    "rejected",
    "lost, bought",
    "lost, not bought",
    "lost, bought later",
    "hangs",
)
# Within the quarantine of twice the deadline: what upstream does after that nobody waits for.
_LATE = timedelta(seconds=20)


class Upstream(FakeProvider):
    def __init__(self, name: str, clock: HandClock) -> None:
        super().__init__(clock, stock=1_000_000, abilities=Abilities(reactivate=True))
        self.name = name
        self.outcome: Outcome = "bought"
        self.history_reaches: timedelta | None = None  # None: back to the beginning
        self.hanging: list[asyncio.Future[Bought]] = []
        self._running: dict[str, Rented] = {}
        self._answers: dict[asyncio.Future[Bought], Bought] = {}
        self._later: list[tuple[datetime, Order, str | None]] = []

    async def purchase(self, order: Order) -> Bought | Rejected | Unknown:
        self.purchases.append(order)
        return await self._sell(order, None)

    async def reactivate(self, upstream_id: str, order: Order) -> Bought | Rejected | Unknown:
        return await self._sell(order, self.numbers[upstream_id].phone)

    async def _sell(self, order: Order, phone: str | None) -> Bought | Rejected | Unknown:
        match self.outcome:
            case "bought":
                return self.rent(order, phone)
            case "rejected":
                return Rejected(Rejection.NO_NUMBERS, "NO_NUMBERS")
            case "hangs":
                return await self._hang(order, phone)
            case "lost, bought":
                self.rent(order, phone)
            case "lost, bought later":
                self._later.append((self.clock.now() + _LATE, order, phone))
        return Unknown("no answer in time")

    def let_go(self) -> None:
        """The oldest answer that hangs arrives."""
        waiting = [each for each in self.hanging if not each.done()]
        if waiting:
            waiting[0].set_result(self._answers[waiting[0]])

    def tick(self) -> None:
        """Do what was asked some time ago."""
        due = [each for each in self._later if each[0] <= self.clock.now()]
        self._later = [each for each in self._later if each not in due]
        for _, order, phone in due:
            self.rent(order, phone)

    def rent(self, order: Order, phone: str | None = None) -> Bought:
        bought = super().rent(order, phone)
        self._running[bought.upstream_id] = self.numbers[bought.upstream_id]
        return bought

    def open(self) -> list[Rented]:
        self._running = {key: each for key, each in self._running.items() if not self._is_over(each)}
        return list(self._running.values())

    async def active(self) -> tuple[Listed, ...]:
        return tuple(self._listed(each) for each in self.open())

    def end(self, number: Rented) -> None:
        """Upstream ends a number by itself; unused it is paid back."""
        number.ended = True
        number.returned = not number.received

    async def history(self, since: datetime, until: datetime) -> tuple[Past, ...]:
        return tuple(
            Past(
                each.upstream_id,
                each.phone,
                each.cost,
                each.started_at,
                has_code=bool(each.received),
                returned=not each.received and self._is_over(each),
                service=each.order.service,
                country=each.order.country,
                received=tuple(each.received),
            )
            for each in self._remembered()
        )

    def _remembered(self) -> Iterator[Rented]:
        for each in reversed(self.numbers.values()):
            if self.history_reaches and each.started_at < self.clock.now() - self.history_reaches:
                return
            yield each

    async def _hang(self, order: Order, phone: str | None) -> Bought:
        answer: asyncio.Future[Bought] = asyncio.get_running_loop().create_future()
        self._answers[answer] = self.rent(order, phone)
        self.hanging.append(answer)
        return await answer
