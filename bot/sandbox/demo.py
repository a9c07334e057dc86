import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.sandbox.app import Sandbox
from bot.sandbox.keys import KEYS
from bot.sandbox.player import play
from bot.sandbox.shop import ROOT, Shop

HOST = "127.0.0.1"
CANCEL_SECONDS = 8
_CODE_AFTER_SECONDS = 6
_SAYS = {
    "migrating": "making the shop's tables…",
    "starting": "starting the shop…",
    "open": "the shop is open; Ctrl-C ends it",
    "stopped": "the shop's process has ended",
    "unplugged": "the plug was pulled; the page can put it back",
}


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    port: int = 8400
    is_headless: bool = False
    keeps_data: bool = False
    home: Path = ROOT / "var" / "demo"


async def run(options: Options) -> int:
    """Open the sandbox and the shop, and stay until somebody ends it (or the player is through)."""
    sandbox = Sandbox(f"http://{HOST}:{options.port}")
    _end_on_sigterm()
    try:
        async with _served(sandbox, options.port):
            print(f"\n  Chegou's sandbox  →  {sandbox.address}/\n", flush=True)
            return await _trade(sandbox, options)
    except PortTakenError as taken:
        print(taken, flush=True)
        return 1


class PortTakenError(Exception):
    """The page's port cannot be listened on."""


def _end_on_sigterm() -> None:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


@asynccontextmanager
async def _served(sandbox: Sandbox, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(sandbox.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await _listen(runner, port)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        raise PortTakenError(
            f"Port {port} cannot be used: {error.strerror}. Choose another one: make demo PORT={port + 1}"
        ) from error


async def _trade(sandbox: Sandbox, options: Options) -> int:
    _make_home(options)
    web_port = free_port()
    shop = Shop(environment(sandbox, options.home, web_port), options.home)
    sandbox.attach(shop)
    arrange(sandbox, web_port, is_headless=options.is_headless)
    try:
        async with asyncio.TaskGroup() as tasks:
            keeper = tasks.create_task(shop.keep())
            code = await (_play(sandbox, shop) if options.is_headless else _stay(shop))
            keeper.cancel()
            return code
    finally:
        await shop.close()


async def _play(sandbox: Sandbox, shop: Shop) -> int:
    code = await play(sandbox.address, shop, CANCEL_SECONDS)
    if code:
        print(f"\nThe end of {shop.log}:\n{shop.last_words()}", flush=True)
    return code


async def _stay(shop: Shop) -> int:
    """Say in the terminal what the page says, until the demo is ended."""
    async for phase in shop.phases():
        print(f"  {_SAYS[phase]}", flush=True)
        if phase == "stopped":
            print(f"\nThe end of {shop.log}:\n{shop.last_words()}\n", flush=True)
    return 0


def arrange(sandbox: Sandbox, web_port: int, *, is_headless: bool) -> None:
    """Set the scene: notices go to the shop's port, cancels soon, codes come by themselves."""
    sandbox.parts.ring_at(f"http://{HOST}:{web_port}")
    sandbox.parts.upstream.set_cancel_floor(CANCEL_SECONDS)
    if not is_headless:
        sandbox.parts.upstream.set_auto(_CODE_AFTER_SECONDS)


def environment(sandbox: Sandbox, home: Path, web_port: int) -> dict[str, str]:
    """All that the shop's process knows: nothing of the machine's own settings gets through."""
    address = sandbox.address
    return {
        "PATH": os.defpath,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        **KEYS,
        "TELEGRAM_API_URL": address,
        "ADMIN_IDS": str(sandbox.admin_id),
        "DATABASE_URL": f"sqlite+aiosqlite:///{home / 'shop.db'}",
        "REDIS_URL": "",
        "PUBLIC_URL": "",
        "WEB_HOST": HOST,
        "WEB_PORT": str(web_port),
        "SMS_ACTIVE_URL": f"{address}/stubs/handler_api.php",
        "SMS_ACTIVE_RATE": "5",
        "SMS_ACTIVE_EXCLUSIVE": "true",
        "SMS_ACTIVE_CANCEL_SECONDS": str(CANCEL_SECONDS),
        "SMS_ACTIVE_CLAIM_SECONDS": "20",
        "POLL_SECONDS": "1",
        "STRIPE_API_URL": f"{address}/stripe",
        "MERCADOPAGO_API_URL": f"{address}/mercadopago",
        "CRYPTOPAY_API_URL": f"{address}/cryptopay",
        "TOPUP_POLL_SECONDS": "2",
        "PAYER_EMAIL_DOMAIN": "example.com",
    }


def _make_home(options: Options) -> None:
    if not options.keeps_data:
        shutil.rmtree(options.home, ignore_errors=True)
    options.home.mkdir(parents=True, exist_ok=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
