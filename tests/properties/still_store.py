"""A real SQLite without threads: the same steps in the same order give the same run, so a failure replays."""

import asyncio
import sqlite3
from functools import cache
from typing import TypeVar

from sqlalchemy import Engine, StaticPool, create_engine

from db.sqlite import _prepare
from db.tables import metadata
from db.vault import Vault, hand_vault
from db.work import Work
from services.seeds import plant
from tests.worlds import NOON

T = TypeVar("T")


class StillStore:
    """One database for all: each new one forgets what the one before it held."""

    def __init__(self) -> None:
        self._engine, template = _engine()
        template.backup(_driver(self._engine))

    @property
    def changes(self) -> int:
        """Rows changed so far: while this stands still, so does everything."""
        return _driver(self._engine).total_changes

    async def write(self, work: Work[T]) -> T:
        # Others may come in between before and after, as with any store; never within.
        await asyncio.sleep(0)
        with self._engine.begin() as connection:
            done = work(connection)
        await asyncio.sleep(0)
        return done

    async def read(self, work: Work[T]) -> T:
        return await self.write(work)

    async def close(self) -> None:
        return None


@cache
def _engine() -> tuple[Engine, sqlite3.Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    hand_vault(engine, Vault())
    _prepare(engine, begin="BEGIN IMMEDIATE", is_reader=False)
    metadata.create_all(engine)
    with engine.begin() as connection:
        plant(connection, NOON)
    template = sqlite3.connect(":memory:", check_same_thread=False)
    _driver(engine).backup(template)
    return engine, template


def _driver(engine: Engine) -> sqlite3.Connection:
    borrowed = engine.raw_connection()
    driver = borrowed.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
