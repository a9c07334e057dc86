from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from sqlalchemy import Connection

from db import rules as rows
from db.store import Store
from services.clock import Clock
from services.errors import ShopError
from services.percents import Percents, read_percents, read_steps


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What the shop goes by just now. The defaults come from the settings."""

    currency: str = "BRL"
    markup_percent: Decimal = Decimal(30)
    is_open: bool = True  # False: nothing is sold; what is running runs on
    terms_version: str = "1"
    offer_minutes: int = 15
    newcomer_open_numbers: int = 1  # until the first code has come
    open_numbers: int = 3
    purchases_per_hour: int = 10
    purchases_per_day: int = 40
    streak_ends: int = 5  # so many numbers in a row without a code, and the person pauses; 0: never
    streak_pause_minutes: int = 15
    guard_orders: int = 80  # of one service in one country from one provider; 0: never looked at
    guard_percent: int = 8  # fewer of them with a code, and they are not sold for a while
    guard_pause_minutes: int = 30
    account_guard_orders: int = 400  # the same of all that a provider sells us, for the whole account
    account_guard_percent: int = 4
    review_orders: int = 30  # of one person; 0: never looked at
    review_percent: int = 10  # fewer of them with a code, and an admin looks at the person first
    reports_per_day: int = 5  # more bad numbers of one kind are put before the admins
    topup_min: Decimal = Decimal(5)
    topup_max: Decimal = Decimal(1000)
    open_topups: int = 3
    topups_per_hour: int = 10
    topup_presets: tuple[Decimal, ...] = (Decimal(10), Decimal(25), Decimal(50))
    bonuses: Percents = field(default_factory=dict)  # "50": 5 is 5 % on top of 50 or more
    fees: Percents = field(
        default_factory=dict
    )  # "stripe": 4.99 is what the payer pays on top; "all": by any way
    refunds_second_payments: bool = False  # of one bill; else each is credited
    ways: tuple[str, ...] = ()  # gateways in the order they are offered; empty: the usual order


class UnknownRule(ShopError):
    text_key = "error-unknown-rule"


class BadRuleValue(ShopError):
    text_key = "error-bad-rule-value"


class Rules:
    """Prices, limits and switches, read from the database whenever they are asked for."""

    def __init__(self, store: Store, defaults: RuleSet, clock: Clock) -> None:
        self._store = store
        self._defaults = defaults
        self._clock = clock

    async def now(self) -> RuleSet:
        return await self._store.read(self.within)

    def within(self, connection: Connection) -> RuleSet:
        """Read them inside a transaction that goes by them."""
        known = {field.name for field in fields(RuleSet)}
        changed = {name: value for name, value in rows.all_rules(connection).items() if name in known}
        return replace(self._defaults, **{name: self._parse(name, text) for name, text in changed.items()})

    async def change(self, name: str, text: str) -> RuleSet:
        """Set one rule from what an admin typed; refuses an unknown name or an impossible value."""
        if name not in {field.name for field in fields(RuleSet)}:
            raise UnknownRule(name=name)
        self._parse(name, text)
        await self._store.write(partial(rows.set_rule, name=name, value=text, now=self._now()))
        return await self.now()

    def _now(self) -> datetime:
        return self._clock.now()

    def _parse(self, name: str, text: str) -> Any:
        default = getattr(self._defaults, name)
        try:
            if name in _READ:
                return _READ[name](text)
            return _parse_like(default, text.strip())
        except (ValueError, InvalidOperation) as error:
            raise BadRuleValue(name=name, value=text) from error


_READ = {"bonuses": read_steps, "fees": read_percents}


def _parse_like(default: object, text: str) -> object:
    if isinstance(default, bool):
        return _parse_switch(text)
    if isinstance(default, int):
        return _not_negative(int(text))
    if isinstance(default, Decimal):
        return _not_negative(_finite(text))
    if isinstance(default, tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return tuple(parts) if not default or isinstance(default[0], str) else tuple(map(_finite, parts))
    return text


def _parse_switch(text: str) -> bool:
    words = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


def _finite(text: str) -> Decimal:
    number = Decimal(text.replace(",", "."))
    if not number.is_finite():
        raise ValueError(text)
    return number


def _not_negative(number: Any) -> Any:
    if number < 0:
        raise ValueError(number)
    return number
