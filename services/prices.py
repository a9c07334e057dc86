"""What an offer costs: Decimal only, rounded up to the hundredth, never below what it costs us."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from typing import Any
from uuid import UUID

_CENT = Decimal("0.01")
# Wide enough for any cost, rate and markup to be multiplied without losing a digit.
_EXACT = Context(prec=60, rounding=ROUND_CEILING)


@dataclass(frozen=True, slots=True)
class PriceRule:
    """An admin's own price or markup for a service, a country, both, or everything."""

    service_id: UUID | None
    country_id: int | None
    markup_percent: Decimal | None
    fixed_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Quote:
    """The best there is for one service in one country."""

    provider: str
    cost: Decimal  # in the provider's currency
    price: Decimal
    stock: int


def round_up(amount: Decimal) -> Decimal:
    """Charges round up to the hundredth."""
    return max(amount.quantize(_CENT, rounding=ROUND_CEILING, context=_EXACT), _CENT)


def price_of(
    cost: Decimal, rate: Decimal, markup_percent: Decimal, fixed_price: Decimal | None = None
) -> Decimal:
    """Tell what is charged: 0.50 × 5 × 1.30 = 3.25. Only a fixed price, the operator's word, may lose."""
    if fixed_price is not None:
        return round_up(fixed_price)
    percent = _EXACT.add(100, max(markup_percent, Decimal(0)))
    return round_up(_EXACT.multiply(_EXACT.multiply(cost, rate), percent).scaleb(-2, context=_EXACT))


class PriceList:
    """All that decides a price at one moment: rates, the shop's markup, and the admins' own rules."""

    def __init__(
        self, rates: Mapping[str, Decimal], markup_percent: Decimal, rules: Iterable[PriceRule]
    ) -> None:
        self._rates = rates
        self._markup_percent = markup_percent
        self._rules = {(rule.service_id, rule.country_id): rule for rule in rules}

    def countries_apart(self) -> frozenset[int]:
        """Countries that some rule names: prices there are not what they are elsewhere."""
        return frozenset(country_id for _, country_id in self._rules if country_id is not None)

    def price(self, row: Any) -> Decimal:
        """Tell the price of one row: provider, sms_service_id, country_id, cost, price_per_otp."""
        rule = self.rule_for(row.sms_service_id, row.country_id, row.price_per_otp)
        markup = rule.markup_percent if rule and rule.markup_percent is not None else self._markup_percent
        return price_of(row.cost, self._rates[row.provider], markup, rule.fixed_price if rule else None)

    def quote(self, row: Any) -> Quote:
        return Quote(row.provider, row.cost, self.price(row), row.stock)

    def cheapest(self, rows: Iterable[Any]) -> list[Any]:
        """Keep, of each service and country, the row that costs us least; the first provider wins a draw."""
        preference = {provider: place for place, provider in enumerate(self._rates)}
        best: dict[tuple[UUID, int], tuple[tuple[Decimal, int], Any]] = {}
        for row in rows:
            key, weight = (row.sms_service_id, row.country_id), (self._paid(row), preference[row.provider])
            if key not in best or weight < best[key][0]:
                best[key] = weight, row
        return [row for _, row in best.values()]

    def rule_for(
        self, service_id: UUID, country_id: int | None, price_per_otp: Decimal | None = None
    ) -> PriceRule | None:
        """Choose what says most: service and country, the service's own price, service, country, all."""
        exact = self._rules.get((service_id, country_id)) if self._rules and country_id is not None else None
        if exact is not None:
            return exact
        if price_per_otp is not None:
            return PriceRule(service_id, None, None, price_per_otp)
        if not self._rules:
            return None
        targets = (service_id, None), (None, country_id), (None, None)
        return next((self._rules[target] for target in targets if target in self._rules), None)

    def _paid(self, row: Any) -> Decimal:
        return _EXACT.multiply(row.cost, self._rates[row.provider])
