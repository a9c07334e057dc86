"""Bringing the catalogue up to date from the providers, and keeping it when they stammer."""

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import goods
from db.states import Policy
from db.store import Store
from services.cases import Cases
from services.clock import Clock
from services.errors import NotOffered, OutsideError
from services.ports.provider import CountryRow, PriceRow, Provider, ServiceRow
from services.seeds import plant

_log = logging.getLogger(__name__)
# One transaction writes at most this many rows, so that no sale waits for the catalogue.
_CHUNK = 1_000
# A reply with less than half of what is known is taken for a truncated one.
_LEAST_SHARE = Decimal("0.5")
_LEAST_KNOWN = 20  # below this a catalogue is too small to tell
_DELICATE = re.compile(r"bank|banco|wallet|pay|crypto|coin|gov|bet|casino|loan|credit", re.IGNORECASE)
_UNKNOWN_RANK = 10_000

Priced = dict[tuple[UUID, int], tuple[Decimal, int]]


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
        now = self._clock.now()
        for name in self._providers:
            last = await self._store.read(partial(goods.last_sync, provider=name))
            if last is None or last.succeeded_at is None or last.succeeded_at < now - older_than:
                return True
        return False

    async def _sync(self, provider: Provider) -> SyncReport:
        try:
            services = await provider.services()
            await self._store.write(partial(self._learn_services, name=provider.name, rows=services))
        except NotOffered:
            _log.info("no list of services", extra={"provider": provider.name})
        except OutsideError as error:
            _log.warning("services could not be read", extra={"provider": provider.name, "why": str(error)})
        try:
            countries = await provider.countries()
            await self._store.write(partial(self._learn_countries, name=provider.name, rows=countries))
        except NotOffered:
            _log.info("no list of countries", extra={"provider": provider.name})
        except OutsideError as error:
            _log.warning("countries could not be read", extra={"provider": provider.name, "why": str(error)})
        await self._sync_operators(provider)
        return await self._sync_prices(provider)

    async def _sync_operators(self, provider: Provider) -> None:
        try:
            operators = await provider.operators()
        except OutsideError as error:
            _log.info("operators could not be read", extra={"provider": provider.name, "why": str(error)})
            return
        await self._store.write(partial(goods.set_operators, provider=provider.name, operators=operators))

    async def _sync_prices(self, provider: Provider) -> SyncReport:
        try:
            rows = await provider.prices()
            report = await self._take_prices(provider, rows)
        except OutsideError as error:
            report = SyncReport(provider.name, 0, 0, error=str(error) or type(error).__name__)
        await self._note(report)
        return report

    async def _take_prices(self, provider: Provider, rows: Sequence[PriceRow]) -> SyncReport:
        named = await self._store.write(partial(self._name, provider=provider.name, rows=rows))
        known = await self._store.read(partial(goods.snapshot, provider=provider.name))
        told = await asyncio.to_thread(_index, rows, *named)
        stocked = sum(1 for _, stock in known.values() if stock)
        if stocked >= _LEAST_KNOWN and len(told) < stocked * _LEAST_SHARE:
            problem = f"only {len(told)} prices told, {stocked} known"
            return SyncReport(provider.name, len(told), 0, error=problem)
        changes = await asyncio.to_thread(_differences, known, told)
        for chunk in _chunks(changes):
            await self._store.write(
                partial(
                    goods.write_prices,
                    provider=provider.name,
                    rows=chunk,
                    known=frozenset(known),
                    now=self._clock.now(),
                )
            )
        return SyncReport(provider.name, len(told), len(changes))

    async def _note(self, report: SyncReport) -> None:
        await self._store.write(
            partial(
                goods.note_sync,
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

    def _learn_services(self, connection: Connection, name: str, rows: Sequence[ServiceRow]) -> None:
        mapped = goods.provider_services(connection, name)
        known = {row.code: row.id for row in goods.services(connection)}
        for rank, row in enumerate(rows):
            if row.code in mapped:
                continue
            if row.code not in known:
                goods.add_service(
                    connection,
                    code=row.code,
                    name=row.name.strip() or row.code,
                    policy=_policy_of(row),
                    rank=_UNKNOWN_RANK + rank,
                    now=self._clock.now(),
                )
        known = {row.code: row.id for row in goods.services(connection)}
        for row in rows:
            if row.code not in mapped:
                goods.map_service(connection, name, row.code, known[row.code])

    def _learn_countries(self, connection: Connection, name: str, rows: Sequence[CountryRow]) -> None:
        known = {row.id for row in goods.countries(connection)}
        mapped = goods.provider_countries(connection, name)
        for row in rows:
            if row.code in mapped or not row.code.isdigit():
                continue
            if int(row.code) not in known:
                goods.add_country(connection, id=int(row.code), name=row.name.strip(), now=self._clock.now())
            goods.map_country(connection, name, row.code, int(row.code))

    def _name(
        self, connection: Connection, provider: str, rows: Sequence[PriceRow]
    ) -> tuple[dict[str, UUID], dict[str, int]]:
        """Find what the provider's words mean here; the numbering of countries is shared by all of them."""
        services = goods.provider_services(connection, provider)
        countries = goods.provider_countries(connection, provider)
        ours = {row.code: row.id for row in goods.services(connection)}
        ids = {str(row.id) for row in goods.countries(connection)}
        for code in {row.service for row in rows} - services.keys() & ours.keys():
            if code in ours:
                goods.map_service(connection, provider, code, ours[code])
        for code in {row.country for row in rows} - countries.keys() & ids:
            if code in ids:
                goods.map_country(connection, provider, code, int(code))
        return (
            goods.provider_services(connection, provider),
            goods.provider_countries(connection, provider),
        )


def _policy_of(row: ServiceRow) -> Policy:
    """A service nobody has looked at: what sounds like money is not sold before an admin says so."""
    return Policy.REVIEW if _DELICATE.search(row.name) or row.code == "ot" else Policy.ALLOW


def _index(rows: Sequence[PriceRow], services: Mapping[str, UUID], countries: Mapping[str, int]) -> Priced:
    told: Priced = {}
    for row in rows:
        if row.service in services and row.country in countries and row.cost > 0:
            told[services[row.service], countries[row.country]] = (row.cost, max(row.stock, 0))
    return told


def _differences(known: Priced, told: Priced) -> list[tuple[UUID, int, Decimal, int]]:
    """What has changed; what a whole reply does not tell is out of stock, never deleted."""
    changed = [(*key, *value) for key, value in told.items() if known.get(key) != value]
    gone = [(*key, cost, 0) for key, (cost, stock) in known.items() if key not in told and stock]
    return changed + gone


def _chunks(
    rows: Sequence[tuple[UUID, int, Decimal, int]],
) -> Iterator[Sequence[tuple[UUID, int, Decimal, int]]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
