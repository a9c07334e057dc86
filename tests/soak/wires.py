"""Two things to see over the real wires: a double tap, and codes while other chats are in trouble.

python -m tests.soak.wires
"""

import asyncio
import random
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
from sqlalchemy import Connection, func, select

from bot.sandbox.app import Sandbox
from bot.sandbox.phone import Phone, Wanted
from bot.sandbox.screen import Message, words
from db import books
from db.store import Store
from db.tables import ActiveNumber, OutboxFact, User
from tests.soak.figures import Effort, Line
from tests.soak.program import open_world, remember, until_open

_ROUNDS = 3
_WELL = 4  # chats nothing is wrong with
_HUSH_SECONDS = 20
_PATIENCE_SECONDS = 90
_PHONE = re.compile(r"\+?55[\s\d()-]{10,}\d")


@dataclass
class Street:
    """The shop's whole program, the world around it, and the people who hold a phone."""

    sandbox: Sandbox
    store: Store
    session: aiohttp.ClientSession
    owner: Phone

    async def meet(self, name: str, purse: str) -> Phone:
        """Let somebody in, through the terms, with credits to spend."""
        person = self.sandbox.parts.telegram.add_person(name, None, name.lower(), "en")
        phone = await _hold(self.session, person.id, name)
        await _accept(phone)
        await self.owner.say(f"/grant {person.id} {purse} welcome")
        await phone.see(Wanted("the credits", says="received"), _PATIENCE_SECONDS)
        return phone

    async def rent(self, phone: Phone) -> Message:
        asked = await phone.say("/buy wa br")
        buy = await phone.key(Wanted("the offer", has="buy for", since=asked), _PATIENCE_SECONDS)
        since = await phone.tap(buy)
        return await phone.see(Wanted("the number", says=_PHONE.pattern, since=since), _PATIENCE_SECONDS)


async def tap_twice(street: Street, times: int) -> str:
    """Credit for one, and the button is pressed so often at once."""
    phone = await street.meet(f"Tap{times}", "3.25")
    asked = await phone.say("/buy wa br")
    buy = await phone.key(Wanted("the offer", has="buy for", since=asked), _PATIENCE_SECONDS)
    where = {"message_id": buy.message["message_id"], "row": buy.row, "column": buy.column, "times": times}
    await phone._act("tap", where)
    await phone.see(Wanted("the number", says=_PHONE.pattern, since=asked), _PATIENCE_SECONDS)
    await asyncio.sleep(3)
    sold, balance, breaches = await street.store.read(lambda connection: _bought(connection, phone.name))
    return f"{times} taps at once, credit for one: {sold} number, balance {balance}, breaches {breaches}"


def _bought(connection: Connection, name: str) -> tuple[int, str, int]:
    user = connection.execute(select(User.id, User.credits).where(User.username == name.lower())).one()
    sold = connection.execute(
        select(func.count()).select_from(ActiveNumber).where(ActiveNumber.user_id == user.id)
    ).scalar_one()
    return sold, str(user.credits), len(list(books.breaches(connection)))


async def time_codes(street: Street) -> list[str]:
    """Codes for six chats at the same moment; one has blocked the bot, one is under 429."""
    well = [await street.meet(f"Well{number}", "50") for number in range(_WELL)]
    blocked, hushed = await street.meet("Blocked", "50"), await street.meet("Hushed", "50")
    rented = [(phone, await street.rent(phone)) for phone in (*well, blocked, hushed)]
    await _make_trouble(street, blocked, hushed)
    *quick, slow = await _send_codes(street, rented, unheard=blocked)
    for _ in range(_ROUNDS - 1):
        quick += await _send_codes(street, [(phone, await street.rent(phone)) for phone in well])
    told = f"median {median(quick):.2f} s, slowest {max(quick):.2f} s"
    return [
        f"provider has the code → {len(quick)} messages in chats that are well: {told}",
        f"the chat under 429 (retry after {_HUSH_SECONDS} s): {slow:.2f} s",
        f"the chat that blocked the bot: {await street.store.read(_ends_of_blocked)}",
    ]


