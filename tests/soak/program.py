"""Pull the plug of the whole program while people shop, then hold the books against the world.

python -m tests.soak.program --kills 50 --mode polling
"""

import argparse
import asyncio
import random
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.app import Sandbox
from bot.sandbox.demo import environment, free_port
from bot.sandbox.shop import Shop

_HOST = "127.0.0.1"
_LIFE_SECONDS = 60
_BUYERS = 4
_SETTLE_SECONDS = 240.0
_UNSAID_CODES = """
    SELECT count(*) FROM sms_messages AS m
    WHERE m.status = 'received' AND m.is_withheld = 0 AND NOT EXISTS (
        SELECT 1 FROM outbox_facts AS o
        WHERE o.kind = 'number.code' AND o.sent_at IS NOT NULL AND replace(o.subject, '-', '') = m.id
    )
"""


@dataclass
class Tally:
    """What must not differ between the shop and the world when all is over."""

    kills: int = 0
    said: int = 0
    taps: int = 0
    payments: int = 0
    damage: dict[str, int] = field(default_factory=dict)


class Buyer:
    """Somebody who taps whatever button leads on, and does not care whether the shop is alive."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox, number: int, tally: Tally) -> None:
        telegram = sandbox.parts.telegram
        person = telegram.add_person(f"Buyer{number}", None, f"buyer_{number}", "en")
        self._base = f"{sandbox.address}/world/telegram/people/{person.id}"
        self._session = session
        self._sandbox = sandbox
        self._tally = tally
        self._pressed: set[tuple[int, str]] = set()

    async def shop(self, dice: random.Random) -> None:
        """Say and tap for ever."""
        await self._say("/start")
        while True:
            await asyncio.sleep(dice.uniform(1.0, 3.0))
            await self._step(dice)

    async def _step(self, dice: random.Random) -> None:
        buttons = await self._buttons()
        for wanted in ("accept", "pay r", "buy for", "card"):
            key = next((each for each in buttons if wanted in each["text"].lower()), None)
            if key and (key["message_id"], wanted) not in self._pressed:
                self._pressed.add((key["message_id"], wanted))
                await self._press(key, dice)
                return
        await self._say(dice.choice(("/buy wa br", "/buy wa br", "/buy wa br", "/topup 20", "/balance")))

    async def _press(self, key: dict[str, Any], dice: random.Random) -> None:
        if "url" in key:
            await self._pay(key["url"])
        elif "data" in key:
            times = 2 if dice.random() < 0.3 else 1
            tapped = await self._post("/tap", message_id=key["message_id"], data=key["data"], times=times)
            self._tally.taps += len(tapped.get("callback_query_ids", ()))

    async def _pay(self, url: str) -> None:
        found = re.search(r"/pay/stripe/(\w+)", url)
        if found is None:
            return
        path = f"{self._sandbox.address}/world/stripe/sessions/{found[1]}/pay"
        async with self._session.post(path, json={"outcome": "paid"}) as answer:
            self._tally.payments += answer.status == 200

    async def _say(self, words: str) -> None:
        said = await self._post("/say", text=words)
        self._tally.said += "update_id" in said

    async def _post(self, path: str, **order: Any) -> dict[str, Any]:
        async with self._session.post(self._base + path, json=order) as answer:
            told: dict[str, Any] = await answer.json()
            return told

    async def _buttons(self) -> list[dict[str, Any]]:
        """The buttons of the latest few messages, newest first."""
        async with self._session.get(self._base + "/chat") as answer:
            messages = [each for each in (await answer.json())["messages"] if not each.get("outgoing")]
        return [
            {
                "text": key["text"],
                "message_id": message["message_id"],
                **({"url": key["url"]} if "url" in key else {}),
                **({"data": key["callback_data"]} if "callback_data" in key else {}),
            }
            for message in reversed(messages[-5:])
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", [])
            for key in row
        ]


async def main() -> int:
    """Run one soak; 0 when nothing was damaged."""
    arguments = _parse()
    print(f"seed {arguments.seed}", flush=True)
    dice = random.Random(arguments.seed)
    home = Path(tempfile.mkdtemp(prefix="chegou-soak-"))
    tally, loop = Tally(), asyncio.get_running_loop()
    async with _world(home, is_webhook=arguments.mode == "webhook") as (sandbox, shop):
        async with aiohttp.ClientSession() as session:
            buyers = [
                loop.create_task(Buyer(session, sandbox, number, tally).shop(random.Random(dice.random())))
                for number in range(_BUYERS)
            ]
            await _pull_plugs(shop, tally, arguments.kills, dice)
            for buyer in buyers:
                buyer.cancel()
            await asyncio.gather(*buyers, return_exceptions=True)
        sandbox.parts.upstream.set_auto(None, off=True)
        await _settle(shop, home)
        audit = await shop.ask("audit", "--json")
        await shop.close()
        tally.damage = _compare(sandbox, home, tally)
    print(f"{arguments.mode}: {tally.kills} kills, {tally.said} commands, {tally.taps} taps, ", end="")
    print(f"{tally.payments} payments; {tally.damage}; audit exit {audit[0]}")
    damaged = audit[0] != 0 or any(tally.damage[name] for name in tally.damage if not name.startswith("n_"))
    if damaged:
        print(f"kept for a look: {home}\n{audit[1]}")
    else:
        shutil.rmtree(home)
    return int(damaged)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--mode", choices=("polling", "webhook"), default="polling")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


@asynccontextmanager
async def _world(home: Path, *, is_webhook: bool) -> AsyncIterator[tuple[Sandbox, Shop]]:
    port, web_port = free_port(), free_port()
    sandbox = Sandbox(f"http://{_HOST}:{port}")
    settings = environment(sandbox, home, web_port) | {"SMS_ACTIVE_CLAIM_SECONDS": "5"}
    if is_webhook:
        settings["PUBLIC_URL"] = f"http://{_HOST}:{web_port}"
    _arrange(sandbox, web_port)
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, _HOST, port).start()
    shop = Shop(settings, home)
    sandbox.attach(shop)
    try:
        await shop.open()
        yield sandbox, shop
    finally:
        await shop.close()
        await runner.cleanup()


def _arrange(sandbox: Sandbox, web_port: int) -> None:
    upstream = sandbox.parts.upstream
    sandbox.parts.ring_at(f"http://{_HOST}:{web_port}")
    upstream.set_cancel_floor(3)
    upstream.set_life(_LIFE_SECONDS)
    upstream.set_auto(2)
    upstream.set_balance("100000")
    upstream.set_stock("wa", 73, 100_000)
    upstream.set_rules(bans_by_success=False)


async def _pull_plugs(shop: Shop, tally: Tally, kills: int, dice: random.Random) -> None:
    while tally.kills < kills:
        await _until_open(shop)
        await asyncio.sleep(dice.uniform(0.2, 8.0))
        await shop.unplug()
        tally.kills += 1
        await shop.start()
    await _until_open(shop)


async def _until_open(shop: Shop) -> None:
    async for phase in shop.phases():
        if phase == "open":
            return
        if phase == "stopped":
            raise SystemExit(shop.last_words())


async def _settle(shop: Shop, home: Path) -> None:
    """Wait until every unfinished state has been ended by its job."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _SETTLE_SECONDS
    while loop.time() < end:
        await asyncio.sleep(2)
        with suppress(sqlite3.OperationalError):
            if not sum(_left(home).values()):
                return


