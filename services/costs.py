"""What providers charge us, held against what they were asked for."""

from decimal import ROUND_CEILING, Decimal

_MILLIONTH = Decimal("0.000001")


def exact(cost: Decimal) -> Decimal:
    """Write a cost as the books keep it, rounded up: some providers tell more places."""
    return cost.quantize(_MILLIONTH, rounding=ROUND_CEILING)
