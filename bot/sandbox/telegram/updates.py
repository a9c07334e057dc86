import asyncio
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.clock import Clock
from bot.sandbox.telegram.errors import Conflict
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.signals import Signal

_KEPT = timedelta(hours=24)  # Bot API: updates are kept for a day
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
_ANOTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that the bot has not confirmed yet."""

    update: Json
    person_id: int
    since: datetime

    @property
    def number(self) -> int:
        number: int = self.update["update_id"]
        return number


class Updates:
    """The bot's queue: what it has not heard, or heard and not confirmed."""

    def __init__(self, clock: Clock, first: int) -> None:
        self.arrived = Signal()
        self._clock = clock
        self._next = first
        self._pending: deque[Pending] = deque()
        self._allowed: Collection[str] = ()
        self._poll: object = None  # whoever polls now
        self._refusal = ""  # what the one who polled before is told

    def allow(self, kinds: Collection[str]) -> None:
        """Send these kinds from now on; none given: all but those that must be asked for."""
        self._allowed = tuple(kinds)

    @property
    def allowed(self) -> list[str]:
        return list(self._allowed)

    @property
    def is_polled(self) -> bool:
        """Tell whether a poll is held open now."""
        return self._poll is not None

    def add(self, kind: str, content: Json, person_id: int) -> int:
        """Put an update into the queue, and tell its number even if the bot does not want its kind."""
        number, self._next = self._next, self._next + 1
        if kind in self._allowed or (not self._allowed and kind not in _NOT_BY_DEFAULT):
            self._pending.append(Pending({"update_id": number, kind: content}, person_id, self._clock.now()))
            self.arrived.give()
        return number

    def pending(self) -> list[Pending]:
        while self._pending and self._pending[0].since < self._clock.now() - _KEPT:
            self._pending.popleft()
        return list(self._pending)

    def confirm(self, done: Pending) -> None:
        if done in self._pending:
            self._pending.remove(done)

    def clear(self) -> None:
        self._pending.clear()

    async def poll(self, offset: int, limit: int, timeout_seconds: float) -> list[Json]:
        """Answer getUpdates: forget what is confirmed, then tell what is left, waiting if that is nothing."""
        self.interrupt_by_another()
        self._forget(offset)
        if not self.pending() and timeout_seconds > 0:
            await self._wait(timeout_seconds)
        return [pending.update for pending in self.pending()[:limit]]

    def interrupt(self, refusal: str) -> None:
        """End the poll that waits now, if any, with a conflict."""
        self._poll, self._refusal = None, refusal
        self.arrived.give()

    def interrupt_by_another(self) -> None:
        self.interrupt(_ANOTHER_POLLER)

    async def _wait(self, timeout_seconds: float) -> None:
        me = self._poll = object()
        time = asyncio.get_running_loop().time
        ends = time() + timeout_seconds
        while self._poll is me and not self._pending and (left := ends - time()) > 0:
            await self.arrived.wait(left)
        if self._poll is not me:
            raise Conflict(self._refusal)
        self._poll = None

    def _forget(self, offset: int) -> None:
        if offset < 0:  # Bot API: counted from the end of the queue; all before is forgotten
            self._pending = deque(list(self._pending)[offset:])
        while offset > 0 and self._pending and self._pending[0].number < offset:
            self._pending.popleft()
