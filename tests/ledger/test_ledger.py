import asyncio
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from db import books, ledger, people
from db.states import TransactionType
from db.store import Store
from db.tables import Transaction, User
from tests.worlds import NOON, credited, person


async def _ana(store: Store, purse: str = "10.00") -> UUID:
    def work(connection: Connection) -> UUID:
        user_id = person(connection)
        credited(connection, user_id, purse)
        return user_id

    return await store.write(work)


async def _balance(store: Store, user_id: UUID) -> Decimal:
    return await store.read(partial(ledger.balance, user_id=user_id))


async def _breaches(store: Store) -> list[str]:
    return await store.read(lambda connection: [each.rule for each in books.breaches(connection)])


async def test_of_many_holds_at_once_only_what_is_there_is_taken(store: Store) -> None:
    ana = await _ana(store, "10.00")

    held = await asyncio.gather(
        *(
            store.write(partial(ledger.hold, user_id=ana, amount=Decimal("3.00"), key=f"k{number}", now=NOON))
            for number in range(12)
        )
    )

    assert sum(each is not None for each in held) == 3
    assert await _balance(store, ana) == Decimal("1.00")


async def test_a_naive_debit_goes_wrong_in_the_same_race(store: Store) -> None:
    """The control: read, subtract, write, as peers do it, loses debits where ours loses none."""
    ana = await _ana(store, "100.00")

    async def naive() -> None:
        before = await _balance(store, ana)
        await asyncio.sleep(0)
        await store.write(
            lambda connection: connection.execute(
                update(User).where(User.id == ana).values(credits=before - Decimal("3.00"))
            )
        )

    await asyncio.gather(*(naive() for _ in range(12)))

    assert await _balance(store, ana) > Decimal("64.00")
    assert await _breaches(store) == ["credits-equal-transactions"]


async def test_a_hold_is_given_back_once(store: Store) -> None:
    ana = await _ana(store, "10.00")
    charge = await store.write(partial(ledger.hold, user_id=ana, amount=Decimal("4.00"), key="k", now=NOON))
    assert charge is not None

    returned = await asyncio.gather(
        *(store.write(partial(ledger.give_back, charge_id=charge, now=NOON)) for _ in range(6))
    )

    assert sum(each is not None for each in returned) == 1
    assert await _balance(store, ana) == Decimal("10.00")


async def test_what_was_kept_is_not_given_back(store: Store) -> None:
    ana = await _ana(store, "10.00")
    charge = await store.write(partial(ledger.hold, user_id=ana, amount=Decimal("4.00"), key="k", now=NOON))
    assert charge is not None

    kept = await store.write(partial(ledger.keep, charge_id=charge, now=NOON))
    returned = await store.write(partial(ledger.give_back, charge_id=charge, now=NOON))

    assert kept
    assert returned is None
    assert await _balance(store, ana) == Decimal("6.00")


async def test_a_gift_under_one_key_is_given_once(store: Store) -> None:
    ana = await _ana(store, "10.00")
    give = partial(
        ledger.gift,
        user_id=ana,
        amount=Decimal("5.00"),
        kind=TransactionType.ADJUSTMENT,
        key="grant:update:7",
        now=NOON,
    )

    await asyncio.gather(*(store.write(give) for _ in range(6)))

    assert await _balance(store, ana) == Decimal("15.00")


async def test_nobody_is_taken_below_zero_by_an_admin(store: Store) -> None:
    ana = await _ana(store, "10.00")

    taken = await store.write(
        partial(ledger.take, user_id=ana, amount=Decimal("10.01"), key="k", now=NOON, reason="", actor_id=ana)
    )

    assert taken is None
    assert await _balance(store, ana) == Decimal("10.00")


@pytest.mark.parametrize("value", [Decimal("-0.01"), Decimal("-500.00")])
async def test_the_database_itself_refuses_a_debt_nobody_explains(store: Store, value: Decimal) -> None:
    ana = await _ana(store)

    with pytest.raises(IntegrityError):
        await store.write(
            lambda connection: connection.execute(update(User).where(User.id == ana).values(credits=value))
        )


async def test_the_database_itself_refuses_a_charge_that_adds(store: Store) -> None:
    await _ana(store)

    with pytest.raises(IntegrityError):
        await store.write(
            lambda connection: connection.execute(
                update(Transaction).values(type=TransactionType.SMS_RECEIVED)
            )
        )


async def test_credits_are_changed_by_the_ledger_alone(store: Store) -> None:
    ana = await _ana(store)

    with pytest.raises(ValueError, match="ledger alone"):
        await store.write(partial(people.change, user_id=ana, now=NOON, credits=Decimal(99)))


async def test_parts_of_a_cent_are_refused(store: Store) -> None:
    ana = await _ana(store)

    with pytest.raises(Exception, match="decimals"):
        await store.write(partial(ledger.hold, user_id=ana, amount=Decimal("0.001"), key="k", now=NOON))
