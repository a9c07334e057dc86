"""How long the catalogue takes, and how long it keeps others waiting.

`python -m tests.bench.catalogue [address of an empty database]`; without one, an SQLite file is used.
"""

import asyncio
import gc
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from time import perf_counter, thread_time
from typing import NamedTuple
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from db.store import Store, open_store
from db.tables import metadata
from services.ports.provider import CountryRow, PriceRow, ServiceRow
from services.seeds import plant
from tests.catalogue.crowd import KNOWN, index_of, service_names, typos
from tests.catalogue.history import write_numbers
from tests.catalogue.shop import BRAZIL, Shelves, open_shelves
from tests.worlds import NOON

_ROWS, _COUNTRIES, _PAST, _TIMES = 20_385, 190, 20_000, 200
Figures = dict[str, float]


class Beat(NamedTuple):
    waited: float
    worked: float


async def measure(store: Store) -> Figures:
    shelves = open_shelves(store, active="5")
    figures: Figures = {}
    await _measure_seeds(store, figures)
    await _measure_syncs(shelves, figures)
    await _measure_screens(shelves, figures)
    _measure_search(figures)
    return figures


async def _measure_seeds(store: Store, figures: Figures) -> None:
    for name in ("plant seeds, first, ms", "plant seeds, again, ms"):
        began = perf_counter()
        await store.write(partial(plant, now=NOON))
        figures[name] = _ms_since(began)


async def _measure_syncs(shelves: Shelves, figures: Figures) -> None:
    dice = Random(5)
    names = service_names(811 - 122)[len(KNOWN) :]
    upstream = shelves.upstream
    upstream.service_rows = tuple(ServiceRow(f"q{place}", name) for place, name in enumerate(names))
    upstream.country_rows = tuple(CountryRow(str(number), "") for number in range(_COUNTRIES))
    codes = [row.code for row in upstream.service_rows] + ["wa", "tg", "go", "ig", "lf", "fb", "ds", "tw"]
    offers = [*product(["wa", "tg"], range(_COUNTRIES)), *product(codes[:-8], range(_COUNTRIES))]
    kept = offers[: 2 * _COUNTRIES] + dice.sample(offers[2 * _COUNTRIES :], _ROWS - 2 * _COUNTRIES)
    rows = [PriceRow(code, str(country), _cost(dice), dice.randint(1, 5_000)) for code, country in kept]
    del offers, kept
    gc.freeze()  # what is loaded once and stays is not looked through again at each full collection
    for name, changed in (("first", 1.0), ("unchanged", 0.0), ("5 % changed", 0.05), ("all changed", 1.0)):
        upstream.price_rows = tuple(_again(row, dice) if dice.random() < changed else row for row in rows)
        rows = list(upstream.price_rows)
        began = perf_counter()
        async with _heartbeat() as beats:
            await shelves.sync.run()
        figures[f"sync of {_ROWS} rows, {name}, ms"] = _ms_since(began)
        figures |= _stalls(f"sync of {_ROWS} rows, {name}", beats)
    async with _heartbeat() as beats:
        await asyncio.sleep(2)
    figures |= _stalls("control: idle", beats)


async def _measure_screens(shelves: Shelves, figures: Figures) -> None:
    ana, whatsapp = await shelves.ana(), await shelves.service_id("wa")
    await shelves.store.write(partial(_past, user_id=ana, service_id=whatsapp, shelves=shelves))
    catalogue = shelves.catalogue
    for number in (1, 2):
        await shelves.price_rule(service="wa", country=number, markup="40")
    screens: dict[str, Callable[[], Awaitable[object]]] = {
        "popular": partial(catalogue.popular, ana),
        "countries of a service": partial(catalogue.countries, whatsapp),
        "services in a country": partial(catalogue.services_in, BRAZIL),
        "all countries": partial(catalogue.all_countries),
        "alternatives": partial(catalogue.alternatives, whatsapp, BRAZIL),
        "search": partial(catalogue.search, "wahtsapp"),
        "find service and country": partial(_find, shelves),
        "quote": partial(shelves.offers.quote, ana, whatsapp, BRAZIL),
    }
    for name, draw in screens.items():
        await draw()
        with _counted() as statements:
            await draw()
        figures[f"{name}, statements"] = len(statements)
        taken = sorted([await _timed(draw) for _ in range(_TIMES)])
        figures[f"{name}, median, ms"] = taken[_TIMES // 2]
        figures[f"{name}, p99, ms"] = taken[_TIMES * 99 // 100]


def _measure_search(figures: Figures) -> None:
    names = service_names()
    crowd = index_of(names)
    asked = list(typos(names, 2_000))
    taken, hits = [], 0
    for typed, name in asked:
        began = thread_time()
        hits += name in crowd.find(typed, 8)
        taken.append((thread_time() - began) * 1_000)
    began = thread_time()
    for typed, _ in asked[:100]:
        process.extract(typed, names, scorer=fuzz.WRatio, limit=8)
    figures["search with a typo, recall in 8"] = hits / len(asked)
    figures["search with a typo, median CPU, ms"] = sorted(taken)[len(taken) // 2]
    figures["search with a typo, p99 CPU, ms"] = sorted(taken)[len(taken) * 99 // 100]
    figures["control: WRatio over all names, mean CPU, ms"] = (thread_time() - began) * 10


async def _find(shelves: Shelves) -> None:
    await shelves.catalogue.find_service("whatsapp")
    await shelves.catalogue.find_country("brasil")


def _past(connection: Connection, user_id: UUID, service_id: UUID, shelves: Shelves) -> None:
    dice = Random(3)
    targets = [(service_id, dice.randrange(_COUNTRIES)) for _ in range(_PAST)]
    write_numbers(connection, user_id, targets, shelves.clock.now())


@asynccontextmanager
async def _heartbeat() -> AsyncIterator[list[Beat]]:
    """Collect how long a beat of one millisecond was kept waiting, and how long the loop worked meanwhile."""
    beats: list[Beat] = []

    async def beat() -> None:
        while True:
            began, worked = perf_counter(), thread_time()
            await asyncio.sleep(0.001)
            beats.append(Beat(_ms_since(began) - 1, (thread_time() - worked) * 1_000))

    async with asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(beat())
        yield beats
        beating.cancel()


def _stalls(what: str, beats: list[Beat]) -> Figures:
    """On a busy machine the wait is also somebody else's; the work is the loop's own."""
    return {
        f"{what}: longest wait, ms": max(beat.waited for beat in beats),
        f"{what}: waits over 20 ms": sum(beat.waited > 20 for beat in beats),
        f"{what}: longest work of the loop, ms": max(beat.worked for beat in beats),
    }


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*facts: object) -> None:
        statements.append(str(facts[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def _timed(draw: Callable[[], Awaitable[object]]) -> float:
    began = perf_counter()
    await draw()
    return _ms_since(began)


def _ms_since(began: float) -> float:
    return (perf_counter() - began) * 1_000


def _cost(dice: Random) -> Decimal:
    return Decimal(dice.randint(50, 20_000)) / 10_000


def _again(row: PriceRow, dice: Random) -> PriceRow:
    return PriceRow(row.service, row.country, _cost(dice), dice.randint(1, 5_000))


async def run(address: str) -> Figures:
    engine = create_async_engine(make_url(address))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    store = open_store(address)
    try:
        return await measure(store)
    finally:
        await store.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1:] or [f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"]
        for name, figure in asyncio.run(run(given[0])).items():
            print(f"{figure:12.2f}  {name}")  # noqa: T201  a bench prints its figures


if __name__ == "__main__":
    main()