def _left(home: Path) -> dict[str, int]:
    questions = {
        "unfinished numbers": "SELECT count(*) FROM active_numbers WHERE status IN"
        " ('intent', 'sent', 'unknown', 'cancelling') OR (status = 'active')",
        "unhandled updates": "SELECT count(*) FROM inbox_updates WHERE done_at IS NULL",
        "unsaid facts": "SELECT count(*) FROM outbox_facts WHERE sent_at IS NULL AND blocked_at IS NULL",
        "unanswered notices": "SELECT count(*) FROM gateway_notices WHERE handled_at IS NULL",
    }
    return {name: _one(home, question) for name, question in questions.items()}


def _compare(sandbox: Sandbox, home: Path, tally: Tally) -> dict[str, int]:
    """Count what is lost or doubled between the shop's database and the stand-ins' own ledgers."""
    upstream = sandbox.parts.upstream
    known = {
        row[0] for row in _all(home, "SELECT upstream_id FROM active_numbers WHERE upstream_id IS NOT NULL")
    }
    bought = upstream.list_activations()
    orphans = [
        row for row in bought if row["id"] not in known and row["state"] not in {"cancelled", "refunded"}
    ]
    paid = Decimal(str(sandbox.parts.stripe.ledger()["balance"].get("BRL", 0)))
    credited = (
        Decimal(
            _one(
                home,
                "SELECT coalesce(sum(amount), 0) FROM transactions"
                " WHERE type = 'credit_purchase' AND status = 'completed'",
            )
        )
        / 100
    )
    pending = len(sandbox.parts.telegram._world.updates.pending())
    stored = _one(home, "SELECT count(*) FROM inbox_updates")
    return {
        **_left(home),
        "orphans": len(orphans),
        "lost codes": _one(home, _UNSAID_CODES),
        "money in, difference in cents": int(abs(paid - credited) * 100),
        "lost updates": pending + max(0, tally.said + tally.taps - stored),
        "updates set aside": _one(home, "SELECT count(*) FROM inbox_updates WHERE error IS NOT NULL"),
        "n_numbers": len(bought),
        "n_codes": _one(home, "SELECT count(*) FROM sms_messages WHERE status = 'received'"),
    }


def _one(home: Path, question: str) -> int:
    return int(_all(home, question)[0][0])


def _all(home: Path, question: str) -> list[Any]:
    with sqlite3.connect(f"file:{home / 'shop.db'}?mode=ro", uri=True) as connection:
        return connection.execute(question).fetchall()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
