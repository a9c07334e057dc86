import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from services.providers.handler_api.account import Pace
from services.providers.handler_api.breaker import Block, Breaker, State
from services.providers.handler_api.budget import Budget, Lane


class HeldClock:
    """Time that moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds


class Queue:
    """People who wait for a turn, and note when they had it."""

    def __init__(self, budget: Budget, clock: HeldClock) -> None:
        self.budget, self.clock = budget, clock
        self.served: list[str] = []
        self.leave = asyncio.Event()
        self.leave.set()

    async def come(self, name: str, lane: Lane) -> None:
        async with self.budget.turn(lane):
            self.served.append(name)
            await self.leave.wait()

    async def pass_time(self, seconds: float) -> None:
        self.clock.seconds += seconds
        self.budget.grant()
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


def queue_of(clock: HeldClock, pace: Pace) -> Queue:
    return Queue(Budget(pace, clock), clock)


async def test_a_burst_goes_at_once_and_the_rest_at_the_pace(clock: HeldClock) -> None:
    queue = queue_of(clock, Pace(requests_per_second=5, burst=3))
    async with asyncio.TaskGroup() as tasks:
        for each in range(5):
            tasks.create_task(queue.come(str(each), Lane.LOOK))
        await queue.pass_time(0)
        at_once = list(queue.served)
        await queue.pass_time(0.2)
        after_a_fifth = list(queue.served)
        await queue.pass_time(0.2)

    assert at_once == ["0", "1", "2"]
    assert after_a_fifth == ["0", "1", "2", "3"]
    assert len(queue.served) == 5


async def test_purchases_go_before_changes_and_looks(clock: HeldClock) -> None:
    queue = queue_of(clock, Pace(requests_per_second=1, burst=1))
    async with asyncio.TaskGroup() as tasks:
        for name, lane in [
            ("first", Lane.LOOK),
            ("look", Lane.LOOK),
            ("cancel", Lane.CHANGE),
            ("buy", Lane.PURCHASE),
        ]:
            tasks.create_task(queue.come(name, lane))
            await queue.pass_time(0)
        for _ in range(3):
            await queue.pass_time(1)

    assert queue.served == ["first", "buy", "cancel", "look"]


async def test_catalogues_are_asked_once_a_second(clock: HeldClock) -> None:
    queue = queue_of(clock, Pace(requests_per_second=100, burst=10))
    async with asyncio.TaskGroup() as tasks:
        for each in range(2):
            tasks.create_task(queue.come(str(each), Lane.CATALOGUE))
        await queue.pass_time(0)
        await queue.pass_time(0.9)
        early = list(queue.served)
        await queue.pass_time(0.2)

    assert early == ["0"]
    assert queue.served == ["0", "1"]


async def test_a_purchase_never_waits_behind_slow_looks(clock: HeldClock) -> None:
    queue = queue_of(clock, Pace(burst=10, in_flight=2))
    queue.leave.clear()
    async with asyncio.TaskGroup() as tasks:
        for each in range(3):
            tasks.create_task(queue.come(f"look {each}", Lane.LOOK))
        await queue.pass_time(0)
        tasks.create_task(queue.come("buy", Lane.PURCHASE))
        await queue.pass_time(0)
        while_slow = list(queue.served)
        queue.leave.set()

    assert while_slow == ["look 0", "look 1", "buy"]
    assert len(queue.served) == 4


async def test_whoever_gives_up_waiting_takes_no_turn(clock: HeldClock) -> None:
    queue = queue_of(clock, Pace(requests_per_second=1, burst=1, in_flight=1))
    await queue.come("first", Lane.LOOK)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await queue.come("impatient", Lane.LOOK)
    async with AsyncExitStack() as stack:
        clock.seconds += 1
        await stack.enter_async_context(queue.budget.turn(Lane.LOOK))

    assert queue.served == ["first"]


async def test_whoever_leaves_as_the_turn_comes_gives_the_place_back(clock: HeldClock) -> None:
    queue = queue_of(clock, Pace(requests_per_second=1, burst=1, in_flight=1))
    await queue.come("first", Lane.LOOK)
    leaving = asyncio.get_running_loop().create_task(queue.come("leaving", Lane.LOOK))
    await queue.pass_time(0)
    clock.seconds += 1
    queue.budget.grant()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    clock.seconds += 1

    async with asyncio.timeout(1):
        await queue.come("next", Lane.LOOK)

    assert queue.served == ["first", "next"]


async def test_a_throttle_halves_the_pace_once_and_keeps_away(clock: HeldClock) -> None:
    budget = Budget(Pace(requests_per_second=4), clock)

    for _ in range(3):
        budget.slow_down(pause_seconds=7)

    assert budget.requests_per_second == 2
    assert budget.closed_for_seconds() == 7


async def test_no_account_is_left_alone_for_longer_than_a_minute(clock: HeldClock) -> None:
    budget = Budget(Pace(requests_per_second=4), clock)

    budget.slow_down(pause_seconds=3600)

    assert budget.closed_for_seconds() == 60


async def test_the_pace_comes_back_with_answers_and_never_exceeds_its_limit(clock: HeldClock) -> None:
    budget = Budget(Pace(requests_per_second=4), clock)
    for _ in range(20):
        budget.slow_down()
        clock.seconds += 2
    slowest = budget.requests_per_second

    for _ in range(100):
        budget.speed_up()

    assert slowest == 0.5
    assert budget.requests_per_second == 4


def test_a_breaker_opens_tries_once_and_closes(clock: HeldClock) -> None:
    breaker = Breaker(clock)
    for _ in range(4):
        breaker.fail()
    before = breaker.enter(("wa", "73"))
    breaker.fail()
    opened, blocked = breaker.state, breaker.enter(("wa", "73"))
    clock.seconds += 15
    half, probe, second = breaker.state, breaker.enter(("wa", "73")), breaker.enter(("wa", "73"))
    breaker.succeed()

    assert (before, opened, blocked) == (None, State.OPEN, Block(15, is_ban=False))
    assert (half, probe, second) == (State.HALF_OPEN, None, Block(30, is_ban=False))
    assert (breaker.state, breaker.enter(("wa", "73"))) == (State.CLOSED, None)


def test_a_failed_probe_opens_for_longer(clock: HeldClock) -> None:
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.fail()
    clock.seconds += 15
    breaker.enter(("wa", "73"))

    breaker.fail()

    assert breaker.enter(("wa", "73")) == Block(30, is_ban=False)


def test_a_ban_holds_its_own_scope_until_it_ends(clock: HeldClock) -> None:
    breaker = Breaker(clock)
    breaker.ban(60, ("wa", "73"))
    breaker.succeed()

    assert breaker.enter(("wa", "73")) == Block(60, is_ban=True, is_of_kind=True)
    assert breaker.enter(("tg", "73")) is None
    clock.seconds += 60
    assert breaker.enter(("wa", "73")) is None


def test_a_ban_of_the_account_holds_for_all(clock: HeldClock) -> None:
    breaker = Breaker(clock)

    breaker.ban(60, None)

    assert breaker.enter(("tg", "6")) == Block(60, is_ban=True)
    assert breaker.state is State.OPEN
