"""The schema's version: where the database stands, and the way to where the code stands."""

import asyncio
from enum import Enum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
_ONE_AT_A_TIME = 0x43686567  # any number of ours: replicas that migrate at once wait for each other


class Standing(Enum):
    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def head() -> str | None:
    """The version this code is written for."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


async def standing(address: str) -> Standing:
    """Compare the database with the code; nothing is created by looking."""
    url = make_url(address)
    if _is_sqlite(url):
        return await asyncio.to_thread(_standing_of_file, url)
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_standing)
    finally:
        await engine.dispose()


async def migrate(address: str) -> None:
    """Bring the schema to head: whole, or not at all."""
    url = make_url(address)
    if _is_sqlite(url):
        await asyncio.to_thread(_migrate_file, url)
        return
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _standing_of_file(url: URL) -> Standing:
    if not Path(url.database or "").is_file():
        return Standing.EMPTY
    engine = _sqlite(url)
    try:
        with engine.connect() as connection:
            return _standing(connection)
    finally:
        engine.dispose()


def _migrate_file(url: URL) -> None:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = _sqlite(url)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    finally:
        engine.dispose()


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool)

    # Left to itself Python's sqlite3 begins no transaction before a CREATE TABLE.
    @event.listens_for(engine, "connect")
    def connect(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _standing(connection: Connection) -> Standing:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    if found is None:
        return Standing.EMPTY
    if found not in known:
        return Standing.NEWER
    return Standing.CURRENT if found == head() else Standing.OLDER


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
