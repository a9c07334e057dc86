from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from db.vault import Vault, hand_vault
from db.work import Work

T = TypeVar("T")
_TRIES = 5
# Serialization failure, deadlock, a row that another has just made: nothing was committed, and whoever
# looks again sees what the other has done.
_PLEASE_REPEAT = {"40001", "40P01", "23505"}


class PostgresqlStore:
    """Many writers: every statement that moves money carries its own condition."""

    def __init__(self, address: str, vault: Vault) -> None:
        self._engine = create_async_engine(address, pool_size=10, max_overflow=10, pool_pre_ping=True)
        hand_vault(self._engine.sync_engine, vault)

    async def write(self, work: Work[T]) -> T:
        for _ in range(_TRIES - 1):
            try:
                return await self._write_once(work)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _PLEASE_REPEAT:
                    raise
        return await self._write_once(work)

    async def _write_once(self, work: Work[T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def read(self, work: Work[T]) -> T:
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()
