import asyncio
from collections import deque
from collections.abc import AsyncIterator
from itertools import islice

from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.signals import Signal

_KEPT = 20_000


class Events:
    """What people see happen, numbered, so that a page can go on where it left off."""

    def __init__(self) -> None:
        self.last = 0
        self.closed = False
        self._kept: deque[Json] = deque(maxlen=_KEPT)
        self._signal = Signal()

    def tell(self, person_id: int, kind: str, **details: object) -> None:
        self.last += 1
        self._kept.append({"number": self.last, "person_id": person_id, "kind": kind, **details})
        self._signal.give()

    def after(self, number: int, person_id: int | None = None) -> list[Json]:
        newer = self._newest(self.last - number)
        return [event for event in newer if person_id in {None, event["person_id"]}]

    async def wait(self, number: int, person_id: int | None, within_seconds: float) -> list[Json]:
        """Tell what is newer, waiting for it if there is nothing yet."""
        time = asyncio.get_running_loop().time
        ends = time() + within_seconds
        while not (events := self.after(number, person_id)) and (left := ends - time()) > 0:
            await self._signal.wait(left)
        return events

    async def follow(
        self, number: int, person_id: int | None, pause_seconds: float
    ) -> AsyncIterator[list[Json]]:
        """Tell all that is newer, for ever; an empty list now and then while nothing happens."""
        while not self.closed:
            events, number = self.after(number, person_id), self.last
            yield events
            if number == self.last:
                await self._signal.wait(pause_seconds)

    def close(self) -> None:
        self.closed = True
        self._signal.give()

    def _newest(self, count: int) -> list[Json]:
        newest = list(islice(reversed(self._kept), max(count, 0)))
        return newest[::-1]
