"""How N open numbers are looked at: by the provider's list, or each by itself as it is usually done.

The real adapter asks the sandbox over HTTP; the sandbox runs in a thread of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from decimal import Decimal
from threading import Thread
from time import perf_counter, thread_time

from bot.sandbox.sms_active.activation import Order
from services.providers.handler_api import Pace
from tests.bench.figures import Figures
from tests.providers.handler_api.upstream import PATH, Sandbox, provider_at

NUMBERS = (100, 1_000)


def measure() -> Figures:
    figures: Figures = {}
    for numbers in NUMBERS:
        sandbox = Sandbox("hero")
        with _served(sandbox) as address:
            bought = _fill(sandbox, numbers)
            figures |= asyncio.run(_measure(sandbox, address, bought))
    return figures


async def _measure(sandbox: Sandbox, address: str, bought: list[str]) -> Figures:
    provider = provider_at(address)

    async def by_list() -> None:
        assert len(await provider.active()) == len(bought)

    async def one_by_one() -> None:
        for upstream_id in bought:
            await provider.status(upstream_id)

    await provider.balance()  # the first request opens the connection
    ways = {"by list": by_list, "one by one": one_by_one}
    figures: Figures = {}
    for way, look in ways.items():
        figures |= await _look(f"{len(bought)} numbers {way}", sandbox, look)
    await provider.close()
    return figures


async def _look(name: str, sandbox: Sandbox, look: Callable[[], Awaitable[None]]) -> Figures:
    asked = len(sandbox.actions())
    began, worked = perf_counter(), thread_time()
    await look()
    requests = len(sandbox.actions()) - asked
    return {
        f"{name}: requests": requests,
        f"{name}: CPU of ours, ms": (thread_time() - worked) * 1_000,
        f"{name}: on loopback, ms": (perf_counter() - began) * 1_000,
        f"{name}: at the pace providers allow, s": requests / Pace().requests_per_second,
    }


def _fill(sandbox: Sandbox, numbers: int) -> list[str]:
    """Buy behind the counter, so that neither stock nor limits stand in the way."""
    account = sandbox.sms.account
    account.rules.bans_by_success = False
    account.books.balance = Decimal(1_000_000)
    offer = account.catalogue.offer("wa", 73)
    offer.physical_count = numbers
    return [str(account.buy(Order("wa", 73)).id) for _ in range(numbers)]


@contextmanager
def _served(sandbox: Sandbox) -> Iterator[str]:
    """The sandbox's address, while its server runs in another thread."""
    address: Future[str] = Future()
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with sandbox.server() as server:
            address.set_result(str(server.make_url(PATH)))
            await stop.wait()

    thread = Thread(target=loop.run_until_complete, args=(serve(),), name="sandbox")
    thread.start()
    try:
        yield address.result()
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
