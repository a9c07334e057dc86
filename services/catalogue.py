"""What is sold, where, and at what price, as people look for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from db import goods
from db.rows import AnyRow
from db.store import Store
from services.clock import Clock
from services.names import Names
from services.rules import Rules
from services.search import plain
from services.shelf import NoNumbers, NotSold, Shelf, Sort
from services.views import CountryOffer, ServiceCard

__all__ = ["Catalogue", "CountryList", "CountryPage", "NoNumbers", "NotSold", "ServicePage", "Sort"]

R = TypeVar("R")
_PAGE = 8
_COUNTRIES = 6  # a row each
_RECENT = 4


@dataclass(frozen=True, slots=True)
class ServicePage:
    services: tuple[ServiceCard, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class CountryPage:
    service: ServiceCard
    countries: tuple[CountryOffer, ...]
    page: int
    pages: int
    sort: Sort


@dataclass(frozen=True, slots=True)
class CountryList:
    countries: tuple[CountryOffer, ...]
    page: int
    pages: int


class Catalogue:
    def __init__(
        self,
        store: Store,
        rules: Rules,
        clock: Clock,
        *,
        rates: Mapping[str, Decimal],
        is_well: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """`is_well`: whether a provider can be bought from just now, as far as is known."""
        self.shelf = Shelf(rules, clock, rates, is_well)
        self._store = store
        self._names = Names(store)

    async def popular(self, customer_id: UUID, page: int = 1) -> ServicePage:
        """What is sold: what this person bought lately first, then by popularity."""

        def work(connection: Connection) -> ServicePage:
            recent = goods.recent_services(connection, customer_id, _RECENT)
            number, pages = _pages(goods.count_stocked_services(connection, self.shelf.providers), page)
            shown = goods.stocked_services(
                connection, self.shelf.providers, first=recent, limit=_PAGE, offset=(number - 1) * _PAGE
            )
            return ServicePage(self.shelf.cards(connection, shown, recent), number, pages)

        return await self._store.read(work)

    async def search(self, words: str, limit: int = _PAGE) -> tuple[ServiceCard, ...]:
        """What somebody may mean, best first, typos allowed."""
        # Some of what is found may be out of stock everywhere.
        found = await self._names.services_like(words, limit * 2)

        def work(connection: Connection) -> tuple[ServiceCard, ...]:
            sold = goods.stocked_among(connection, self.shelf.providers, found)
            return self.shelf.cards(connection, [sold[each] for each in found if each in sold][:limit])

        return await self._store.read(work)

    async def find_service(self, words: str) -> ServiceCard | None:
        """The one service that is meant by a code or a name; None rather than a guess."""
        found = await self._names.services_meant(words)

        def work(connection: Connection) -> ServiceCard | None:
            sold = goods.stocked_among(connection, self.shelf.providers, found)
            best = min(found, key=lambda each: each not in sold)
            row = goods.sold_service(connection, best)
            return ServiceCard(row.id, row.code, row.name) if row else None

        return await self._store.read(work) if found else None

    async def find_country(self, words: str) -> int | None:
        """The country that is meant by a code or a name in any common language; None rather than a guess."""
        found = await self._names.country_meant(words)
        if len(found) <= 1:
            return next(iter(found), None)

        def work(connection: Connection) -> int:
            sold = {
                row.country_id
                for row in goods.stocked_countries(connection, self.shelf.providers, among=found)
            }
            return min(found, key=lambda each: each not in sold)

        return await self._store.read(work)

    async def service(self, service_id: UUID) -> ServiceCard:
        """One service; raises NotSold."""
        return await self._store.read(partial(self.shelf.service, service_id=service_id))

    async def countries(self, service_id: UUID, sort: Sort = "price", page: int = 1) -> CountryPage:
        """Where a service can be had, the cheapest or the most reliable first."""

        def work(connection: Connection) -> CountryPage:
            service = self.shelf.service(connection, service_id)
            shown, number, pages = _page(self.shelf.places(connection, service_id, sort), page, _COUNTRIES)
            return CountryPage(service, tuple(place.offer() for place in shown), number, pages, sort)

        return await self._store.read(work)

    async def alternatives(
        self, service_id: UUID, country_id: int, limit: int = 3
    ) -> tuple[CountryOffer, ...]:
        """Other countries for the same service, the cheapest first."""

        def work(connection: Connection) -> tuple[CountryOffer, ...]:
            places = self.shelf.places(connection, service_id, "price")
            others = [place for place in places if place.row.country_id != country_id]
            return tuple(place.offer() for place in others[:limit])

        return await self._store.read(work)

    async def offer_in(self, service_id: UUID, country_id: int) -> CountryOffer | None:
        """What one service costs in one country just now; None: it is not to be had."""
        return await self._store.read(
            partial(self.shelf.offer_in, service_id=service_id, country_id=country_id)
        )

    async def country(self, country_id: int) -> CountryOffer:
        """One country, its price and stock left out; raises NotSold."""
        return _unpriced(await self._store.read(partial(self.shelf.country, country_id=country_id)))

    async def all_countries(
        self, page: int = 1, name: Callable[[CountryOffer], str] = attrgetter("name")
    ) -> CountryList:
        """Every country in which something is sold, by its name for the reader; no prices, no stock."""
        rows = await self._store.read(partial(goods.stocked_countries, providers=self.shelf.providers))
        countries = sorted(map(_unpriced, rows), key=lambda country: plain(name(country)))
        shown, number, pages = _page(countries, page)
        return CountryList(tuple(shown), number, pages)

    async def services_in(self, country_id: int, page: int = 1) -> ServicePage:
        """What is sold in one country, by popularity."""

        def work(connection: Connection) -> ServicePage:
            sold = goods.count_stocked_services(connection, self.shelf.providers, country_id)
            number, pages = _pages(sold, page)
            shown = goods.stocked_services(
                connection,
                self.shelf.providers,
                country_id=country_id,
                limit=_PAGE,
                offset=(number - 1) * _PAGE,
            )
            return ServicePage(self.shelf.cards_in(connection, country_id, shown), number, pages)

        return await self._store.read(work)


def _unpriced(country: AnyRow) -> CountryOffer:
    return CountryOffer(
        country.country_id, country.name, country.iso2, country.flag or "", Decimal("0.00"), 0
    )


def _page(rows: Sequence[R], page: int, size: int = _PAGE) -> tuple[Sequence[R], int, int]:
    number, pages = _pages(len(rows), page, size)
    return rows[(number - 1) * size : number * size], number, pages


def _pages(rows: int, page: int, size: int = _PAGE) -> tuple[int, int]:
    """The page that is meant, and how many there are; beyond the last is the last."""
    pages = max(1, -(-rows // size))
    return min(max(page, 1), pages), pages
