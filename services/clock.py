import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time is handed in, so that a test can hold it still and a jump can be noticed."""

    def now(self) -> datetime:
        """Tell the time of day, aware and in UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump, from an arbitrary start."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  this is the clock others are handed

    def monotonic(self) -> float:
        return time.monotonic()
