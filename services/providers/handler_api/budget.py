import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count

from services.clock import Clock
from services.providers.handler_api.account import Pace

_LEAST_PER_SECOND = 0.5
_REGAINED_PER_ANSWER = 0.1
_HALVED_AT_MOST_EVERY_SECONDS = 1.0
# Pages of maintenance name an hour and are gone in minutes; a number lives for twenty.
_LONGEST_PAUSE_SECONDS = 60.0


class Lane(IntEnum):
    """Who goes first: the lowest."""

    PURCHASE = 0
    CHANGE = 1
    LOOK = 2
    CATALOGUE = 3


class Budget:
    """One account's share of requests: purchases first, halved by a 429, regained by answers."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        self._pace = pace
        self._clock = clock
        self.requests_per_second = pace.requests_per_second
        self._tokens = float(pace.burst)
        self._refilled_at = clock.monotonic()
        self._closed_until = self._halved_at = self._catalogue_from = float("-inf")
        self._in_flight = 0
        self._arrivals = count()
        self._waiting: list[tuple[Lane, int, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[None]:
        """Wait for a turn and hold a place on the wire meanwhile."""
        granted = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (lane, next(self._arrivals), granted))
        self.grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._leave(lane)
            raise
        try:
            yield
        finally:
            self._leave(lane)

    def grant(self) -> None:
        """Let go whoever's turn has come, and look again when the next one's comes."""
        self._refill()
        while self._waiting:
            lane, _, granted = self._waiting[0]
            if not granted.done():
                if not self._has_place(lane):
                    return
                if (seconds := self._seconds_until(lane)) > 0:
                    self._look_again_after(seconds)
                    return
                self._spend(lane)
                granted.set_result(None)
            heappop(self._waiting)

    def closed_for_seconds(self) -> float:
        """Tell how long the provider asked to be left alone."""
        return max(0.0, self._closed_until - self._clock.monotonic())

    def slow_down(self, pause_seconds: float = 0.0) -> None:
        """Halve the pace, once for all answers of one moment, and keep away for a while."""
        now = self._clock.monotonic()
        if now - self._halved_at >= _HALVED_AT_MOST_EVERY_SECONDS and now >= self._closed_until:
            self.requests_per_second = max(_LEAST_PER_SECOND, self.requests_per_second / 2)
            self._halved_at = now
        self._closed_until = max(self._closed_until, now + min(pause_seconds, _LONGEST_PAUSE_SECONDS))

    def speed_up(self) -> None:
        faster = self.requests_per_second + _REGAINED_PER_ANSWER
        self.requests_per_second = min(self._pace.requests_per_second, faster)

    def _refill(self) -> None:
        now = self._clock.monotonic()
        earned = (now - self._refilled_at) * self.requests_per_second
        self._tokens = min(float(self._pace.burst), self._tokens + earned)
        self._refilled_at = now

    def _has_place(self, lane: Lane) -> bool:
        return lane is Lane.PURCHASE or self._in_flight < self._pace.in_flight

    def _seconds_until(self, lane: Lane) -> float:
        missing = max(0.0, 1 - self._tokens) / self.requests_per_second
        if lane is Lane.CATALOGUE:
            missing = max(missing, self._catalogue_from - self._clock.monotonic())
        return max(missing, self.closed_for_seconds())

    def _spend(self, lane: Lane) -> None:
        self._tokens -= 1
        if lane is not Lane.PURCHASE:
            self._in_flight += 1
        if lane is Lane.CATALOGUE:
            self._catalogue_from = self._clock.monotonic() + 1 / self._pace.catalogue_per_second

    def _leave(self, lane: Lane) -> None:
        if lane is not Lane.PURCHASE:
            self._in_flight -= 1
        self.grant()

    def _look_again_after(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.grant)
