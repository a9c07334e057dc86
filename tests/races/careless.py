"""The shop's memory with its guards off: no single writer, no locked rows, no unique keys."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Engine, MetaData, NullPool, UniqueConstraint, create_engine, event, make_url

from db.postgresql import PostgresqlStore
from db.sqlite import SqliteStore
from db.store import Store
from db.tables import metadata
from db.vault import Vault, hand_vault
from db.work import Work

T = TypeVar("T")
_LOCK = re.compile(r" FOR UPDATE( SKIP LOCKED)?")


class ManyWriters:
    """SQLite as it is usually set up: a connection for each, and what is read is read outside."""

    def __init__(self, address: str) -> None:
        path = make_url(address).set(drivername="sqlite")
        self.engine = create_engine(path, poolclass=NullPool, connect_args={"check_same_thread": False})
        hand_vault(self.engine, Vault())

    async def write(self, work: Work[T]) -> T:
        return await asyncio.to_thread(self._do, work)

    async def read(self, work: Work[T]) -> T:
        return await self.write(work)

    async def close(self) -> None:
        self.engine.dispose()

    def _do(self, work: Callable[[Any], T]) -> T:
        with self.engine.begin() as connection:
            return work(connection)


def open_careless(address: str) -> Store:
    if make_url(address).get_backend_name() == "sqlite":
        return ManyWriters(address)
    store = PostgresqlStore(address, Vault())
    _lock_nothing(store._engine.sync_engine)
    return store


def engine_of(store: Store) -> Engine:
    """What a store writes through."""
    match store:
        case ManyWriters():
            return store.engine
        case SqliteStore():
            return store._writer
        case PostgresqlStore():
            return store._engine.sync_engine
    raise TypeError(store)


def loose_tables() -> MetaData:
    """All tables, and nothing in them is unique but their ids."""
    loose = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        copy = table.to_metadata(loose)
        copy.constraints -= {each for each in copy.constraints if isinstance(each, UniqueConstraint)}
        for index in copy.indexes:
            index.unique = False
    return loose


def _lock_nothing(engine: Engine) -> None:
    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def execute(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return _LOCK.sub("", statement), parameters
