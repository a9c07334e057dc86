"""The whole price table, in each of its four shapes; all are {country: {service: leaf}}."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.errors import ProviderUnavailable
from services.ports.provider import PriceRow
from services.providers.handler_api.money import read_money
from services.providers.handler_api.parsing.values import read_count, read_fields

Offer = tuple[Decimal, int]


def read_prices(value: object) -> tuple[PriceRow, ...]:
    """Read every offer that can be understood; an empty table may come as `[]` (PHP)."""
    if not isinstance(value, dict) and value != []:
        raise ProviderUnavailable("the price table is no table")
    return tuple(_rows(read_fields(value)))


def _rows(table: Mapping[str, Any]) -> Iterator[PriceRow]:
    for country, services in table.items():
        for service, leaf in read_fields(services).items():
            if country and service and (offer := _read_leaf(read_fields(leaf))):
                yield PriceRow(service, country, *offer)


def _read_leaf(leaf: Mapping[str, Any]) -> Offer | None:
    if "cost" in leaf:
        return _read_single(leaf)
    if "price" in leaf:
        return _offer(leaf["price"], leaf.get("count"))
    return _cheapest(leaf)


def _read_single(leaf: Mapping[str, Any]) -> Offer | None:
    """SMS-Activate, HeroSMS, GrizzlySMS, SMSBower, Tiger (cost as text).

    HeroSMS: `count` was seen at 56,964 with `physicalCount` 0, so the latter is the stock where told.
    """
    count = leaf.get("count") if leaf.get("physicalCount") is None else leaf["physicalCount"]
    return _offer(leaf["cost"], count)


def _cheapest(leaf: Mapping[str, Any]) -> Offer | None:
    """SMSHub, getPricesV2: {price: count}. SMSBower's getPricesV3: {supplier: {count, price}}.

    A cap at the cheapest price buys what stands at that price, so only that is its stock.
    """
    steps = [_offer(told["price"], told.get("count")) for told in leaf.values() if _is_supplier(told)]
    steps += [_offer(price, told) for price, told in leaf.items() if not isinstance(told, dict)]
    known = [step for step in steps if step]
    if not known:
        return None
    cheapest = min((cost for cost, stock in known if stock), default=min(known)[0])
    return cheapest, sum(stock for cost, stock in known if cost == cheapest)


def _is_supplier(told: object) -> bool:
    return isinstance(told, dict) and "price" in told


def _offer(price: object, count: object) -> Offer | None:
    cost, stock = read_money(price), read_count(count)
    return (cost, stock) if cost is not None and cost > 0 and stock is not None else None