async def _send_codes(
    street: Street, rented: list[tuple[Phone, Message]], unheard: Phone | None = None
) -> list[float]:
    """Have a code come for each at once; after how many seconds each was read."""
    begun = asyncio.get_running_loop().time()
    read = []
    for phone, card in rented:
        code = str(random.randrange(100_000, 1_000_000))
        street.sandbox.parts.upstream.push_sms(phone=re.sub(r"\D", "", _number(card)), code=code)
        if phone is not unheard:
            read.append(_until_read(phone, code, begun))
    return list(await asyncio.gather(*read))


async def _until_read(phone: Phone, code: str, begun: float) -> float:
    await phone.see(Wanted(f"the code {code}", says=code), _PATIENCE_SECONDS)
    return asyncio.get_running_loop().time() - begun


async def _make_trouble(street: Street, blocked: Phone, hushed: Phone) -> None:
    base = "/world/telegram"
    async with street.session.patch(f"{base}{blocked._path[len(base) :]}", json={"blocked": True}) as answer:
        assert answer.status == 200
    person_id = int(hushed._path.rpartition("/")[2])
    fault = {"method": "sendMessage", "status": 429, "retry_after": _HUSH_SECONDS, "person_id": person_id}
    async with street.session.post(f"{base}/faults", json=fault) as answer:
        assert answer.status == 200


def _ends_of_blocked(connection: Connection) -> str:
    rows = connection.execute(
        select(OutboxFact.kind, OutboxFact.blocked_at, OutboxFact.error)
        .join(User, User.id == OutboxFact.user_id)
        .where(User.username == "blocked", OutboxFact.blocked_at.is_not(None))
    ).all()
    return ", ".join(f"{row.kind} ended at {row.blocked_at:%H:%M:%S} ({row.error})" for row in rows)


async def _accept(phone: Phone) -> None:
    since = await phone.say("/start")
    accept = await phone.key(Wanted("the terms", has="✅", since=since), _PATIENCE_SECONDS)
    since = await phone.tap(accept)
    await phone.see(Wanted("home", says="saldo|balance", since=since), _PATIENCE_SECONDS)


async def _hold(session: aiohttp.ClientSession, person_id: int, name: str) -> Phone:
    phone = Phone(session, {"first_name": name, "id": person_id}, lambda _: None)
    _FOLLOWING.add(asyncio.get_running_loop().create_task(phone.follow()))
    return phone


_FOLLOWING: set[asyncio.Task[None]] = set()


def _number(card: Message) -> str:
    found = _PHONE.search(words(card))
    assert found is not None
    return found[0]


@asynccontextmanager
async def _street(*, is_webhook: bool) -> AsyncIterator[Street]:
    with tempfile.TemporaryDirectory(prefix="chegou-wires-") as home:
        address = f"sqlite+aiosqlite:///{Path(home) / 'shop.db'}"
        async with (
            open_world(Path(home), address, is_webhook=is_webhook, answer_seconds=0) as (sandbox, shop),
            remember(address) as store,
            aiohttp.ClientSession(base_url=sandbox.address) as session,
        ):
            await until_open(shop)
            owner = await _hold(session, sandbox.admin_id, "Chefe")
            await _accept(owner)
            try:
                yield Street(sandbox, store, session, owner)
            finally:
                for each in _FOLLOWING:
                    each.cancel()
                await asyncio.gather(*_FOLLOWING, return_exceptions=True)
                _FOLLOWING.clear()


async def see(*, is_webhook: bool) -> list[str]:
    async with _street(is_webhook=is_webhook) as street:
        taps = [await tap_twice(street, 2), await tap_twice(street, 20)]
        return taps + await time_codes(street)


def run(effort: Effort) -> Iterator[Line]:
    """Asked by upstream's list, then told by upstream's doorbell."""
    del effort  # it is seen once
    for is_webhook in (False, True):
        told = asyncio.run(see(is_webhook=is_webhook))
        way = "webhook" if is_webhook else "polling"
        print("\n".join(told))
        sold_one = all(": 1 number, balance 0.00, breaches 0" in line for line in told[:2])
        yield Line(f"over the wires, {way}", "sqlite", runs=1, damaged=int(not sold_one), remark=told[2])


def main() -> int:
    for is_webhook in (False, True):
        print("told by upstream's webhook:" if is_webhook else "asked by sweeps, a second apart:")
        for line in asyncio.run(see(is_webhook=is_webhook)):
            print(f"  {line}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
