"""Telegram's pace: about thirty messages a second in all, one a second in a chat, in short bursts more.

Telegram's FAQ names no size of a burst; what it says when one was too long (429) is obeyed anyway.
"""

import asyncio
from heapq import heappop, heappush
from itertools import count

from services.clock import Clock

_CHATS_REMEMBERED = 10_000


class Bucket:
    """Tells when the next one may go, by the time the last one is paid off."""

    def __init__(self, every_seconds: float, burst: int = 1) -> None:
        self._every = every_seconds
        self._credit = every_seconds * (burst - 1)
        self._paid_off_at = 0.0
        self._held_until = 0.0

    def wait_seconds(self, now: float, *, is_urgent: bool = False) -> float:
        """What is urgent waits for an order to be silent, not for its turn."""
        turn = 0.0 if is_urgent else self._paid_off_at - self._credit
        return max(0.0, turn - now, self.held_seconds(now))

    def held_seconds(self, now: float) -> float:
        """How long it was ordered to be silent."""
        return max(0.0, self._held_until - now)

    def take(self, now: float) -> None:
        self._paid_off_at = max(self._paid_off_at, now) + self._every

    def hold(self, until: float) -> None:
        """Nothing goes before then."""
        self._held_until = max(self._held_until, until)

    def is_idle(self, now: float) -> bool:
        return max(self._paid_off_at, self._held_until) <= now


class Pace:
    """Everyone who says something in a chat waits for his turn here; the urgent wait less."""

    def __init__(
        self,
        clock: Clock,
        *,
        all_per_second: float = 28,
        chat_pause_seconds: float = 1.0,
        chat_burst: int = 20,
    ) -> None:
        self._clock = clock
        self._chat_pause_seconds = chat_pause_seconds
        self._chat_burst = chat_burst
        self._all = Bucket(1 / all_per_second)
        self._chats: dict[int, Bucket] = {}
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()

    async def turn(self, chat_id: int, priority: int) -> None:
        """Wait until something may be said in this chat; a code (priority 0) does not stand in its line."""
        chat, is_urgent = self._chat(chat_id), priority <= 0
        while (wait := chat.wait_seconds(self._clock.monotonic(), is_urgent=is_urgent)) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)  # only time ends it
        chat.take(self._clock.monotonic())
        await self._turn_of_all(priority)

    def hold(self, chat_id: int, seconds: float) -> None:
        """Telegram wants silence in this chat for a while."""
        self._chat(chat_id).hold(self._clock.monotonic() + seconds)

    def held_seconds(self, chat_id: int) -> float:
        """How long Telegram wants silence in this chat."""
        return self._chat(chat_id).held_seconds(self._clock.monotonic())

    async def _turn_of_all(self, priority: int) -> None:
        now = self._clock.monotonic()
        if not self._queue and self._all.wait_seconds(now) <= 0:
            self._all.take(now)
            return
        ready = asyncio.get_running_loop().create_future()
        heappush(self._queue, (priority, next(self._numbers), ready))
        if len(self._queue) == 1:
            self._call_later()
        await ready

    def _call_later(self) -> None:
        wait = self._all.wait_seconds(self._clock.monotonic())
        asyncio.get_running_loop().call_later(wait, self._let_one_go)

    def _let_one_go(self) -> None:
        while self._queue:
            _, _, ready = heappop(self._queue)
            if not ready.done():  # its sender may have been cancelled meanwhile
                self._all.take(self._clock.monotonic())
                ready.set_result(None)
                break
        if self._queue:
            self._call_later()

    def _chat(self, chat_id: int) -> Bucket:
        if len(self._chats) > _CHATS_REMEMBERED:
            now = self._clock.monotonic()
            self._chats = {each: bucket for each, bucket in self._chats.items() if not bucket.is_idle(now)}
        if chat_id not in self._chats:
            self._chats[chat_id] = Bucket(self._chat_pause_seconds, self._chat_burst)
        return self._chats[chat_id]
