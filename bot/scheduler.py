"""What the shop does by itself, again and again. Each job leaves one kind of unfinished state."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.heartbeats import Heartbeats
from bot.tasks import Tasks
from services.bells import Bell
from services.clock import Clock

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_LONG_SECONDS = 3600.0
_JUMP_SECONDS = 2.0  # so far apart, somebody has set the clock


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do, with the pause after its end."""

    name: str
    run: Callable[[], Awaitable[object]]
    pause_seconds: float
    bell: Bell | None = None  # rung when there is something to do before the pause is over
    part_of: str | None = None  # the heart it beats for, beside others; None: its own


@dataclass(slots=True)
class _Armed:
    job: Job
    is_due: bool = False
    is_running: bool = False
    is_hurried: bool = field(default=False)  # rung while running: once more at once


class Jobs:
    """Runs each job by itself: one that fails is run again after its pause and stops no other."""

    def __init__(
        self,
        jobs: tuple[Job, ...],
        clock: Clock,
        work: Tasks,
        heartbeats: Heartbeats,
        *,
        on_set_back: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._armed = {job.name: _Armed(job) for job in jobs}
        self._clock = clock
        self._on_set_back = on_set_back  # told by how many seconds
        self._known_ahead = self._ahead()
        self._work = work  # what runs is let end at shutdown
        self._heartbeats = heartbeats
        # Without a limit of lateness: by default a run one second late is skipped.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )

    def start(self, loops: Tasks) -> None:
        """Run every job once now, then each after its pause."""
        self._scheduler.start()
        for armed in self._armed.values():
            self._arm(armed, 0)
            if armed.job.bell is not None:
                loops.keep_up(self._listener(armed.job.name, armed.job.bell), f"bell of {armed.job.name}")
        loops.keep_up(self._watch_the_clock, "clock watch")

    def hurry(self, name: str) -> None:
        """Run it now, or once more when it is running."""
        armed = self._armed[name]
        if armed.is_running:
            armed.is_hurried = True
        elif not armed.is_due:
            self._arm(armed, 0)

    def stop(self) -> None:
        """Start nothing any more; what runs goes on among the work that is let end."""
        self._scheduler.shutdown(wait=False)

    def _arm(self, armed: _Armed, pause_seconds: float) -> None:
        # The scheduler goes by the machine's own time of day, whatever clock the shop was handed.
        armed.is_due = pause_seconds <= 0
        at = datetime.now(UTC) + timedelta(seconds=pause_seconds)  # noqa: TID251
        self._scheduler.add_job(
            self._fire, "date", run_date=at, args=(armed,), id=armed.job.name, replace_existing=True
        )

    async def _fire(self, armed: _Armed) -> None:
        """Not awaited: the scheduler must count this run as over before the next one is armed."""
        if not armed.is_running:
            armed.is_running, armed.is_due = True, False
            self._work.start(self._run(armed), armed.job.name)

    async def _run(self, armed: _Armed) -> None:
        job = armed.job
        try:
            await job.run()
            self._heartbeats.beat(job.part_of or job.name)
        except Exception:  # noqa: BLE001  whatever it was, the next run may go well
            _log.exception("a job failed: %s", job.name)
            armed.is_hurried = False
        finally:
            armed.is_running = False
            pause, armed.is_hurried = (0.0 if armed.is_hurried else job.pause_seconds), False
            if self._scheduler.running:
                self._arm(armed, pause)

    def _listener(self, name: str, bell: Bell) -> Callable[[], Awaitable[None]]:
        async def listen() -> None:
            while True:
                await bell.wait(_LONG_SECONDS)
                self.hurry(name)

        return listen

    async def _watch_the_clock(self) -> None:
        """After the time of day was set back an hour, nothing would run for an hour."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            gone_back = self._known_ahead - self._ahead()
            if abs(gone_back) <= _JUMP_SECONDS:
                continue
            _log.warning("the time of day has jumped: all jobs run now")
            if gone_back > 0 and self._on_set_back is not None:
                await self._on_set_back(gone_back)
            self._known_ahead -= gone_back
            for name in self._armed:
                self.hurry(name)

    def _ahead(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()
