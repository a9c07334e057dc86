import asyncio

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError

from db.store import Store
from db.tables import ShopRule
from tests.worlds import NOON


def _put(connection: Connection, name: str = "n", value: str = "0") -> None:
    connection.execute(insert(ShopRule).values(name=name, value=value, updated_at=NOON))


def _value(connection: Connection) -> str:
    return connection.execute(select(ShopRule.value)).scalar_one()


async def test_what_was_written_is_read(store: Store) -> None:
    await store.write(_put)

    assert await store.read(_value) == "0"


async def test_a_failing_work_leaves_nothing_behind(store: Store) -> None:
    def fail(connection: Connection) -> None:
        _put(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(fail)

    assert await store.read(lambda connection: connection.scalars(select(ShopRule.name)).all()) == []


async def test_a_read_cannot_change_anything(store: Store) -> None:
    with pytest.raises(DBAPIError):
        await store.read(_put)


async def test_a_conditional_change_is_won_by_one_of_many(store: Store) -> None:
    await store.write(_put)

    def take(connection: Connection) -> int:
        taken = update(ShopRule).where(ShopRule.value == "0").values(value="1")
        return connection.execute(taken).rowcount

    won = await asyncio.gather(*(store.write(take) for _ in range(20)))

    assert sum(won) == 1


async def test_a_read_sees_one_moment(store: Store) -> None:
    """Two selects of one read agree, whatever is committed in between."""
    await store.write(_put)
    first_seen, changed = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def look_twice(connection: Connection) -> tuple[str, str]:
        before = _value(connection)
        loop.call_soon_threadsafe(first_seen.set)
        return before, _value(connection)

    def change(connection: Connection) -> None:
        connection.execute(update(ShopRule).values(value="9"))

    async def change_meanwhile() -> None:
        await first_seen.wait()
        await store.write(change)
        changed.set()

    seen, _ = await asyncio.gather(store.read(look_twice), change_meanwhile())

    assert seen[0] == seen[1]
    assert changed.is_set()
