from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count


class Schedule:
    """What will happen by itself, done in order of time once somebody looks."""

    def __init__(self) -> None:
        self._events: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self._numbers = count()
        self.running_at: datetime | None = None  # the time of the event that happens now

    def at(self, when: datetime, event: Callable[[datetime], object]) -> None:
        heappush(self._events, (when, next(self._numbers), event))

    def run_until(self, now: datetime) -> None:
        """Let everything that is due happen, each at its own time."""
        while self._events and self._events[0][0] <= now:
            when, _, event = heappop(self._events)
            before, self.running_at = self.running_at, when
            try:
                event(when)
            finally:
                self.running_at = before
