"""What an offer costs: Decimal only, rounded up to the hundredth, never below what it costs us."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from uuid import UUID

_CENT = Decimal("0.01")
_SMALLEST = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PriceRule:
    """An admin's own price or markup for a service, a country, both, or everything."""

    service_id: UUID | None
    country_id: int | None
    markup_percent: Decimal | None
    fixed_price: Decimal | None


def round_up(amount: Decimal) -> Decimal:
    """Charges round up to the hundredth."""
    return max(amount.quantize(_CENT, rounding=ROUND_UP), _SMALLEST)


def price_of(
    cost: Decimal, rate: Decimal, markup_percent: Decimal, fixed_price: Decimal | None = None
) -> Decimal:
    """Tell what is charged: 0.50 × 5 × 1.30 = 3.25. A fixed price is the operator's word."""
    if fixed_price is not None:
        return round_up(fixed_price)
    return round_up(cost * rate * (1 + markup_percent / 100))


def most_exact(rules: Iterable[PriceRule], service_id: UUID, country_id: int) -> PriceRule | None:
    """Choose the rule that says most: service and country, then service, then country, then all."""
    fitting = [
        rule
        for rule in rules
        if rule.service_id in (None, service_id) and rule.country_id in (None, country_id)
    ]
    return max(
        fitting,
        key=lambda rule: (rule.service_id is not None, rule.country_id is not None),
        default=None,
    )
