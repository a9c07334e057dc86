from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from db.vault import Vault

_PLAIN = Vault()


class _Scaled(TypeDecorator[Decimal]):
    """Decimal in Python, a whole number in the database: SQLite has no decimal of its own."""

    impl = BigInteger
    cache_ok = True
    places: int

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimals")
        return int(scaled)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    # Sums and differences of such a column are amounts too.
    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self


class Credits(_Scaled):
    """Credits of the shop, to the hundredth."""

    cache_ok = True
    places = 2


class Cost(_Scaled):
    """Money of a provider, to the millionth of its unit."""

    cache_ok = True
    places = 6


class UtcTime(TypeDecorator[datetime]):
    """An aware time; SQLite keeps it without a zone, always in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """Text that the engine's vault hides."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else vault_of(dialect).lock(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else vault_of(dialect).open(value)


def vault_of(dialect: Dialect) -> Vault:
    """Find the vault that the store has put beside its engine."""
    vault: Vault = getattr(dialect, "vault", _PLAIN)
    return vault
