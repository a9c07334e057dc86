import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.heartbeats import Heartbeats
from bot.scheduler import Job, Jobs
from bot.tasks import Tasks
from services.bells import Bell
from tests.process.conftest import until
from tests.worlds import HandClock


class Counted:
    """A job that can be counted, held and broken."""

    def __init__(self) -> None:
        self.runs = 0
        self.at_once = 0
        self.most_at_once = 0
        self.fails = False
        self.hold: asyncio.Event | None = None

    async def __call__(self) -> None:
        self.runs += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hold is not None:
                await self.hold.wait()
            if self.fails:
                raise ZeroDivisionError
        finally:
            self.at_once -= 1


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def work() -> Tasks:
    return Tasks()


def jobs_of(clock: HandClock, work: Tasks, *jobs: Job) -> Jobs:
    return Jobs(jobs, clock, work, Heartbeats(clock, {job.name: 60 for job in jobs}))


async def test_a_job_comes_again_after_its_end(clock: HandClock, work: Tasks, tasks: Tasks) -> None:
    counted = Counted()
    jobs = jobs_of(clock, work, Job("counted", counted, 0.01))

    jobs.start(tasks)
    await until(lambda: counted.runs >= 5)
    jobs.stop()

    assert counted.most_at_once == 1


async def test_a_failing_job_comes_again_and_stops_no_other(
    clock: HandClock, work: Tasks, tasks: Tasks
) -> None:
    good, bad = Counted(), Counted()
    bad.fails = True
    heartbeats = Heartbeats(clock, {"good": 60, "bad": 60})
    jobs = Jobs((Job("bad", bad, 0.01), Job("good", good, 0.01)), clock, work, heartbeats)

    jobs.start(tasks)
    await until(lambda: min(good.runs, bad.runs) >= 3)
    jobs.stop()

    assert {name: pulse.is_alive for name, pulse in heartbeats.pulses().items()} == {
        "good": True,
        "bad": False,
    }


async def test_a_slow_job_holds_no_other_up(clock: HandClock, work: Tasks, tasks: Tasks) -> None:
    slow, quick = Counted(), Counted()
    slow.hold = asyncio.Event()
    jobs = jobs_of(clock, work, Job("slow", slow, 0.01), Job("quick", quick, 0.01))

    jobs.start(tasks)
    await until(lambda: quick.runs >= 3)
    jobs.stop()

    assert slow.runs == 1
    slow.hold.set()


async def test_jobs_of_one_part_are_alive_while_any_of_them_comes_again(
    clock: HandClock, work: Tasks, tasks: Tasks
) -> None:
    slow, quick = Counted(), Counted()
    slow.hold = asyncio.Event()
    heartbeats = Heartbeats(clock, {"sweep": 60})
    both = (
        Job("sweep of backup", slow, 0.01, part_of="sweep"),
        Job("sweep of active", quick, 0.01, part_of="sweep"),
    )
    jobs = Jobs(both, clock, work, heartbeats)

    jobs.start(tasks)
    await until(lambda: slow.runs == 1)
    clock.advance(600)
    before = quick.runs
    await until(lambda: quick.runs > before + 1)
    jobs.stop()

    assert heartbeats.pulses()["sweep"].is_alive
    slow.hold.set()


async def test_one_bell_calls_each_job_that_listens(clock: HandClock, work: Tasks, tasks: Tasks) -> None:
    first, second, bell = Counted(), Counted(), Bell()
    jobs = jobs_of(clock, work, Job("first", first, 3600, bell), Job("second", second, 3600, bell))

    jobs.start(tasks)
    await until(lambda: (first.runs, second.runs) == (1, 1))
    bell.ring()
    await until(lambda: (first.runs, second.runs) == (2, 2))
    jobs.stop()


async def test_a_bell_ends_the_pause(clock: HandClock, work: Tasks, tasks: Tasks) -> None:
    counted, bell = Counted(), Bell()
    jobs = jobs_of(clock, work, Job("counted", counted, 3600, bell))

    jobs.start(tasks)
    await until(lambda: counted.runs == 1)
    bell.ring()
    await until(lambda: counted.runs == 2)
    jobs.stop()


async def test_a_bell_during_a_run_means_once_more(clock: HandClock, work: Tasks, tasks: Tasks) -> None:
    counted = Counted()
    counted.hold = asyncio.Event()
    jobs = jobs_of(clock, work, Job("counted", counted, 3600))

    jobs.start(tasks)
    await until(lambda: counted.runs == 1)
    for _ in range(3):
        jobs.hurry("counted")
    counted.hold.set()
    await until(lambda: counted.runs == 2)
    await asyncio.sleep(0.05)
    jobs.stop()

    assert (counted.runs, counted.most_at_once) == (2, 1)


async def test_hurrying_a_thousand_times_loses_no_job(clock: HandClock, work: Tasks, tasks: Tasks) -> None:
    counted = Counted()
    jobs = jobs_of(clock, work, Job("counted", counted, 0.01))

    jobs.start(tasks)
    for number in range(1000):
        jobs.hurry("counted")
        if number % 7 == 0:
            await asyncio.sleep(0)
    before = counted.runs
    await until(lambda: counted.runs > before + 2)
    jobs.stop()

    assert counted.most_at_once == 1


async def test_after_the_clock_was_set_back_jobs_run_on(
    clock: HandClock, work: Tasks, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.scheduler._LOOK_SECONDS", 0.01)
    counted = Counted()
    jobs = jobs_of(clock, work, Job("counted", counted, 0.5))
    jobs.start(tasks)
    await until(lambda: counted.runs == 1)

    an_hour_ahead = datetime.now(UTC) + timedelta(hours=1)  # noqa: TID251  the scheduler's own clock
    await asyncio.sleep(0.02)
    jobs._scheduler.modify_job("counted", next_run_time=an_hour_ahead)
    clock.jump(-3600)

    await until(lambda: counted.runs == 2)
    jobs.stop()


@pytest.mark.parametrize("seconds", [-3600, -86_400])
async def test_who_keeps_the_shop_is_told_by_how_much_the_clock_was_set_back(
    clock: HandClock, work: Tasks, tasks: Tasks, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    monkeypatch.setattr("bot.scheduler._LOOK_SECONDS", 0.01)
    told: list[float] = []

    async def hear(by_seconds: float) -> None:
        told.append(by_seconds)

    counted = Counted()
    jobs = Jobs((Job("counted", counted, 3600),), clock, work, Heartbeats(clock, {}), on_set_back=hear)
    jobs.start(tasks)
    await until(lambda: counted.runs == 1)

    clock.jump(seconds)
    await until(lambda: counted.runs == 2)
    clock.jump(-seconds)
    await until(lambda: counted.runs == 3)
    jobs.stop()

    assert told == [-seconds]


async def test_what_runs_at_the_end_is_let_end(clock: HandClock, work: Tasks, tasks: Tasks) -> None:
    counted = Counted()
    counted.hold = asyncio.Event()
    jobs = jobs_of(clock, work, Job("counted", counted, 0.01))
    jobs.start(tasks)
    await until(lambda: counted.at_once == 1)

    jobs.stop()
    asyncio.get_running_loop().call_later(0.1, counted.hold.set)
    await work.finish(5)

    assert (counted.runs, counted.at_once) == (1, 0)
