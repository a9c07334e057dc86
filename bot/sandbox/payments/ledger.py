from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from bot.sandbox.clock import Clock

Kind = Literal["payment", "refund", "refund_failed", "dispute", "dispute_won"]


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that really came in (positive) or went out (negative) at a gateway."""

    at: datetime
    kind: Kind
    subject: str  # what moved it: the charge, the refund or the dispute
    payment: str
    reference: str | None  # the shop's own name for it
    amount: Decimal
    currency: str


class Ledger:
    """What a gateway's account really received and gave, to hold against the shop's books."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._movements: list[Movement] = []

    def book(
        self, kind: Kind, subject: str, *, payment: str, reference: str | None, amount: Decimal, currency: str
    ) -> None:
        """Write one movement; its sign follows from its kind."""
        sign = -1 if kind in ("refund", "dispute") else 1
        self._movements.append(
            Movement(self._clock.now(), kind, subject, payment, reference, sign * amount, currency.upper())
        )

    def balance(self, payment: str | None = None) -> dict[str, Decimal]:
        """What is left per currency, of one payment or of all."""
        return self._totals(lambda movement: payment in (None, movement.payment)).get("", {})

    def as_json(self) -> dict[str, Any]:
        """All movements, and what is left per currency and per reference of the shop."""
        references = self._totals(lambda _: True, key=lambda movement: movement.reference or "-")
        return {
            "movements": [_as_json(movement) for movement in self._movements],
            "balance": _texts(self.balance()),
            "references": {name: _texts(amounts) for name, amounts in references.items()},
        }

    def _totals(
        self, chosen: Callable[[Movement], bool], key: Callable[[Movement], str] = lambda _: ""
    ) -> dict[str, dict[str, Decimal]]:
        totals: dict[str, dict[str, Decimal]] = {}
        for movement in filter(chosen, self._movements):
            amounts = totals.setdefault(key(movement), {})
            amounts[movement.currency] = amounts.get(movement.currency, Decimal(0)) + movement.amount
        return totals


def _as_json(movement: Movement) -> dict[str, Any]:
    return asdict(movement) | {"at": movement.at.isoformat(), "amount": str(movement.amount)}


def _texts(amounts: dict[str, Decimal]) -> dict[str, str]:
    return {currency: str(amount) for currency, amount in amounts.items()}
