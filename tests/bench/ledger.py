"""How fast credits are held, beside the way it is usually written: read, subtract, write back."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from db import ledger
from db.states import TransactionStatus, TransactionType
from db.store import Store, open_store
from db.tables import Transaction, User
from tests.bench.figures import Figures, crowd
from tests.money.deliveries import databases
from tests.worlds import NOON, credited, person

AT_ONCE = 16
SECONDS = 2.0
PRICE = Decimal("0.01")
PURSE = Decimal("100000.00")

Buy = Callable[[UUID], Awaitable[object]]


def measure() -> Figures:
    figures: Figures = {}
    with databases() as addresses:
        for name, address in addresses.items():
            figures |= asyncio.run(_measure(name, address))
    return figures


async def _measure(database: str, address: str) -> Figures:
    store = open_store(address)
    sessions = async_sessionmaker(create_async_engine(address))
    ways: dict[str, Buy] = {"ours": partial(_hold, store), "naive": partial(_read_and_write_back, sessions)}
    figures: Figures = {}
    people = count(1)
    for buyers in (AT_ONCE, 1):
        for way, buy in ways.items():
            who = [await _somebody(store, next(people)) for _ in range(buyers)]
            purses = "one purse" if buyers == 1 else f"{buyers} purses"
            said = f"{database}, {AT_ONCE} at once on {purses}, {way}"
            figures |= await _try(said, store, buy, who)
    await sessions.kw["bind"].dispose()
    await store.close()
    return figures


async def _try(said: str, store: Store, buy: Buy, who: list[UUID]) -> Figures:
    found = await crowd(lambda worker: buy(who[worker % len(who)]), at_once=AT_ONCE, seconds=SECONDS)
    left = [await store.read(partial(ledger.balance, user_id=each)) for each in who]
    missing = found.done - int((PURSE * len(who) - sum(left)) / PRICE)
    return found.figures(said) | {f"{said}: sold without payment": missing}


async def _hold(store: Store, user_id: UUID) -> None:
    held = await store.write(
        partial(ledger.hold, user_id=user_id, amount=PRICE, key=f"number:{uuid4()}", now=NOON)
    )
    assert held


async def _read_and_write_back(sessions: async_sessionmaker[AsyncSession], user_id: UUID) -> None:
    async with sessions() as session:
        user = (await session.execute(select(User).where(User.id == user_id))).scalar_one()
        assert user.credits >= PRICE
        user.credits -= PRICE
        session.add(
            Transaction(
                id=uuid4(),
                user_id=user_id,
                type=TransactionType.SMS_RECEIVED,
                amount=-PRICE,
                gateway="Internal",
                transaction_id_gateway=f"number:{uuid4()}",
                status=TransactionStatus.PENDING,
                created_at=NOON,
                updated_at=NOON,
            )
        )
        await session.commit()


async def _somebody(store: Store, number: int) -> UUID:
    def work(connection: Connection) -> UUID:
        user_id = person(connection, telegram_id=number, username=f"buyer{number}")
        credited(connection, user_id, str(PURSE))
        return user_id

    return await store.write(work)
