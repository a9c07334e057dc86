"""Ways to pay a sum: which there are, in which order, what each asks and what it gives."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from services.errors import ShopError
from services.ports.gateway import Gateway
from services.rules import RuleSet
from services.views import BonusStep, Way

_CENT = Decimal("0.01")
ANY_WAY = "all"


class AmountTooSmall(ShopError):
    text_key = "error-amount-too-small"


class AmountTooLarge(ShopError):
    text_key = "error-amount-too-large"


class UnknownWay(ShopError):
    text_key = "error-unknown-way"


def ways_for(amount: Decimal, gateways: Mapping[str, Gateway], rules: RuleSet) -> tuple[Way, ...]:
    """Every way this sum can be paid, in the order offered; raises when it is too small or too large."""
    check_amount(amount, rules)
    return tuple(_way(gateways[code], amount, rules) for code in _in_order(gateways, rules))


def way_for(amount: Decimal, code: str, gateways: Mapping[str, Gateway], rules: RuleSet) -> Way:
    """One way to pay a sum; raises UnknownWay for one that is not offered."""
    check_amount(amount, rules)
    if code not in _in_order(gateways, rules):
        raise UnknownWay(gateway=code)
    return _way(gateways[code], amount, rules)


def bonus_steps(rules: RuleSet) -> tuple[BonusStep, ...]:
    """From which sum on a top-up brings how much more, the smallest first."""
    steps = (BonusStep(Decimal(start), percent) for start, percent in rules.bonuses.items() if percent)
    return tuple(sorted(steps, key=lambda step: step.start))


def bonus_on(amount: Decimal, rules: RuleSet) -> Decimal:
    """What comes on top of a sum, down to the hundredth: the last step it reaches counts."""
    reached = [step.percent for step in bonus_steps(rules) if step.start <= amount]
    percent = reached[-1] if reached else Decimal(0)
    return (amount * percent / 100).quantize(_CENT, rounding=ROUND_DOWN)


def check_amount(amount: Decimal, rules: RuleSet) -> None:
    """Refuse a sum outside the shop's limits, or one with parts of a cent."""
    if not amount.is_finite() or amount < rules.topup_min:
        raise AmountTooSmall(minimum=rules.topup_min)
    if amount > rules.topup_max:  # asked first: what is far too large has no cents to look at
        raise AmountTooLarge(maximum=rules.topup_max)
    if amount != amount.quantize(_CENT):
        raise AmountTooSmall(minimum=rules.topup_min)


def _in_order(gateways: Mapping[str, Gateway], rules: RuleSet) -> tuple[str, ...]:
    """As the rules say; else as they stand in the registry."""
    usable = tuple(code for code, gateway in gateways.items() if rules.currency in gateway.currencies)
    return tuple(code for code in rules.ways if code in usable) if rules.ways else usable


def _way(gateway: Gateway, amount: Decimal, rules: RuleSet) -> Way:
    percent = rules.fees.get(gateway.code, rules.fees.get(ANY_WAY, Decimal(0)))
    fee = (amount * percent / 100).quantize(_CENT, rounding=ROUND_UP)
    own_amount, own_currency = gateway.price_of(amount + fee) or (None, None)
    return Way(
        gateway=gateway.code,
        amount=amount + fee,
        currency=rules.currency,
        credits=amount,
        bonus=bonus_on(amount, rules),
        pay_amount=own_amount,
        pay_currency=own_currency,
    )
