from typing import Protocol, TypeVar

from sqlalchemy import make_url

from db.vault import Vault
from db.work import Work

T = TypeVar("T")


class Store(Protocol):
    """The shop's memory."""

    async def write(self, work: Work[T]) -> T:
        """Run `work` in one transaction that is durable when this returns, or has not happened."""

    async def read(self, work: Work[T]) -> T:
        """Run `work` over one consistent view; it cannot change anything."""

    async def close(self) -> None: ...


def open_store(address: str, encryption_key: str = "") -> Store:
    """Open the database at a SQLAlchemy address; its schema must already be at head."""
    vault = Vault(encryption_key)
    if make_url(address).get_backend_name() == "sqlite":
        from db.sqlite import SqliteStore  # noqa: PLC0415  a shop on PostgreSQL never loads it

        return SqliteStore(address, vault)
    from db.postgresql import PostgresqlStore  # noqa: PLC0415  nor the other way round

    return PostgresqlStore(address, vault)
