import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta


class Clock:
    """The sandbox's time: the machine's, until somebody moves it forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._timers: dict[asyncio.Timeout, datetime] = {}

    def now(self) -> datetime:
        """Tell the time, aware and in UTC."""
        return datetime.now(UTC) + self._ahead  # noqa: TID251  this is the clock others are handed

    def advance(self, seconds: float) -> None:
        """Move on; a clock of the world never goes back."""
        if seconds < 0:
            msg = "the sandbox's clock goes forward only"
            raise ValueError(msg)
        self._ahead += timedelta(seconds=seconds)
        for timer, ends in self._timers.items():
            if not timer.expired():
                left = (ends - self.now()).total_seconds()
                timer.reschedule(asyncio.get_running_loop().time() + left)

    @property
    def has_sleepers(self) -> bool:
        """Tell whether somebody waits for this clock."""
        return bool(self._timers)

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[None]:
        """Raise TimeoutError in the block once so much time has gone by here, by itself or by being moved."""
        async with asyncio.timeout(seconds) as timer:
            self._timers[timer] = self.now() + timedelta(seconds=seconds)
            try:
                yield
            finally:
                del self._timers[timer]

    async def sleep(self, seconds: float) -> None:
        """Wait until so much time has gone by here."""
        with suppress(TimeoutError):
            async with self.timeout(seconds):
                await asyncio.Event().wait()
