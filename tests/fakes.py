"""Outsiders with a memory: what they were asked stays to be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from services.errors import NotOffered, ProviderRefused
from services.ports.gateway import Bill, Notice, Opened, OpenTopup, Payment, RefundOrder
from services.ports.provider import (
    Abilities,
    Bought,
    CountryRow,
    EndAnswer,
    Ended,
    Health,
    Listed,
    Order,
    Past,
    PriceRow,
    Reactivation,
    Received,
    Rejected,
    Rejection,
    Ring,
    ServiceRow,
    Standing,
    Status,
    Unknown,
)
from tests.worlds import HandClock


@dataclass
class Rented:
    """One number at the fake provider."""

    order: Order
    upstream_id: str
    phone: str
    started_at: datetime
    received: list[Received] = field(default_factory=list)
    ended: bool = False
    returned: bool = False
    is_waiting_again: bool = False
    cost: Decimal = Decimal("0.50")


class FakeProvider:
    """A provider that obeys its protocol, until a test tells it not to."""

    name: str = "active"
    currency: str = "USD"
    purchase_deadline_seconds = 15.0

    def __init__(
        self,
        clock: HandClock,
        *,
        stock: int = 100,
        abilities: Abilities | None = None,
        life_seconds: int = 1200,
        floor_seconds: int = 120,
    ) -> None:
        self.clock = clock
        self.stock = stock
        self.purse = Decimal("41.20")
        self.is_buying = True
        self.echoes_keys = False  # its list tells the key each purchase carried
        self.delivers_country: str | None = None  # instead of what was ordered
        self.abilities = abilities or Abilities()
        self.life_seconds = life_seconds
        self.floor_seconds = floor_seconds
        self.numbers: dict[str, Rented] = {}
        self.purchases: list[Order] = []
        self.calls: list[str] = []
        self.answers: list[Bought | Rejected | Unknown] = []  # what to say instead, in turn
        self.price_rows: tuple[PriceRow, ...] = (PriceRow("wa", "73", Decimal("0.50"), 721),)
        self.again_cost: Decimal | None = Decimal("0.40")  # of renting a used number again
        self._ids = count(1001)

    async def purchase(self, order: Order) -> Bought | Rejected | Unknown:
        self.purchases.append(order)
        if self.answers:
            return self.answers.pop(0)
        if self.stock <= 0:
            return Rejected(Rejection.NO_NUMBERS, "NO_NUMBERS")
        return self.rent(order)

    def rent(self, order: Order, phone: str | None = None) -> Bought:
        """Hand out a number, whether or not anybody will hear of it."""
        self.stock -= 1
        upstream_id = str(next(self._ids))
        cost = (phone and self.again_cost) or Decimal("0.50")
        phone = phone or f"55119{upstream_id:0>8}"
        self.numbers[upstream_id] = Rented(order, upstream_id, phone, self.clock.now(), cost=cost)
        ends_at = self.clock.now() + timedelta(seconds=self.life_seconds)
        country = self.delivers_country or order.country
        return Bought(upstream_id, phone, cost, "USD", country, None, ends_at, True)

    def deliver(self, upstream_id: str, code: str, text: str | None = None) -> None:
        """An SMS arrives upstream."""
        number = self.numbers[upstream_id]
        number.received.append(Received(code, text))
        number.is_waiting_again = False

    async def active(self) -> tuple[Listed, ...]:
        if not self.abilities.list_active:
            raise NotOffered("getActiveActivations")
        self.calls.append("active")
        return tuple(self._listed(each) for each in self.numbers.values() if not self._is_over(each))

    async def status(self, upstream_id: str) -> Status:
        self.calls.append(f"status {upstream_id}")
        number = self.numbers.get(upstream_id)
        if number is None:
            return Status(Standing.NOT_FOUND)
        if number.is_waiting_again:
            return Status(Standing.WAITING_AGAIN, tuple(number.received[-1:]))
        if number.received and not number.ended:
            return Status(Standing.RECEIVED, tuple(number.received[-1:]))
        return Status(Standing.ENDED if self._is_over(number) else Standing.WAITING)

    async def texts(self, upstream_id: str) -> tuple[Received, ...]:
        return tuple(self.numbers[upstream_id].received)

    async def history(self, since: datetime, until: datetime) -> tuple[Past, ...]:
        self.calls.append("history")
        return tuple(
            Past(
                each.upstream_id,
                each.phone,
                each.cost,
                each.started_at,
                has_code=bool(each.received),
                returned=not each.received and self._is_over(each),
                received=tuple(each.received),
            )
            for each in self.numbers.values()
            if since <= each.started_at <= until
        )

    async def cancel(self, upstream_id: str) -> EndAnswer:
        self.calls.append(f"cancel {upstream_id}")
        number = self.numbers[upstream_id]
        if number.received:
            return EndAnswer(Ended.CODE_ARRIVED)
        if self._is_over(number):
            return EndAnswer(Ended.ALREADY_ENDED)
        age = (self.clock.now() - number.started_at).total_seconds()
        if age < self.floor_seconds:
            return EndAnswer(Ended.TOO_EARLY, wait_seconds=self.floor_seconds - age)
        number.ended = number.returned = True
        return EndAnswer(Ended.DONE)

    async def finish(self, upstream_id: str) -> EndAnswer:
        self.calls.append(f"finish {upstream_id}")
        number = self.numbers[upstream_id]
        if not number.received:
            return EndAnswer(Ended.NO_CODE)
        number.ended = True
        return EndAnswer(Ended.DONE)

    async def ask_again(self, upstream_id: str) -> bool:
        self.calls.append(f"again {upstream_id}")
        self.numbers[upstream_id].is_waiting_again = True
        return True

    async def reactivation(self, upstream_id: str) -> Reactivation:
        self.calls.append(f"price {upstream_id}")
        if self.again_cost is None:
            raise ProviderRefused("RENEW_ACTIVATION_NOT_AVAILABLE")
        return Reactivation(self.again_cost, self.currency)

    async def reactivate(self, upstream_id: str, order: Order) -> Bought | Rejected | Unknown:
        self.calls.append(f"reactivate {upstream_id}")
        if self.answers:
            return self.answers.pop(0)
        return self.rent(order, self.numbers[upstream_id].phone)

    def health(self) -> Health:
        return Health(
            is_buying=self.is_buying, requests_per_second=5.0, closed_for_seconds=0.0, succeeded_at=None
        )

    def read_notice(self, body: bytes) -> Ring | None:
        upstream_id, _, external_id = body.decode().partition(" ")
        return Ring(upstream_id, external_id) if external_id else None

    async def balance(self) -> Decimal:
        return self.purse

    async def services(self) -> tuple[ServiceRow, ...]:
        return (ServiceRow("wa", "Whatsapp"), ServiceRow("tg", "Telegram"))

    async def countries(self) -> tuple[CountryRow, ...]:
        return (CountryRow("73", "Brazil"), CountryRow("6", "Indonesia"))

    async def operators(self) -> Mapping[str, tuple[str, ...]]:
        return {"73": ("claro", "tim", "vivo")}

    async def prices(self) -> tuple[PriceRow, ...]:
        return self.price_rows

    async def close(self) -> None:
        return None

    def _listed(self, number: Rented) -> Listed:
        return Listed(
            number.upstream_id,
            number.phone,
            number.order.service,
            number.order.country,
            number.cost,
            "USD",
            received=tuple(number.received[-1:]),
            order_key=number.order.key if self.echoes_keys else None,
        )

    def _is_over(self, number: Rented) -> bool:
        age = (self.clock.now() - number.started_at).total_seconds()
        return number.ended or age >= self.life_seconds


class FakeGateway:
    """A gateway on which payments happen when a test says so."""

    code = "stripe"
    currencies = frozenset({"BRL"})
    is_live: bool | None = False
    receiver: str | None = None  # what it calls our account
    can_refund_partly = True

    def __init__(self) -> None:
        self.bills: list[Bill] = []
        self.payments: dict[str, list[Payment]] = {}  # by order
        self.closed: list[str] = []
        self.fetches = 0
        self.failure: Exception | None = None

    def price_of(self, amount: Decimal) -> tuple[Decimal, str] | None:
        assert amount > 0
        return None

    async def open(self, bill: Bill) -> Opened:
        if self.failure:
            raise self.failure
        self.bills.append(bill)
        order_id = f"cs_{bill.topup_id.hex}"
        link = f"https://pay.example/{order_id}"
        return Opened(order_id, bill.expires_at, link=link, receiver=self.receiver)

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        self.fetches += 1
        if self.failure:
            raise self.failure
        return tuple(self.payments.get(topup.order_id, ()))

    async def close(self, topup: OpenTopup) -> None:
        self.closed.append(topup.order_id)

    def read_notice(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Notice | None:
        raise NotImplementedError(query, headers, body)

    def takes_notices(self) -> bool:
        return True

    async def locate(self, about: str) -> UUID | None:
        raise NotImplementedError(about)

    async def refund(self, order: RefundOrder) -> None:
        raise NotImplementedError(order)

    async def recent(self, since: datetime) -> tuple[Payment, ...]:
        raise NotImplementedError(since)

    async def check(self) -> str:
        return "ok"

    async def aclose(self) -> None:
        return None
