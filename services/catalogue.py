"""What is sold, where, and at what price, as people look for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal, TypeVar
from uuid import UUID

from babel import Locale
from sqlalchemy import Connection

from db import goods
from db.rows import AnyRow
from db.store import Store
from services.clock import Clock
from services.errors import ShopError
from services.prices import PriceRule, most_exact, price_of
from services.rules import Rules, RuleSet
from services.search import Entry, Index
from services.seeds import aliases
from services.views import CountryOffer, ServiceCard

R = TypeVar("R")
Sort = Literal["price", "success"]
_PAGE = 8
_RECENT = 4
_INDEX_KEPT_SECONDS = 60.0
_SUCCESS_SPAN = timedelta(days=30)
_ENOUGH_ORDERS = 10
_LANGUAGES = ("en", "pt", "es", "fr", "de", "ru")
# People say these of countries whose name in no language is that.
_NICKNAMES = {
    "US": ("usa", "eua"),
    "GB": ("uk", "england", "inglaterra"),
    "KR": ("korea",),
    "RU": ("russia",),
}


class NotSold(ShopError):
    text_key = "error-not-sold"


class NoNumbers(ShopError):
    text_key = "error-no-numbers"


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


@dataclass(frozen=True, slots=True)
class Quote:
    """The best there is for one service in one country."""

    provider: str
    cost: Decimal
    price: Decimal
    stock: int


class Catalogue:
    def __init__(self, store: Store, rules: Rules, clock: Clock, *, rates: Mapping[str, Decimal]) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._rates = rates
        self._services_index: Index[UUID] = Index([])
        self._countries_index: Index[int] = Index([])
        self._indexed_at = float("-inf")

    async def popular(self, customer_id: UUID, page: int = 1) -> ServicePage:
        """What is sold: what this person bought lately first, then by popularity."""

        def work(connection: Connection) -> ServicePage:
            recent = goods.recent_services(connection, customer_id, _RECENT)
            sold = self._sold_services(connection)
            order = {service_id: place for place, service_id in enumerate(recent)}
            ranked = sorted(sold, key=lambda row: (order.get(row.id, _RECENT), row.rank, row.name))
            shown, number, pages = _page(ranked, page)
            return ServicePage(self._service_cards(connection, shown, frozenset(recent)), number, pages)

        return await self._store.read(work)

    async def search(self, words: str, limit: int = _PAGE) -> tuple[ServiceCard, ...]:
        """What somebody may mean, best first, typos allowed."""
        await self._refresh_indexes()
        found = self._services_index.find(words, limit * 2)

        def work(connection: Connection) -> tuple[ServiceCard, ...]:
            sold = {row.id: row for row in self._sold_services(connection)}
            shown = [sold[service_id] for service_id in found if service_id in sold]
            return self._service_cards(connection, shown[:limit], frozenset())

        return await self._store.read(work)

    async def find_service(self, words: str) -> ServiceCard | None:
        """The one service that is meant by a code or a name, or the likeliest."""
        await self._refresh_indexes()
        exact = self._services_index.exact(words)
        if exact is not None:
            return await self.service(exact)
        found = await self.search(words, 1)
        return found[0] if found else None

    async def find_country(self, words: str) -> int | None:
        """The country that is meant by a code or a name in any common language."""
        await self._refresh_indexes()
        exact = self._countries_index.exact(words)
        if exact is not None:
            return exact
        found = self._countries_index.find(words, 1)
        return found[0] if found else None

    async def service(self, service_id: UUID) -> ServiceCard:
        """One service; raises NotSold."""

        def work(connection: Connection) -> ServiceCard:
            return self.card_of_service(connection, service_id)

        return await self._store.read(work)

    async def countries(self, service_id: UUID, sort: Sort = "price", page: int = 1) -> CountryPage:
        """Where a service can be had, the cheapest or the most reliable first."""

        def work(connection: Connection) -> CountryPage:
            service = self.card_of_service(connection, service_id)
            shown, number, pages = _page(self._offers_of(connection, service_id, sort), page)
            return CountryPage(service, tuple(shown), number, pages, sort)

        return await self._store.read(work)

    async def alternatives(
        self, service_id: UUID, country_id: int, limit: int = 3
    ) -> tuple[CountryOffer, ...]:
        """Other countries for the same service, the cheapest first."""

        def work(connection: Connection) -> tuple[CountryOffer, ...]:
            offers = self._offers_of(connection, service_id, "price")
            return tuple(offer for offer in offers if offer.country_id != country_id)[:limit]

        return await self._store.read(work)

    async def offer_in(self, service_id: UUID, country_id: int) -> CountryOffer | None:
        """What one service costs in one country just now; None: it is not to be had."""

        def work(connection: Connection) -> CountryOffer | None:
            quote = self.quote(connection, service_id, country_id)
            if quote is None:
                return None
            country = self.country_of(connection, country_id)
            return country_offer(country, quote, self.success_of(connection, service_id).get(country_id))

        return await self._store.read(work)

    async def country(self, country_id: int) -> CountryOffer:
        """One country, its price and stock left out; raises NotSold."""

        def work(connection: Connection) -> CountryOffer:
            row = self.country_of(connection, country_id)
            return CountryOffer(row.id, row.name, row.iso2, row.flag or "", Decimal("0.00"), 0)

        return await self._store.read(work)

    async def all_countries(self, page: int = 1) -> CountryList:
        """Every country in which something is sold, by name; prices and stock are left out."""

        def work(connection: Connection) -> CountryList:
            stocked = goods.stocked_countries(connection, tuple(self._rates))
            named = [
                CountryOffer(row.id, row.name, row.iso2, row.flag or "", Decimal("0.00"), 0)
                for row in goods.countries(connection)
                if row.active and row.id in stocked
            ]
            shown, number, pages = _page(sorted(named, key=lambda each: each.name), page)
            return CountryList(tuple(shown), number, pages)

        return await self._store.read(work)

    async def services_in(self, country_id: int, page: int = 1) -> ServicePage:
        """What is sold in one country, by popularity."""

        def work(connection: Connection) -> ServicePage:
            prices = self._best(
                connection, goods.sold_prices(connection, tuple(self._rates), country_id=country_id)
            )
            by_service = {service_id: quote for (service_id, _), quote in prices.items()}
            rows = [row for row in goods.services(connection) if row.id in by_service]
            shown, number, pages = _page(rows, page)
            cards = tuple(ServiceCard(row.id, row.code, row.name, by_service[row.id].price) for row in shown)
            return ServicePage(cards, number, pages)

        return await self._store.read(work)

    def card_of_service(self, connection: Connection, service_id: UUID) -> ServiceCard:
        """Read one service that is sold; raises NotSold."""
        for row in goods.services(connection):
            if row.id == service_id and row.active and row.policy == "allow":
                return ServiceCard(row.id, row.code, row.name)
        raise NotSold

    def country_of(self, connection: Connection, country_id: int) -> AnyRow:
        """Read one country that is sold; raises NotSold."""
        for row in goods.countries(connection):
            if row.id == country_id and row.active:
                return row
        raise NotSold

    def quote(self, connection: Connection, service_id: UUID, country_id: int) -> Quote | None:
        """The cheapest provider with stock, and what we charge."""
        rows = goods.sold_prices(
            connection, tuple(self._rates), service_ids=[service_id], country_id=country_id
        )
        return self._best(connection, rows).get((service_id, country_id))

    def success_of(self, connection: Connection, service_id: UUID) -> dict[int, int]:
        rates = goods.success_rates(
            connection, self._clock.now() - _SUCCESS_SPAN, _ENOUGH_ORDERS, [service_id]
        )
        return {country_id: percent for (_, country_id), percent in rates.items()}

    def _offers_of(self, connection: Connection, service_id: UUID, sort: Sort) -> list[CountryOffer]:
        rows = goods.sold_prices(connection, tuple(self._rates), service_ids=[service_id])
        countries = {row.id: row for row in goods.countries(connection)}
        success = self.success_of(connection, service_id)
        offers = [
            country_offer(countries[country_id], quote, success.get(country_id))
            for (_, country_id), quote in self._best(connection, rows).items()
        ]
        if sort == "success":
            return sorted(offers, key=lambda each: (-(each.success_percent or -1), each.price, each.name))
        return sorted(offers, key=lambda each: (each.price, -each.stock, each.name))

    def _best(self, connection: Connection, rows: Iterable[AnyRow]) -> dict[tuple[UUID, int], Quote]:
        rules = self._rules.within(connection)
        own = tuple(
            PriceRule(row.sms_service_id, row.country_id, row.markup_percent, row.fixed_price)
            for row in goods.price_rules(connection)
        )
        best: dict[tuple[UUID, int], Quote] = {}
        for row in rows:
            key = (row.sms_service_id, row.country_id)
            quote = self._quote_of(row, rules, own)
            if key not in best or quote.cost * self._rates[quote.provider] < (
                best[key].cost * self._rates[best[key].provider]
            ):
                best[key] = quote
        return best

    def _quote_of(self, row: AnyRow, rules: RuleSet, own: Sequence[PriceRule]) -> Quote:
        rule = most_exact(own, row.sms_service_id, row.country_id) if own else None
        markup = rules.markup_percent
        fixed = row.price_per_otp
        if rule is not None:
            markup = rule.markup_percent if rule.markup_percent is not None else markup
            fixed = rule.fixed_price if rule.fixed_price is not None else fixed
        price = price_of(row.cost, self._rates[row.provider], markup, fixed)
        return Quote(row.provider, row.cost, price, row.stock)

    def _sold_services(self, connection: Connection) -> list[AnyRow]:
        stocked = goods.stocked_services(connection, tuple(self._rates))
        return [
            row
            for row in goods.services(connection)
            if row.active and row.policy == "allow" and row.id in stocked
        ]

    def _service_cards(
        self, connection: Connection, rows: Sequence[AnyRow], recent: frozenset[UUID]
    ) -> tuple[ServiceCard, ...]:
        prices = goods.sold_prices(connection, tuple(self._rates), service_ids=[row.id for row in rows])
        cheapest: dict[UUID, Decimal] = {}
        for (service_id, _), quote in self._best(connection, prices).items():
            cheapest[service_id] = min(quote.price, cheapest.get(service_id, quote.price))
        return tuple(
            ServiceCard(row.id, row.code, row.name, cheapest.get(row.id), row.id in recent) for row in rows
        )

    async def _refresh_indexes(self) -> None:
        now = self._clock.monotonic()
        if now - self._indexed_at < _INDEX_KEPT_SECONDS:
            return
        self._indexed_at = now
        services = await self._store.read(goods.services)
        countries = await self._store.read(goods.countries)
        self._services_index = Index(_service_entries(services))
        self._countries_index = Index(_country_entries(countries))


def country_offer(country: AnyRow, quote: Quote, success_percent: int | None) -> CountryOffer:
    return CountryOffer(
        country_id=country.id,
        name=country.name,
        iso2=country.iso2,
        flag=country.flag or "",
        price=quote.price,
        stock=quote.stock,
        success_percent=success_percent,
    )


def _service_entries(rows: Iterable[AnyRow]) -> list[Entry[UUID]]:
    known = aliases()
    return [
        Entry(row.id, (row.name, row.code, *row.name.split("/"), *known.get(row.code, ())), row.rank)
        for row in rows
    ]


def _country_entries(rows: Iterable[AnyRow]) -> list[Entry[int]]:
    locales = [Locale(language) for language in _LANGUAGES]
    entries = []
    for row in rows:
        names = {row.name, row.iso2 or "", row.iso3 or "", *_NICKNAMES.get(row.iso2, ())}
        names |= {locale.territories.get(row.iso2, "") for locale in locales}
        # The USA have two numbers in this protocol; the virtual ones come second.
        rank = row.id + (1_000 if "virtual" in row.name.lower() else 0)
        entries.append(Entry(row.id, tuple(names), rank))
    return entries


def _page(rows: Sequence[R], page: int) -> tuple[Sequence[R], int, int]:
    pages = max(1, -(-len(rows) // _PAGE))
    number = min(max(page, 1), pages)
    return rows[(number - 1) * _PAGE : number * _PAGE], number, pages
