import logging
from datetime import timedelta
from functools import partial

from db import set_back
from db.store import Store
from services.bells import Bells
from services.clock import Clock

_log = logging.getLogger(__name__)


class SetBack:
    """Keeps the shop's work going when somebody sets the time of day back.

    A time that was set forward needs no help: all that waits is due then, and whatever comes of
    looking too early is a state like any other.
    """

    def __init__(self, store: Store, bells: Bells, clock: Clock) -> None:
        self._store = store
        self._bells = bells
        self._clock = clock

    async def look(self) -> None:
        """At the start: it may have happened while nobody was running."""
        if await self._store.read(partial(set_back.is_past_ahead, now=self._clock.now())):
            await self.heed(0)

    async def heed(self, by_seconds: float) -> None:
        """It happened just now, by so much."""
        by = timedelta(seconds=by_seconds)
        moved = await self._store.write(partial(set_back.pull_in, now=self._clock.now(), by=by))
        _log.warning("the time of day was set back", extra={"seconds": by_seconds, "moved": moved})
        self._bells.outbox.ring()
