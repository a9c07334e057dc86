"""What can be sold at this moment and for how much, read inside a transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from db import goods
from db.rows import AnyRow
from services.clock import Clock
from services.errors import ShopError
from services.prices import PriceList, PriceRule, Quote
from services.rules import Rules
from services.views import CountryOffer, ServiceCard

Sort = Literal["price", "success"]
_SUCCESS_SPAN = timedelta(days=30)
_SUCCESS_KEPT_SECONDS = 60.0
_ENOUGH_ORDERS = 10


class NotSold(ShopError):
    text_key = "error-not-sold"


class NoNumbers(ShopError):
    text_key = "error-no-numbers"


class Place(NamedTuple):
    """One country for one service."""

    row: Any
    price: Decimal
    success_percent: int | None

    def offer(self) -> CountryOffer:
        return country_offer(self.row, self.price, self.row.stock, self.success_percent)


class Shelf:
    def __init__(
        self,
        rules: Rules,
        clock: Clock,
        rates: Mapping[str, Decimal],
        is_well: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._rules = rules
        self._is_well = is_well
        self._clock = clock
        self._rates = rates
        self._success_read_at: dict[UUID, tuple[float, Mapping[int, int]]] = {}
        self.providers = tuple(rates)  # in order of preference

    def service(self, connection: Connection, service_id: UUID) -> ServiceCard:
        """Read one service; raises NotSold."""
        row = goods.sold_service(connection, service_id)
        if row is None:
            raise NotSold(service_id=service_id)
        return ServiceCard(row.id, row.code, row.name)

    def country(self, connection: Connection, country_id: int) -> AnyRow:
        """Read one country; raises NotSold."""
        row = goods.sold_country(connection, country_id)
        if row is None:
            raise NotSold(country_id=country_id)
        return row

    def sold(self, connection: Connection, service_id: UUID, country_id: int) -> tuple[ServiceCard, AnyRow]:
        """Read one service and one country; raises NotSold."""
        service = goods.sold_service(connection, service_id)
        country = goods.sold_country(connection, country_id)
        if service is None or country is None:
            raise NotSold(service_id=service_id, country_id=country_id)
        return ServiceCard(service.id, service.code, service.name), country

    def quote(
        self, connection: Connection, service_id: UUID, country_id: int, providers: Collection[str]
    ) -> Quote | None:
        """The best of these providers, and what we charge; None: they have no numbers."""
        rows = goods.sold_prices(connection, self._well(providers), [service_id], country_id)
        prices = self._prices(connection)
        return next((prices.quote(row) for row in prices.cheapest(rows)), None)

    def offer_in(self, connection: Connection, service_id: UUID, country_id: int) -> CountryOffer | None:
        """What one service costs in one country; None: it is not to be had."""
        quote = self.quote(connection, service_id, country_id, self.providers)
        if quote is None:
            return None
        success = self.success_of(connection, service_id).get(country_id)
        return country_offer(self.country(connection, country_id), quote.price, quote.stock, success)

    def places(self, connection: Connection, service_id: UUID, sort: Sort) -> list[Place]:
        """Where a service can be had, the cheapest or the most reliable first."""
        rows = goods.sold_prices(connection, self._well(self.providers), [service_id])
        prices, success = self._prices(connection), self.success_of(connection, service_id)
        places = [Place(row, prices.price(row), success.get(row.country_id)) for row in prices.cheapest(rows)]
        return sorted(places, key=_most_reliable if sort == "success" else _lowest_price)

    def success_of(self, connection: Connection, service_id: UUID) -> Mapping[int, int]:
        """Percent of numbers that received a code, by country; a month's statistics may be a minute old."""
        now = self._clock.monotonic()
        known = self._success_read_at.get(service_id)
        if known is None or now - known[0] > _SUCCESS_KEPT_SECONDS:
            since = self._clock.now() - _SUCCESS_SPAN
            rates = goods.success_rates(connection, service_id, since=since, at_least=_ENOUGH_ORDERS)
            known = self._success_read_at[service_id] = now, rates
        return known[1]

    def cards(
        self, connection: Connection, services: Sequence[AnyRow], recent: Collection[UUID] = ()
    ) -> tuple[ServiceCard, ...]:
        """Services as they are listed, each with its lowest price anywhere."""
        service_ids = [service.id for service in services]
        prices = self._prices(connection)
        rows = goods.least_costs(connection, self.providers, service_ids, prices.countries_apart())
        return _cards(services, {row: prices.price(row) for row in rows}, recent)

    def cards_in(
        self, connection: Connection, country_id: int, services: Sequence[AnyRow]
    ) -> tuple[ServiceCard, ...]:
        """Services as they are listed for one country, each with its price there."""
        service_ids = [service.id for service in services]
        prices = self._prices(connection)
        rows = prices.cheapest(goods.sold_prices(connection, self.providers, service_ids, country_id))
        return _cards(services, {row: prices.price(row) for row in rows})

    def _well(self, providers: Collection[str]) -> Collection[str]:
        """Those that can be bought from just now; if none can, they are shown all the same."""
        return [each for each in providers if self._is_well(each)] or providers

    def _prices(self, connection: Connection) -> PriceList:
        own = [PriceRule(*row) for row in goods.price_rules(connection)]
        return PriceList(self._rates, self._rules.within(connection).markup_percent, own)


def country_offer(country: Any, price: Decimal, stock: int, success_percent: int | None) -> CountryOffer:
    return CountryOffer(
        country_id=country.country_id,
        name=country.name,
        iso2=country.iso2,
        flag=country.flag or "",
        price=price,
        stock=stock,
        success_percent=success_percent,
    )


def _cards(
    services: Sequence[AnyRow], prices: Mapping[AnyRow, Decimal], recent: Collection[UUID] = ()
) -> tuple[ServiceCard, ...]:
    lowest: dict[UUID, Decimal] = {}
    for row, price in prices.items():
        lowest[row.sms_service_id] = min(price, lowest.get(row.sms_service_id, price))
    return tuple(
        ServiceCard(each.id, each.code, each.name, lowest.get(each.id), each.id in recent)
        for each in services
    )


def _lowest_price(place: Place) -> tuple[Any, ...]:
    return place.price, -place.row.stock, place.row.name


def _most_reliable(place: Place) -> tuple[Any, ...]:
    percent = -1 if place.success_percent is None else place.success_percent
    return -percent, place.price, place.row.name
