from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.sandbox.sms_active.activation import Activation

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of the account's money; a charge moves nothing, it makes a hold final."""

    number: int
    at: datetime
    kind: str  # "deposit", "hold", "charge" or "return"
    amount: Decimal
    activation_id: int | None
    cost: Decimal
    balance: Decimal


class Books:
    """The account's money, entry by entry."""

    def __init__(self) -> None:
        self.balance = NOTHING
        self.entries: list[Entry] = []

    def deposit(self, amount: Decimal, at: datetime) -> None:
        self._write("deposit", amount, at)

    def hold(self, activation: Activation, at: datetime) -> None:
        self._write("hold", -activation.cost, at, activation)

    def charge(self, activation: Activation, at: datetime) -> None:
        self._write("charge", NOTHING, at, activation)

    def give_back(self, activation: Activation, at: datetime) -> None:
        self._write("return", activation.cost, at, activation)

    def _write(self, kind: str, amount: Decimal, at: datetime, activation: Activation | None = None) -> None:
        self.balance += amount
        self.entries.append(
            Entry(
                number=len(self.entries) + 1,
                at=at,
                kind=kind,
                amount=amount,
                activation_id=activation.id if activation else None,
                cost=activation.cost if activation else NOTHING,
                balance=self.balance,
            )
        )

    def violations(self, activations: Iterable[Activation]) -> list[str]:
        """List what does not add up; empty when the account is sound."""
        found = []
        if self.balance != sum((entry.amount for entry in self.entries), NOTHING):
            found.append("the balance is not the sum of its entries")
        counts = Counter((entry.activation_id, entry.kind) for entry in self.entries)
        for activation in activations:
            found += _wrong_entries(activation, counts)
        return found


def _wrong_entries(activation: Activation, counts: Counter[tuple[int | None, str]]) -> list[str]:
    """Compare the entries one activation has with those its state calls for."""
    called_for = {
        "hold": 1,
        "charge": int(activation.has_code),
        "return": int(not activation.is_open and not activation.has_code),
    }
    return [
        f"{activation.state} activation {activation.id} has {counts[activation.id, kind]} × {kind}, not {due}"
        for kind, due in called_for.items()
        if counts[activation.id, kind] != due
    ]
