"""Ready-made people, clocks and moments that tests speak of."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Connection

from db import ledger, people
from db.states import Role, TransactionType

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move the time of day alone, as a wrong clock does when it is set right."""
        self._now += timedelta(seconds=seconds)


def person(
    connection: Connection, telegram_id: int = 1, *, username: str = "ana", is_admin: bool = False
) -> UUID:
    """Make somebody who has accepted the terms, and tell the id."""
    role = Role.ADMIN if is_admin else Role.CLIENT
    people.admit(connection, telegram_id=telegram_id, username=username, language="en", role=role, now=NOON)
    found = people.by_telegram_id(connection, telegram_id)
    assert found is not None
    people.change(connection, found.id, NOON, terms_version="1", terms_accepted_at=NOON)
    user_id: UUID = found.id
    return user_id


def credited(connection: Connection, user_id: UUID, amount: str) -> None:
    """Give somebody credits to spend."""
    ledger.gift(
        connection,
        user_id=user_id,
        amount=Decimal(amount),
        kind=TransactionType.PROMOTION,
        key=f"start:{uuid4()}",
        now=NOON,
    )
