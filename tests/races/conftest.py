import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from db.store import Store, open_store
from tests.databases import copy_of, empty, make_database, make_file
from tests.money.till import Till, open_till
from tests.races.careless import loose_tables, open_careless
from tests.races.gate import Gate, put_up
from tests.shop.shop import Shop, open_shop


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def shop(store: Store, gate: Gate) -> Shop:
    return await _open(store, gate)


@pytest.fixture
async def till(store: Store, gate: Gate) -> Till:
    put_up(gate, store)
    return open_till(store)


@pytest.fixture
async def careless_shop(careless_store: Store, gate: Gate) -> Shop:
    """The same shop; nothing keeps two from doing the same at once."""
    return await _open(careless_store, gate)


@pytest.fixture
async def careless_till(careless_store: Store, gate: Gate) -> Till:
    put_up(gate, careless_store)
    return open_till(careless_store)


async def _open(store: Store, gate: Gate, *, is_first: bool = True) -> Shop:
    put_up(gate, store)
    opened = await open_shop(store, is_first=is_first)
    if is_first:
        for limit in ("newcomer_open_numbers", "open_numbers", "purchases_per_hour", "purchases_per_day"):
            await opened.rules.change(limit, "100")
    return opened


@pytest.fixture(scope="session")
def loose_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_file(tmp_path_factory.mktemp("loose") / "shop.db", loose_tables())


@pytest.fixture(scope="session")
def loose_database(postgresql_server: str, worker_id: str) -> str:
    return asyncio.run(make_database(postgresql_server, f"chegou_test_loose_{worker_id}", loose_tables()))


@pytest.fixture
def loose_sqlite_address(loose_file: Path, tmp_path: Path) -> str:
    return copy_of(loose_file, tmp_path / "loose.db")


@pytest.fixture
def loose_postgresql_address(loose_database: str) -> str:
    asyncio.run(empty(loose_database))
    return loose_database


@pytest.fixture(params=["sqlite", "postgresql"])
def loose_address(request: pytest.FixtureRequest) -> str:
    address: str = request.getfixturevalue(f"loose_{request.param}_address")
    return address


@pytest.fixture
async def careless_store(loose_address: str) -> AsyncIterator[Store]:
    store = open_careless(loose_address)
    yield store
    await store.close()


@pytest.fixture
async def two_shops(postgresql_address: str, gate: Gate) -> AsyncIterator[tuple[Shop, Shop]]:
    """Two processes of one shop."""
    stores = open_store(postgresql_address), open_store(postgresql_address)
    yield await _as_two(stores, gate)
    for store in stores:
        await store.close()


@pytest.fixture
async def two_careless_shops(loose_postgresql_address: str, gate: Gate) -> AsyncIterator[tuple[Shop, Shop]]:
    stores = open_careless(loose_postgresql_address), open_careless(loose_postgresql_address)
    yield await _as_two(stores, gate)
    for store in stores:
        await store.close()


async def _as_two(stores: tuple[Store, Store], gate: Gate) -> tuple[Shop, Shop]:
    one, other = await _open(stores[0], gate), await _open(stores[1], gate, is_first=False)
    other.clock, other.provider = one.clock, one.provider
    other.purchases._providers = one.purchases._providers
    other.closing._providers = one.closing._providers
    other.closing._sweep._providers = one.closing._sweep._providers
    return one, other
