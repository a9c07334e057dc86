import math
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.clock import Clock
from bot.sandbox.telegram.errors import TooManyRequests


@dataclass(slots=True)
class _Bucket:
    """Drops in at a steady rate, so many at most; one is taken per message."""

    per_second: float
    most: float
    held: float
    at: datetime

    def seconds_until_one(self, now: datetime) -> float:
        passed = (now - self.at).total_seconds()
        self.held, self.at = min(self.most, self.held + passed * self.per_second), now
        return max(0.0, (1 - self.held) / self.per_second)

    def take(self) -> None:
        self.held -= 1


class Pace:
    """How fast a bot may send; who sends faster is told how long to wait.

    Telegram's FAQ: about 30 messages a second in all and one a second in one chat, where short bursts pass.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.set(per_second=30, per_chat_per_second=1, burst=20)

    def set(self, per_second: float, per_chat_per_second: float, burst: float) -> None:
        self._off = False
        self._per_chat_per_second, self._burst = per_chat_per_second, burst
        self._all = _Bucket(per_second, per_second, per_second, self._clock.now())
        self._chats: dict[int, _Bucket] = {}

    def turn_off(self) -> None:
        self._off = True

    def check(self, person_id: int) -> None:
        """Count one message to somebody, or refuse it."""
        if self._off:
            return
        now = self._clock.now()
        buckets = (self._all, self._chat(person_id, now))
        wait_seconds = max(bucket.seconds_until_one(now) for bucket in buckets)
        if wait_seconds > 0:
            raise TooManyRequests(retry_after=math.ceil(wait_seconds))
        for bucket in buckets:
            bucket.take()

    def _chat(self, person_id: int, now: datetime) -> _Bucket:
        if person_id not in self._chats:
            self._chats[person_id] = _Bucket(self._per_chat_per_second, self._burst, self._burst, now)
        return self._chats[person_id]
