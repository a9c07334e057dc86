from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox.sms_active.catalogue import Offer
from bot.sandbox.sms_active.countries import Country


def by_country(offers: Iterable[Offer], word: Callable[[Offer], object]) -> dict[str, dict[str, object]]:
    table: dict[str, dict[str, object]] = {}
    for offer in offers:
        table.setdefault(str(offer.country), {})[offer.service] = word(offer)
    return table


def suppliers(offer: Offer) -> dict[str, object]:
    return {
        str(supplier): {"count": count, "price": price, "provider_id": supplier}
        for supplier, (price, count) in enumerate(offer.ladder(), start=2263)
    }


def country_row(country: Country) -> dict[str, Any]:
    return {
        "id": country.id,
        "rus": country.russian_name,
        "eng": country.name,
        "chn": country.name,
        "visible": 1,
        "retry": int(country.allows_retry),
        "rent": 0,
        "multiService": 0,
    }


def top_row(offer: Offer, *, ladder: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "country": offer.country,
        "price": offer.cost,
        "retail_price": offer.cost * 6 / 5,
        "count": offer.count,
    }
    if ladder:
        reached = 0
        row["freePriceMap"] = {}
        for price, count in offer.ladder():
            reached += count
            row["freePriceMap"][f"{price:f}"] = reached
    return row
