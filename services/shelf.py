"""What can be sold at this moment and for how much, read inside a transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal
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
_ENOUGH_ORDERS = 10


class NotSold(ShopError):
    text_key = "error-not-sold"


class NoNumbers(ShopError):
    text_key = "error-no-numbers"


class Shelf:
    def __init__(self, rules: Rules, clock: Clock, rates: Mapping[str, Decimal]) -> None:
        self._rules = rules
        self._clock = clock
        self._rates = rates
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
        rows = goods.sold_prices(connection, providers, [service_id], country_id)
        prices = self._prices(connection)
        return next((prices.quote(row) for row in prices.cheapest(rows)), None)

    def offer_in(self, connection: Connection, service_id: UUID, country_id: int) -> CountryOffer | None:
        """What one service costs in one country; None: it is not to be had."""
        quote = self.quote(connection, service_id, country_id, self.providers)
        if quote is None:
            return None
        success = self.success_of(connection, service_id).get(country_id)
        return country_offer(self.country(connection, country_id), quote, success)

    def offers_of(self, connection: Connection, service_id: UUID, sort: Sort) -> list[CountryOffer]:
        """Where a service can be had, the cheapest or the most reliable first."""
        rows = goods.sold_prices(connection, self.providers, [service_id])
        prices, success = self._prices(connection), self.success_of(connection, service_id)
        offers = [
            country_offer(row, prices.quote(row), success.get(row.country_id))
            for row in prices.cheapest(rows)
        ]
        return sorted(offers, key=_most_reliable if sort == "success" else _lowest_price)

    def success_of(self, connection: Connection, service_id: UUID) -> dict[int, int]:
        """Percent of numbers that received a code, by country."""
        since = self._clock.now() - _SUCCESS_SPAN
        return goods.success_rates(connection, service_id, since=since, at_least=_ENOUGH_ORDERS)

    def cards(
        self, connection: Connection, service_ids: Sequence[UUID], recent: Collection[UUID] = ()
    ) -> tuple[ServiceCard, ...]:
        """Services as they are listed, each with its lowest price anywhere."""
        prices = self._prices(connection)
        rows = goods.least_costs(connection, self.providers, service_ids, prices.countries_apart())
        return _cards(connection, service_ids, [(row, prices.price(row)) for row in rows], recent)

    def cards_in(
        self, connection: Connection, country_id: int, service_ids: Sequence[UUID]
    ) -> tuple[ServiceCard, ...]:
        """Services as they are listed for one country, each with its price there."""
        prices = self._prices(connection)
        rows = prices.cheapest(goods.sold_prices(connection, self.providers, service_ids, country_id))
        return _cards(connection, service_ids, [(row, prices.price(row)) for row in rows])

    def _prices(self, connection: Connection) -> PriceList:
        own = [PriceRule(*row) for row in goods.price_rules(connection)]
        return PriceList(self._rates, self._rules.within(connection).markup_percent, own)


def country_offer(country: Any, quote: Quote, success_percent: int | None) -> CountryOffer:
    return CountryOffer(
        country_id=country.country_id,
        name=country.name,
        iso2=country.iso2,
        flag=country.flag or "",
        price=quote.price,
        stock=quote.stock,
        success_percent=success_percent,
    )


def _cards(
    connection: Connection,
    service_ids: Sequence[UUID],
    priced: Iterable[tuple[AnyRow, Decimal]],
    recent: Collection[UUID] = (),
) -> tuple[ServiceCard, ...]:
    lowest: dict[UUID, Decimal] = {}
    for row, price in priced:
        lowest[row.sms_service_id] = min(price, lowest.get(row.sms_service_id, price))
    named = goods.named_services(connection, service_ids)
    return tuple(
        ServiceCard(each, named[each].code, named[each].name, lowest.get(each), each in recent)
        for each in service_ids
    )


def _lowest_price(offer: CountryOffer) -> tuple[Any, ...]:
    return offer.price, -offer.stock, offer.name


def _most_reliable(offer: CountryOffer) -> tuple[Any, ...]:
    percent = -1 if offer.success_percent is None else offer.success_percent
    return -percent, offer.price, offer.name
