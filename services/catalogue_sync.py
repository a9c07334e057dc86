"""Bringing the catalogue up to date from the providers, and keeping it when they stammer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_UP, Decimal
from functools import partial
from itertools import islice
from typing import TypeVar
from uuid import UUID

from db import goods, supply
from db.store import Store
from db.supply import Price
from services.cases import Cases
from services.clock import Clock
from services.errors import OutsideError, ProviderUnavailable
from services.meanings import Lesson, learn_countries, learn_services
from services.ports.provider import CountryRow, PriceRow, Provider, ServiceRow
from services.seeds import plant

T = TypeVar("T")
# Cost and stock by service and country; nested, so that twenty thousand prices are no burden to the
# garbage collector, which stops everybody.
Priced = dict[UUID, dict[int, tuple[Decimal, int]]]
_log = logging.getLogger(__name__)
# One transaction reads or writes at most this many rows: nobody's sale or button waits for more.
_CHUNK = 500
# A reply with less than half of what is known is taken for a truncated one.
_LEAST_SHARE = Decimal("0.5")
_COST_STEP = Decimal("0.000001")
_MOST_COST = 1_000_000
_MOST_STOCK = 1_000_000_000


@dataclass(frozen=True, slots=True)
class SyncReport:
    provider: str
    prices: int
    changed: int
    error: str | None = None  # what was wrong; the old catalogue is served on


class CatalogueSync:
    def __init__(self, store: Store, providers: Mapping[str, Provider], cases: Cases, clock: Clock) -> None:
        self._store = store
        self._providers = providers
        self._cases = cases
        self._clock = clock

    async def run(self) -> tuple[SyncReport, ...]:
        """Read names, countries, operators and prices of every provider; none waits for another."""
        await self._store.write(partial(plant, now=self._clock.now()))
        return tuple(await asyncio.gather(*(self._sync(each) for each in self._providers.values())))

    async def run_prices(self) -> tuple[SyncReport, ...]:
        """Read only prices and stock."""
        return tuple(await asyncio.gather(*(self._sync_prices(each) for each in self._providers.values())))

    async def is_due(self, older_than: timedelta) -> bool:
        """Tell whether some provider's prices were never read, or long ago."""
        last = await self._store.read(supply.last_syncs)
        read_at = [last[name].succeeded_at if name in last else None for name in self._providers]
        return any(at is None or at < self._clock.now() - older_than for at in read_at)

    async def _sync(self, provider: Provider) -> SyncReport:
        await self._learn(provider.name, "services", provider.services, self._take_services)
        await self._learn(provider.name, "countries", provider.countries, self._take_countries)
        await self._learn(provider.name, "operators", provider.operators, self._take_operators)
        return await self._sync_prices(provider)

    async def _learn(
        self,
        provider: str,
        what: str,
        ask: Callable[[], Awaitable[T]],
        take: Callable[[str, T], Awaitable[None]],
    ) -> None:
        """Take a list over if there is one; without it, what is known serves on."""
        try:
            await take(provider, await ask())
        except OutsideError as error:
            _log.info("%s stay as they were", what, extra={"provider": provider, "why": str(error)})
        except Exception:  # noqa: BLE001  one provider's nonsense never stops another
            _log.exception("%s stay as they were", what, extra={"provider": provider})

    async def _take_services(self, provider: str, told: Iterable[ServiceRow]) -> None:
        lesson, ids = await self._study_services(provider, told)
        if lesson.new:
            for new in _chunks(lesson.new):
                await self._store.write(partial(goods.add_services, rows=new, now=self._clock.now()))
            # Another provider may have been the first to give one of these codes a meaning.
            lesson, ids = await self._study_services(provider, told)
        for words in _chunks((word, ids[code]) for word, code in lesson.words.items() if code in ids):
            await self._store.write(partial(supply.map_services, provider=provider, words=dict(words)))

    async def _study_services(
        self, provider: str, told: Iterable[ServiceRow]
    ) -> tuple[Lesson, dict[str, UUID]]:
        mapped = await self._store.read(partial(supply.provider_services, provider=provider))
        known = await self._store.read(goods.services)
        lesson = await asyncio.to_thread(learn_services, told, provider=provider, mapped=mapped, known=known)
        return lesson, {row.code: row.id for row in known}

    async def _take_countries(self, provider: str, told: Iterable[CountryRow]) -> None:
        lesson, ids = await self._study_countries(provider, told)
        if lesson.new:
            await self._store.write(partial(goods.add_countries, rows=lesson.new, now=self._clock.now()))
            lesson, ids = await self._study_countries(provider, told)
        words = {word: number for word, number in lesson.words.items() if number in ids}
        await self._store.write(partial(supply.map_countries, provider=provider, words=words))

    async def _study_countries(self, provider: str, told: Iterable[CountryRow]) -> tuple[Lesson, set[int]]:
        mapped = await self._store.read(partial(supply.provider_countries, provider=provider))
        known = await self._store.read(goods.countries)
        lesson = await asyncio.to_thread(learn_countries, told, mapped=mapped, known=known)
        return lesson, {row.id for row in known}

    async def _take_operators(self, provider: str, told: Mapping[str, tuple[str, ...]]) -> None:
        await self._store.write(partial(supply.set_operators, provider=provider, told=told))

    async def _sync_prices(self, provider: Provider) -> SyncReport:
        try:
            report = await self._take_prices(provider.name, await provider.prices())
        except OutsideError as error:
            report = SyncReport(provider.name, 0, 0, error=str(error) or type(error).__name__)
        except Exception as error:  # noqa: BLE001  one provider's nonsense never stops another
            _log.exception("prices stay as they were", extra={"provider": provider.name})
            report = SyncReport(provider.name, 0, 0, error=type(error).__name__)
        await self._note(report)
        return report

    async def _take_prices(self, provider: str, rows: Sequence[PriceRow]) -> SyncReport:
        told, known = await self._understand(provider, rows), await self._known(provider)
        count = sum(map(len, told.values()))
        stocked = sum(stock > 0 for prices in known.values() for _, stock in prices.values())
        if count < stocked * _LEAST_SHARE:
            raise ProviderUnavailable(f"only {count} prices told, {stocked} known")
        changes = await asyncio.to_thread(_differences, known, told)
        for chunk in _chunks(changes):
            await self._store.write(
                partial(supply.write_prices, provider=provider, prices=chunk, now=self._clock.now())
            )
        return SyncReport(provider, count, len(changes))

    async def _understand(self, provider: str, rows: Sequence[PriceRow]) -> Priced:
        """Say the provider's words in ours; a code without a name must be one that all providers share."""
        await self._take_services(provider, [ServiceRow(code, "") for code in {row.service for row in rows}])
        await self._take_countries(provider, [CountryRow(code, "") for code in {row.country for row in rows}])
        services = await self._store.read(partial(supply.provider_services, provider=provider))
        countries = await self._store.read(partial(supply.provider_countries, provider=provider))
        return await asyncio.to_thread(_in_our_words, rows, services, countries)

    async def _known(self, provider: str) -> Priced:
        known: Priced = {}
        last: tuple[UUID, int] | None = None
        while page := await self._store.read(
            partial(supply.prices_after, provider=provider, last=last, limit=_CHUNK)
        ):
            for service_id, country_id, cost, stock in page:
                known.setdefault(service_id, {})[country_id] = cost, stock
            last = page[-1][:2]
        return known

    async def _note(self, report: SyncReport) -> None:
        await self._store.write(
            partial(
                supply.note_sync,
                provider=report.provider,
                prices=report.prices,
                error=report.error,
                now=self._clock.now(),
            )
        )
        if report.error is None:
            await self._cases.close("catalogue.stale", report.provider, "read again")
        else:
            _log.warning("catalogue kept as it was", extra={"provider": report.provider, "why": report.error})
            await self._cases.open("catalogue.stale", report.provider, why=report.error)


def _in_our_words(
    rows: Iterable[PriceRow], services: Mapping[str, UUID], countries: Mapping[str, int]
) -> Priced:
    told: Priced = {}
    for row in rows:
        if row.service in services and row.country in countries and 0 < row.cost < _MOST_COST:
            cost = row.cost.quantize(_COST_STEP, ROUND_UP)
            stock = min(max(row.stock, 0), _MOST_STOCK)
            told.setdefault(services[row.service], {})[countries[row.country]] = cost, stock
    return told


def _differences(known: Priced, told: Priced) -> list[Price]:
    """What has changed, in one order for all; what a whole reply does not tell is out of stock."""
    gone = [
        Price(service_id, country_id, cost, 0)
        for service_id, prices in known.items()
        for country_id, (cost, stock) in prices.items()
        if stock and country_id not in told.get(service_id, {})
    ]
    changed = [
        Price(service_id, country_id, *price)
        for service_id, prices in told.items()
        for country_id, price in prices.items()
        if known.get(service_id, {}).get(country_id) != price
    ]
    return sorted(gone + changed, key=lambda price: (price.sms_service_id.int, price.country_id))


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
