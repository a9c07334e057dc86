import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db import books, cases, purchases, stats
from db.store import Store
from services.clock import Clock
from services.errors import OutsideError
from services.ports.provider import Listed, Provider

_BALANCE_KEPT_SECONDS = 60.0
_RUNS_FOR_NOBODY = "runs at the provider and no purchase of ours knows it: end it there if it is not in use"


@dataclass(frozen=True, slots=True)
class ProviderState:
    name: str
    currency: str
    balance: Decimal | None  # None: it does not answer
    is_well: bool
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Today:
    """The day so far, from the books."""

    since: datetime
    sales: int
    revenue: Decimal
    margin_percent: int | None
    success_percent: int | None
    open_numbers: int
    open_cases: int
    pending_topups: int
    pending_topup_sum: Decimal
    customers: int
    credits_total: Decimal
    held_total: Decimal
    providers: tuple[ProviderState, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    rule: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Audit:
    customers: int
    credits_total: Decimal
    held_total: Decimal
    violations: tuple[Violation, ...] = ()
    unchecked: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return not self.violations


class Books:
    """What the books say: the day's figures, and whether they are right."""

    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        clock: Clock,
        *,
        rates: Mapping[str, Decimal],
        zone: str = "America/Sao_Paulo",
        claim_seconds: float = 90,
        exclusive: frozenset[str] = frozenset(),
    ) -> None:
        self._store = store
        self._providers = providers
        self._clock = clock
        self._rates = rates
        self._zone = ZoneInfo(zone)
        self._claim = timedelta(seconds=claim_seconds)
        self._exclusive = exclusive
        self._states: dict[str, tuple[float, ProviderState]] = {}

    async def today(self) -> Today:
        """The shop's day since midnight in its own zone."""
        local = self._clock.now().astimezone(self._zone)
        since = local.replace(hour=0, minute=0, second=0, microsecond=0)
        providers = await self.provider_states()
        return await self._store.read(partial(self._figures, since=since, providers=providers))

    async def provider_states(self) -> tuple[ProviderState, ...]:
        """Each provider's balance, asked at most once a minute."""
        return tuple(await asyncio.gather(*(self._state(each) for each in self._providers.values())))

    async def audit(self) -> Audit:
        """Prove the books row by row, against the providers too where they answer."""
        listed, unchecked = await self._list_upstream()
        return await self._store.read(partial(self._audit, listed=listed, unchecked=unchecked))

    async def _state(self, provider: Provider) -> ProviderState:
        kept = self._states.get(provider.name)
        if kept and self._clock.monotonic() - kept[0] < _BALANCE_KEPT_SECONDS:
            return kept[1]
        try:
            balance: Decimal | None = await provider.balance()
        except OutsideError:
            balance = None
        state = ProviderState(
            provider.name, provider.currency, balance, balance is not None, self._clock.now()
        )
        self._states[provider.name] = (self._clock.monotonic(), state)
        return state

    def _figures(
        self, connection: Connection, since: datetime, providers: tuple[ProviderState, ...]
    ) -> Today:
        sales, revenue = stats.sales_since(connection, since)
        ended, with_code = stats.ended_since(connection, since)
        pending, pending_sum = stats.pending_topups(connection)
        totals = books.totals(connection)
        cost = self._cost_since(connection, since)
        return Today(
            since=since,
            sales=sales,
            revenue=revenue,
            margin_percent=round((revenue - cost) * 100 / revenue) if revenue else None,
            success_percent=round(Decimal(with_code * 100) / ended) if ended else None,
            open_numbers=stats.count_open(connection),
            open_cases=cases.count_open(connection),
            pending_topups=pending,
            pending_topup_sum=pending_sum,
            customers=totals.customers,
            credits_total=totals.credits,
            held_total=totals.held,
            providers=providers,
        )

    def _cost_since(self, connection: Connection, since: datetime) -> Decimal:
        """What the sales cost upstream, in credits."""
        rows = stats.costs_since(connection, since)
        costs = (row.cost * self._rates.get(row.provider, Decimal(0)) for row in rows)
        return sum(costs, Decimal(0))

    async def _list_upstream(self) -> tuple[dict[str, tuple[Listed, ...]], tuple[str, ...]]:
        # Upstream first: what we buy between the two readings is then in our books.
        listed: dict[str, tuple[Listed, ...]] = {}
        unchecked = []
        for provider in self._providers.values():
            if provider.name not in self._exclusive:
                continue  # what others have bought there is none of our business
            try:
                listed[provider.name] = await provider.active()
            except OutsideError:
                unchecked.append(provider.name)
        return listed, tuple(unchecked)

    def _audit(
        self,
        connection: Connection,
        listed: Mapping[str, tuple[Listed, ...]],
        unchecked: tuple[str, ...],
    ) -> Audit:
        totals = books.totals(connection)
        found = [Violation(each.rule, each.subject, each.detail) for each in books.breaches(connection)]
        for provider, rows in listed.items():
            found += self._strangers(connection, provider, rows)
        return Audit(totals.customers, totals.credits, totals.held, tuple(found), unchecked)

    def _strangers(self, connection: Connection, provider: str, rows: tuple[Listed, ...]) -> list[Violation]:
        """Numbers that run upstream and that nobody here knows of, once they had time to be claimed."""
        known = purchases.known_upstream(connection, provider, [row.upstream_id for row in rows])
        asked = {row.subject for row in cases.open_cases(connection)}
        asked |= {f"{provider}:{each}" for each in cases.candidates(connection, provider)}
        latest = self._clock.now() - self._claim
        # Where the list does not tell a start, a purchase in flight may be what it shows.
        is_deciding = purchases.is_deciding(connection, provider)
        return [
            Violation("upstream-number-is-known", f"{provider} {row.upstream_id}", _RUNS_FOR_NOBODY)
            for row in rows
            if row.upstream_id not in known
            and f"{provider}:{row.upstream_id}" not in asked
            and (row.started_at < latest if row.started_at else not is_deciding)
        ]
