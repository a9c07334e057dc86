"""Who or what is meant by the words somebody types."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from babel import Locale

from db import goods
from db.rows import AnyRow
from db.store import Store
from services.search import Entry, Index
from services.seeds import country_aliases, service_aliases

_LANGUAGES = ("en", "pt", "es", "fr", "de", "ru")
CountryKey = tuple[str | None, int]  # ISO code, number
_BETWEEN_NAMES = re.compile(r"[/,;|+()&]")


class Names:
    """Services and countries by all their names, read anew as soon as one of them has changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._mark: tuple[Any, ...] | None = None
        self._services: Index[UUID] = Index([])
        self._countries: Index[CountryKey] = Index([])
        self._lock = asyncio.Lock()

    async def services_like(self, words: str, limit: int) -> Sequence[UUID]:
        """Services that may be meant, best first."""
        await self._refresh()
        return self._services.find(words, limit)

    async def services_meant(self, words: str) -> Sequence[UUID]:
        """Services that are surely meant, the most wanted first."""
        await self._refresh()
        return self._services.meant(words)

    async def country_meant(self, words: str) -> Sequence[int]:
        """The numbers of the one country that is surely meant; a few have more than one."""
        await self._refresh()
        found = self._countries.meant(words)
        return [country_id for _, country_id in found] if len({iso2 for iso2, _ in found}) == 1 else ()

    async def _refresh(self) -> None:
        async with self._lock:
            mark = await self._store.read(goods.names_changed)
            if mark == self._mark:
                return
            services = await self._store.read(goods.services)
            countries = await self._store.read(goods.countries)
            # Hundreds of names, and languages that are read from files: nobody's buttons wait for it.
            self._services, self._countries = await asyncio.to_thread(_indexes, services, countries)
            self._mark = mark


def _indexes(
    services: Iterable[AnyRow], countries: Iterable[AnyRow]
) -> tuple[Index[UUID], Index[CountryKey]]:
    return (
        Index(_service_entry(row) for row in services if row.is_sold),
        Index(_country_entry(row) for row in countries if row.active),
    )


def _service_entry(row: AnyRow) -> Entry[UUID]:
    known = service_aliases().get(row.code, ())
    parts = [part.strip() for part in _BETWEEN_NAMES.split(row.name)]
    return Entry(row.id, row.name, (row.code,), (*parts, *known), row.rank)


def _country_entry(row: AnyRow) -> Entry[CountryKey]:
    codes = (str(row.id), *(code for code in (row.iso2, row.iso3) if code))
    aliases = (*_names_abroad().get(row.iso2, ()), *country_aliases().get(row.iso2, ()))
    # HeroSMS sells the USA under 187; the number of the virtual ones is only second to it.
    rank = 1 if "virtual" in row.name.lower() else 0
    return Entry((row.iso2, row.id), row.name, codes, aliases, rank)


@cache
def _names_abroad() -> dict[str, tuple[str, ...]]:
    """Names of countries in the languages people write, by ISO code."""
    abroad: dict[str, tuple[str, ...]] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            abroad[code] = (*abroad.get(code, ()), name)
    return abroad
