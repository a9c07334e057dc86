"""The whole process as a machine runs it: started, killed, started again, told to stop."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from bot.sandbox.telegram.server import DEFAULT_TOKEN
from tests.process.conftest import World, until

ROOT = Path(__file__).parents[2]
_OPENS_WITHIN_SECONDS = 90
_CLOSES_WITHIN_SECONDS = 10
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

Start = Callable[..., Awaitable["Running"]]


class Running:
    def __init__(self, process: asyncio.subprocess.Process, address: str, log: Path) -> None:
        self.process = process
        self.address = address
        self.log = log

    async def is_well(self) -> bool:
        assert self.process.returncode is None, self.log.read_text()
        try:
            async with ClientSession() as session, session.get(f"{self.address}/health") as answer:
                return answer.status == 200
        except (ClientError, OSError):
            return False

    async def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), _CLOSES_WITHIN_SECONDS)


@pytest.fixture
async def start(world: World, tmp_path: Path) -> AsyncIterator[Start]:
    """Start the shop over and over on one database; whatever still runs is killed at the end."""
    started: list[Running] = []

    async def start_one(**settings: str) -> Running:
        environment = {"PATH": os.defpath, "PYTHONUTF8": "1", "BOT_TOKEN": DEFAULT_TOKEN}
        port = free_port()
        environment |= {
            "TELEGRAM_API_URL": world.address,
            "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/shop.db",
            "WEB_PORT": str(port),
            **{name: value.format(port=port) for name, value in settings.items()},
        }
        await run_to_end("migrate", environment, tmp_path)
        running = await spawn(environment, tmp_path, port)
        started.append(running)
        return running

    yield start_one
    for each in started:
        if each.process.returncode is None:
            each.process.kill()
            await each.process.wait()


async def run_to_end(command: str, environment: dict[str, str], home: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "main.py"), command, cwd=home, env=environment
    )
    assert await process.wait() == 0


async def spawn(environment: dict[str, str], home: Path, port: int) -> Running:
    log = home / "shop.log"
    with log.open("ab") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "main.py"),
            cwd=home,
            env=environment,
            stdout=written,
            stderr=written,
        )
    return Running(process, f"http://127.0.0.1:{port}", log)


async def test_a_killed_shop_loses_no_update_and_a_stopped_one_ends_cleanly(
    world: World, start: Start
) -> None:
    people = [await world.meet(f"Person {number}") for number in range(12)]
    shop = await start()
    await until(lambda: has_answered_some(world, people), _OPENS_WITHIN_SECONDS)

    await shop.stop(signal.SIGKILL)
    for person in people:
        await world.say(person, "/help")
    shop = await start()
    await until(lambda: has_answered_all(world, people), _OPENS_WITHIN_SECONDS)
    await until(shop.is_well, _OPENS_WITHIN_SECONDS)
    code = await shop.stop(signal.SIGTERM)

    assert code == 0
    log = shop.log.read_text()
    assert "Traceback" not in log
    assert DEFAULT_TOKEN not in log


async def test_telegram_may_bring_updates_itself(world: World, start: Start) -> None:
    ana = await world.meet()

    shop = await start(PUBLIC_URL="http://127.0.0.1:{port}")
    await until(shop.is_well, _OPENS_WITHIN_SECONDS)
    (told,) = world.calls("setWebhook")
    await until(lambda: has_answered_all(world, [ana]))
    async with ClientSession() as session:
        forged = await session.post(str(told["asked"]["url"]), json={"update_id": 1})

    assert forged.status == 403
    assert world.calls("getUpdates") == []
    assert await shop.stop(signal.SIGINT) == 0


async def test_a_token_telegram_does_not_know_is_told_in_one_sentence(start: Start) -> None:
    shop = await start(BOT_TOKEN="1234567890:another-token-another-token-another")

    code = await asyncio.wait_for(shop.process.wait(), _OPENS_WITHIN_SECONDS)

    assert code == 2
    last = shop.log.read_text().splitlines()[-1]
    assert last == "BOT_TOKEN is refused by Telegram: it should be the token @BotFather shows."


async def has_answered_some(world: World, people: list[int]) -> bool:
    return any([await world.chat(person) for person in people])


async def has_answered_all(world: World, people: list[int]) -> bool:
    return all([await world.chat(person) for person in people])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
