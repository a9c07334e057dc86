import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.heartbeats import INTAKE, Heartbeats
from bot.intake import Intake, Polling
from bot.lanes import CannotBeHandled, Lanes
from bot.sandbox.telegram.server import DEFAULT_TOKEN
from bot.tasks import Tasks
from bot.telegram_api import TelegramApi
from db import inbox
from db.inbox import Claimed
from db.store import Store
from db.tables import InboxUpdate
from services.bells import Bell
from services.clock import SystemClock
from tests.process.conftest import World, until
from tests.worlds import HandClock

Hear = Callable[[Claimed], Awaitable[None]]


def update_of(number: int, person: int, text: str = "hi") -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": person}, "text": text}}


class Ears:
    """Remembers what was handled, in the order it was."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.by_lane: dict[int, list[int]] = defaultdict(list)
        self.trouble: dict[int, list[Exception]] = {}
        self.holds: dict[int, asyncio.Event] = {}

    async def __call__(self, update: Claimed) -> None:
        if hold := self.holds.get(update.update_id):
            await hold.wait()
        if self.trouble.get(update.update_id):
            raise self.trouble[update.update_id].pop()
        self.heard.append(update.update_id)
        self.by_lane[update.lane].append(update.update_id)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def intake(store: Store, bell: Bell, clock: HandClock) -> Intake:
    return Intake(store, bell, clock)


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def lanes(store: Store, ears: Ears, bell: Bell, clock: HandClock, tasks: Tasks) -> AsyncIterator[Lanes]:
    yield Lanes(store, ears, bell, clock, tasks, Heartbeats(clock, {}))
    await tasks.cancel()


def rows(connection: Connection) -> list[Any]:
    return list(connection.execute(select(*InboxUpdate.__table__.columns).order_by(InboxUpdate.id)))


async def all_done(store: Store) -> bool:
    return all(row.done_at for row in await store.read(rows))


async def test_one_update_that_comes_twice_is_handled_once(
    intake: Intake, lanes: Lanes, ears: Ears, store: Store, tasks: Tasks
) -> None:
    await intake.keep([update_of(7, person=1)])
    await intake.keep([update_of(7, person=1), update_of(8, person=1)])

    tasks.start(lanes.run(), "lanes")
    await until(lambda: all_done(store))
    await intake.keep([update_of(7, person=1)])

    assert ears.heard == [7, 8]
    assert len(await store.read(rows)) == 2


async def test_one_persons_updates_are_handled_in_order_and_beside_other_people(
    intake: Intake, lanes: Lanes, ears: Ears, store: Store, tasks: Tasks
) -> None:
    ears.holds[1] = asyncio.Event()
    await intake.keep([update_of(number, person=number % 2 + 5) for number in range(1, 9)])

    tasks.start(lanes.run(), "lanes")
    await until(lambda: len(ears.by_lane[5]) == 4)
    before = list(ears.by_lane[6])
    ears.holds[1].set()
    await until(lambda: all_done(store))

    assert before == []
    assert ears.by_lane == {5: [2, 4, 6, 8], 6: [1, 3, 5, 7]}


async def test_a_question_that_cannot_wait_passes_its_person(
    intake: Intake, lanes: Lanes, ears: Ears, tasks: Tasks
) -> None:
    ears.holds[1] = asyncio.Event()
    question = {"update_id": 2, "pre_checkout_query": {"from": {"id": 5}}}
    await intake.keep([update_of(1, person=5), question])

    tasks.start(lanes.run(), "lanes")

    await until(lambda: ears.heard == [2])


async def test_what_was_stored_before_a_crash_is_handled_after_it(
    intake: Intake, lanes: Lanes, ears: Ears, store: Store, clock: HandClock, tasks: Tasks
) -> None:
    await intake.keep([update_of(1, person=5), update_of(2, person=6)])
    now = clock.now()
    died_with = await store.write(lambda connection: inbox.claim(connection, now=now, until=now, limit=1))

    await store.write(inbox.free_all)
    tasks.start(lanes.run(), "lanes")
    await until(lambda: all_done(store))

    assert [update.update_id for update in died_with] == [1]
    assert sorted(ears.heard) == [1, 2]


async def test_nobody_else_takes_what_is_being_handled(
    intake: Intake, store: Store, clock: HandClock
) -> None:
    await intake.keep([update_of(1, person=5), update_of(2, person=5), update_of(3, person=6)])
    now, later = clock.now(), HandClock()
    later.advance(60)

    def claim(connection: Connection) -> list[Claimed]:
        return inbox.claim(connection, now=now, until=later.now(), limit=10)

    first, second = await asyncio.gather(store.write(claim), store.write(claim))

    assert sorted(update.update_id for update in first + second) == [1, 3]
    assert await store.write(claim) == []


async def test_who_comes_too_late_changes_nothing(intake: Intake, store: Store, clock: HandClock) -> None:
    await intake.keep([update_of(1, person=5)])
    now = clock.now()
    (slow,) = await store.write(lambda connection: inbox.claim(connection, now=now, until=now, limit=1))
    (quick,) = await store.write(lambda connection: inbox.claim(connection, now=now, until=now, limit=1))

    await store.write(lambda connection: inbox.set_aside(connection, slow, now, "too slow"))
    (row,) = await store.read(rows)
    assert row.done_at is None

    await store.write(lambda connection: inbox.finish(connection, quick, now))
    (row,) = await store.read(rows)
    assert (row.done_at, row.error, row.payload) == (now, None, "")


async def test_an_update_whose_handler_fails_is_tried_again_then_set_aside(
    intake: Intake, lanes: Lanes, ears: Ears, store: Store, clock: HandClock, tasks: Tasks
) -> None:
    ears.trouble = {1: [ZeroDivisionError("again")] * 9, 2: [ZeroDivisionError("once")]}
    await intake.keep([update_of(1, person=5), update_of(2, person=6), update_of(3, person=5)])

    async def with_time_passing() -> bool:
        clock.advance(1)
        return await all_done(store)

    tasks.start(lanes.run(), "lanes")
    await until(with_time_passing)

    (bad, _, _) = await store.read(rows)
    assert ears.heard == [2, 3]
    assert bad.error == "ZeroDivisionError: again"
    assert bad.payload
    assert bad.attempts == 4


async def test_what_cannot_be_read_is_set_aside_at_once(
    intake: Intake, lanes: Lanes, ears: Ears, store: Store, tasks: Tasks
) -> None:
    ears.trouble = {1: [CannotBeHandled("no message")]}
    await intake.keep([update_of(1, person=5), update_of(2, person=5)])

    tasks.start(lanes.run(), "lanes")
    await until(lambda: all_done(store))

    assert [(row.attempts, row.error) for row in await store.read(rows)] == [(1, "no message"), (1, None)]


@pytest.mark.parametrize("oddity", ["\ud800", "\x00", "é", "💬"])
async def test_any_text_can_be_kept(intake: Intake, store: Store, oddity: str) -> None:
    await intake.keep([update_of(1, person=5, text=oddity)])

    assert len(await store.read(rows)) == 1


async def test_polling_confirms_only_what_is_stored(world: World, sqlite_store: Store, tasks: Tasks) -> None:
    api = TelegramApi(world.address, DEFAULT_TOKEN)
    bell, clock = Bell(), SystemClock()
    full_disk = FullDisk(sqlite_store)
    polling = Polling(api, Intake(full_disk, bell, clock), Heartbeats(clock, {}), Bell())
    ana = await world.meet()

    tasks.keep_up(polling.run, "polling")
    await until(lambda: full_disk.refused > 0)
    full_disk.is_full = False
    await world.say(ana, "hello")
    await until(lambda: stored_texts(sqlite_store, ["/start", "hello"]))

    await tasks.cancel()
    await api.close()


async def test_polling_goes_on_after_telegram_was_away(
    world: World, sqlite_store: Store, tasks: Tasks
) -> None:
    await world.fail("getUpdates", status=502, times=1)
    await world.fail("getUpdates", status=409, times=1)
    await world.fail("getUpdates", reset="before", times=1)
    api = TelegramApi(world.address, DEFAULT_TOKEN)
    bell, clock = Bell(), SystemClock()
    polling = Polling(api, Intake(sqlite_store, bell, clock), Heartbeats(clock, {}), Hasty())

    tasks.start(polling.run(), "polling")
    await world.meet()
    await until(lambda: stored_texts(sqlite_store, ["/start"]))

    await tasks.cancel()
    await api.close()


async def test_polling_is_known_to_be_alive_before_anybody_speaks(
    world: World, sqlite_store: Store, tasks: Tasks
) -> None:
    api = TelegramApi(world.address, DEFAULT_TOKEN)
    clock = SystemClock()
    heartbeats = Heartbeats(clock, {INTAKE: 45})
    polling = Polling(api, Intake(sqlite_store, Bell(), clock), heartbeats, Bell())

    tasks.start(polling.run(), "polling")
    await until(lambda: heartbeats.pulses()[INTAKE].is_alive, within_seconds=5)

    await tasks.cancel()
    await api.close()


class Hasty(Bell):
    async def wait(self, at_most_seconds: float) -> None:
        """Never pause for long."""
        await super().wait(min(at_most_seconds, 0.01))


class FullDisk:
    """A store that keeps nothing for a while."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_full = True
        self.refused = 0

    async def write(self, work: Any) -> Any:
        if self.is_full:
            self.refused += 1
            raise OSError("no space left on device")
        return await self._store.write(work)

    async def read(self, work: Any) -> Any:
        return await self._store.read(work)

    async def close(self) -> None: ...


async def stored_texts(store: Store, texts: list[str]) -> bool:
    payloads = [row.payload for row in await store.read(rows)]
    return len(payloads) == len(texts) and all(
        f'"text": "{text}"' in payload for text, payload in zip(texts, payloads, strict=True)
    )
