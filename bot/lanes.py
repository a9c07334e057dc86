"""Updates are handled from the table: one lane a person, in order; lanes side by side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from bot.heartbeats import INBOX, Heartbeats
from bot.tasks import Tasks
from db import inbox
from db.inbox import Claimed
from db.store import Store
from services.bells import Bell
from services.clock import Clock

_log = logging.getLogger(__name__)

Handle = Callable[[Claimed], Awaitable[None]]

_AT_ONCE = 32
_URGENT_AT_ONCE = 32
_DEADLINE_SECONDS = 50.0
_LEASE = timedelta(seconds=60)  # longer than the deadline: nobody else takes what is being handled
TRIES = 4
_TRIES_IN_AN_OUTAGE = 40
_LONGEST_PAUSE_SECONDS = 60
_LOOK_EVERY_SECONDS = 1.0  # for what another replica has stored, and for what was put off


class CannotBeHandled(Exception):
    """Trying again is of no use: it cannot be read."""


class TryLater(Exception):
    """Somebody outside does not answer; the update itself is well."""


class Lanes:
    """Handles each update until it is done, or set aside; none is lost, whenever the process dies."""

    def __init__(
        self, store: Store, handle: Handle, bell: Bell, clock: Clock, tasks: Tasks, heartbeats: Heartbeats
    ) -> None:
        self._store = store
        self._handle = handle
        self._bell = bell
        self._clock = clock
        self._tasks = tasks
        self._heartbeats = heartbeats
        self._running = 0

    async def run(self) -> None:
        while True:
            claimed = await self._claim()
            for update in claimed:
                self._running += 1
                self._tasks.start(self._see_through(update), name=f"update {update.update_id}")
            self._heartbeats.beat(INBOX)
            if not claimed:
                await self._bell.wait(_LOOK_EVERY_SECONDS)

    async def _claim(self) -> list[Claimed]:
        room = _AT_ONCE - self._running
        now = self._clock.now()
        claim = partial(
            inbox.claim,
            now=now,
            until=now + _LEASE,
            limit=room if room > 0 else _URGENT_AT_ONCE,
            only_urgent=room <= 0,
        )
        if not await self._store.read(inbox.is_anything_pending):
            return []
        return await self._store.write(claim)

    async def _see_through(self, update: Claimed) -> None:
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                await self._handle(update)
        except CannotBeHandled as error:
            await self._set_aside(update, str(error))
        except TryLater as error:
            await self._try_again(update, error, _TRIES_IN_AN_OUTAGE)
        except Exception as error:  # noqa: BLE001  a handler fails in its own ways; none stops its lane
            _log.exception("an update could not be handled", extra={"update": update.update_id})
            await self._try_again(update, error, TRIES)
        else:
            await self._store.write(partial(inbox.finish, claimed=update, now=self._clock.now()))
        finally:
            self._running -= 1
            self._bell.ring()

    async def _try_again(self, update: Claimed, error: Exception, tries: int) -> None:
        told = f"{type(error).__name__}: {error}"
        if update.attempts >= tries:
            await self._set_aside(update, told)
            return
        pause = timedelta(seconds=min(2 ** (update.attempts - 1), _LONGEST_PAUSE_SECONDS))
        until = self._clock.now() + pause
        await self._store.write(partial(inbox.put_off, claimed=update, until=until, error=told))

    async def _set_aside(self, update: Claimed, error: str) -> None:
        _log.error("an update is set aside", extra={"update": update.update_id, "why": error})
        await self._store.write(partial(inbox.set_aside, claimed=update, now=self._clock.now(), error=error))
