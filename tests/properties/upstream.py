"""A provider on its own true time, whose answers get lost, hang, or are true only later."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from services.ports.provider import Bought, Order, Past, Rejected, Rejection, Unknown
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
        super().__init__(clock, stock=1_000_000)
        self.name = name
        self.outcome: Outcome = "bought"
        self.hanging: list[asyncio.Future[Bought]] = []
        self._answers: dict[asyncio.Future[Bought], Bought] = {}
        self._later: list[tuple[datetime, Order]] = []

    async def purchase(self, order: Order) -> Bought | Rejected | Unknown:
        self.purchases.append(order)
        match self.outcome:
            case "bought":
                return self.rent(order)
            case "rejected":
                return Rejected(Rejection.NO_NUMBERS, "NO_NUMBERS")
            case "hangs":
                return await self._hang(order)
            case "lost, bought":
                self.rent(order)
            case "lost, bought later":
                self._later.append((self.clock.now() + _LATE, order))
        return Unknown("no answer in time")

    def let_go(self) -> None:
        """The oldest answer that hangs arrives."""
        waiting = [each for each in self.hanging if not each.done()]
        if waiting:
            waiting[0].set_result(self._answers[waiting[0]])

    def tick(self) -> None:
        """Do what was asked some time ago."""
        due = [order for at, order in self._later if at <= self.clock.now()]
        self._later = [(at, order) for at, order in self._later if at > self.clock.now()]
        for order in due:
            self.rent(order)

    def open(self) -> list[Rented]:
        return [each for each in self.numbers.values() if not self._is_over(each)]

    def end(self, number: Rented) -> None:
        """Upstream ends a number by itself; unused it is paid back."""
        number.ended = True
        number.returned = not number.received

    async def history(self, since: datetime, until: datetime) -> tuple[Past, ...]:
        return tuple(
            Past(
                each.upstream_id,
                each.phone,
                Decimal("0.50"),
                each.started_at,
                has_code=bool(each.received),
                returned=not each.received and self._is_over(each),
                service=each.order.service,
                country=each.order.country,
                received=tuple(each.received),
            )
            for each in self.numbers.values()
        )

    async def _hang(self, order: Order) -> Bought:
        answer: asyncio.Future[Bought] = asyncio.get_running_loop().create_future()
        self._answers[answer] = self.rent(order)
        self.hanging.append(answer)
        return await answer
