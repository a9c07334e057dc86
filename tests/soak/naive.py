"""The ways it is usually written, in the same world and killed alike: what they damage is what is seen.

A: ask the provider for a number, then take the money and write both down.
B: take the money, ask for a number, then write it down.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection, text

from bot.intake import ALLOWED_UPDATES
from bot.tasks import Tasks
from bot.telegram_api import TelegramApi, TelegramUnreachable
from bot.wiring import Shop
from services.ports.provider import Bought, Order
from tests.soak.audit import Evidence
from tests.soak.door import Door
from tests.soak.forks import Mark, while_the_parent_lives
from tests.soak.life import Phase
from tests.soak.stock import COST, PRICE, PURSE
from tests.soak.wired import ShopUnderFire, Stage

_CENTS = 100
_TABLES = (
    "CREATE TABLE IF NOT EXISTS naive_people (telegram_id BIGINT PRIMARY KEY, cents BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS naive_numbers (upstream_id TEXT PRIMARY KEY, telegram_id BIGINT NOT NULL)",
)
_ADMIT = text(
    "INSERT INTO naive_people (telegram_id, cents) VALUES (:telegram_id, :cents) ON CONFLICT DO NOTHING"
)
_DEBIT = text(
    "UPDATE naive_people SET cents = cents - :cents WHERE telegram_id = :telegram_id AND cents >= :cents"
)
_GIVE_BACK = text("UPDATE naive_people SET cents = cents + :cents WHERE telegram_id = :telegram_id")
_INSERT = text("INSERT INTO naive_numbers (upstream_id, telegram_id) VALUES (:upstream_id, :telegram_id)")


class NaiveShop(ABC):
    """Hears who taps by the real wire, buys by the real client, writes into the real database."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._api = TelegramApi(shop.settings.telegram_api_url, shop.settings.token)
        self._tasks = Tasks()

    async def open(self) -> None:
        await self._shop.store.write(_make_tables)

    async def trade(self) -> None:
        """Confirm what was heard by the next question, and handle it meanwhile: as polling libraries do."""
        offset = 0
        while True:
            try:
                updates = await self._api.call(
                    "getUpdates", offset=offset, timeout=5, allowed_updates=ALLOWED_UPDATES
                )
            except TelegramUnreachable:
                continue
            for update in updates:
                offset = update["update_id"] + 1
                tap = update.get("callback_query") or {}
                if tap.get("data", "").startswith("buy:"):
                    self._tasks.start(self._sell(tap["from"]["id"], tap["data"]), "a sale")

    async def _sell(self, telegram_id: int, key: str) -> None:
        await self._write(_ADMIT, telegram_id=telegram_id, cents=_in_cents(PURSE))
        await self.sell(telegram_id, Order(key[-32:], "wa", "73", COST))
        await self._api.call("sendMessage", chat_id=telegram_id, text="bought")

    @abstractmethod
    async def sell(self, telegram_id: int, order: Order) -> None: ...

    async def _rent(self, order: Order) -> str | None:
        answer = await self._shop.providers["active"].purchase(order)
        return answer.upstream_id if isinstance(answer, Bought) else None

    async def _write(self, statement: Any, **values: object) -> int:
        return await self._shop.store.write(
            lambda connection: connection.execute(statement.bindparams(**values)).rowcount
        )


class CallsFirst(NaiveShop):
    async def sell(self, telegram_id: int, order: Order) -> None:
        upstream_id = await self._rent(order)
        if upstream_id is None:
            return

        def work(connection: Connection) -> None:
            connection.execute(_DEBIT.bindparams(cents=_in_cents(PRICE), telegram_id=telegram_id))
            connection.execute(_INSERT.bindparams(upstream_id=upstream_id, telegram_id=telegram_id))

        await self._shop.store.write(work)


class DebitsFirst(NaiveShop):
    async def sell(self, telegram_id: int, order: Order) -> None:
        if not await self._write(_DEBIT, cents=_in_cents(PRICE), telegram_id=telegram_id):
            return
        upstream_id = await self._rent(order)
        if upstream_id is None:
            await self._write(_GIVE_BACK, cents=_in_cents(PRICE), telegram_id=telegram_id)
        else:
            await self._write(_INSERT, upstream_id=upstream_id, telegram_id=telegram_id)


async def live(naive: type[NaiveShop], stage: Stage, mark: Mark, _: str) -> None:
    """Until the end, which comes from outside."""
    mark.set(Phase.STARTING)
    shop = naive(ShopUnderFire(stage))
    mark.set(Phase.RECOVERING)
    await shop.open()
    mark.set(Phase.TRADING)
    trading = asyncio.get_running_loop().create_task(shop.trade())
    await while_the_parent_lives()
    trading.cancel()


async def rest(stage: Stage, door: Door) -> Mapping[str, Any]:
    """Nothing brings it back: only what is there is counted, once nothing is in flight."""
    await asyncio.to_thread(door.wait_until_still)
    shop = ShopUnderFire(stage)
    evidence = await asyncio.to_thread(door.evidence)
    damage = await shop.store.read(partial(_compare, evidence=evidence))
    await shop.close()
    return {
        "purchases": len(evidence["activations"]),
        "codes": 0,
        "topups": 0,
        "damage": {kind: found for kind, found in damage.items() if found},
    }


def _make_tables(connection: Connection) -> None:
    for statement in _TABLES:
        connection.execute(text(statement))


def _compare(connection: Connection, evidence: Evidence) -> dict[str, list[str]]:
    numbers = connection.execute(text("SELECT upstream_id, telegram_id FROM naive_numbers")).all()
    known = {row.upstream_id for row in numbers}
    debits: list[str] = []
    for person in connection.execute(text("SELECT telegram_id, cents FROM naive_people")):
        paid = (_in_cents(PURSE) - person.cents) // _in_cents(PRICE)
        debits += [str(person.telegram_id)] * (paid - sum(row[1] == person.telegram_id for row in numbers))
    return {
        "orphans": [each["id"] for each in evidence["activations"] if each["id"] not in known],
        "lost debits": debits,
    }


def _in_cents(amount: Decimal) -> int:
    return int(amount * _CENTS)
