"""The look at all open numbers, again and again while there are any."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from db import messages, numbers
from db.rows import AnyRow
from db.states import EndedBy
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.errors import NotOffered, OutsideError
from services.ports.provider import Listed, Provider, Received, Standing

_log = logging.getLogger(__name__)
_LOOKS_AT_ONCE = 5  # at each provider
_KEPT_AT_ONCE = 20
_PROBES = 3  # numbers asked about before a provider counts as silent: one of them may be what spoils its list


class Sweep:
    """Finds what has arrived upstream: one list a provider, or one look a number where it has no list.

    A number that fails is logged and looked at again next time; it never delays another. Nor does a
    provider that hangs: each is looked at in its own time.
    """

    def __init__(self, store: Store, providers: Mapping[str, Provider], bells: Bells, clock: Clock) -> None:
        self._store = store
        self._providers = providers
        self._bells = bells
        self._clock = clock
        self._looks = {name: asyncio.Semaphore(_LOOKS_AT_ONCE) for name in providers}
        self._pens = asyncio.Semaphore(_KEPT_AT_ONCE)

    async def is_needed(self) -> bool:
        """Tell whether anything is open: with nothing open nobody is asked anything."""
        return await self._store.read(numbers.is_anything_open)

    async def run(self) -> int:
        """Look once at everything; how many messages were new."""
        return sum(await asyncio.gather(*map(self.run_one, self._providers)))

    async def run_one(self, name: str) -> int:
        """Look once at all numbers of one provider."""
        provider = self._providers[name]
        watched = await self._store.read(partial(numbers.watched, provider=provider.name))
        if not watched:
            return 0
        if not provider.abilities.list_active:
            return await self._look_at_each(provider, watched)
        try:
            listed = {row.upstream_id: row for row in await provider.active()}
        except NotOffered:  # this provider has no list, whatever its dialect has
            return await self._look_at_each(provider, watched)
        except OutsideError as error:
            _log.warning("the list could not be read", extra={"provider": provider.name, "why": str(error)})
            return await self._look_without_list(provider, watched)
        known = await self._store.read(partial(messages.known, number_ids=[each.id for each in watched]))
        heard = (
            self._hear(provider, number, listed[number.upstream_id], known.get(number.id, {}))
            for number in watched
            if number.upstream_id in listed
        )
        missing = [number for number in watched if number.upstream_id not in listed]
        return sum(await asyncio.gather(*heard, self._look_at_each(provider, missing)))

    async def _look_without_list(self, provider: Provider, watched: Sequence[AnyRow]) -> int:
        """One row may spoil a list, and says nothing of the numbers: they may be told one by one."""
        for number in watched[:_PROBES]:
            try:
                await provider.status(number.upstream_id)
            except OutsideError:
                continue
            return await self._look_at_each(provider, watched)
        return 0  # it says nothing at all just now

    async def _look_at_each(self, provider: Provider, watched: Sequence[AnyRow]) -> int:
        return sum(await asyncio.gather(*(self._look(provider, number) for number in watched)))

    async def look_at(self, provider: Provider, number_id: UUID, upstream_id: str) -> int:
        """Look at one number that is said to have received something; how many messages were new."""
        async with self._looks[provider.name]:
            status = await provider.status(upstream_id)
            if status.standing is not Standing.RECEIVED:
                return 0
            if status.received:
                return await self.keep(number_id, status.received, is_confirmed=True)
            return await self.keep(number_id, await provider.texts(upstream_id))

    async def _look(self, provider: Provider, number: AnyRow) -> int:
        """Ask about one number: being absent from a list proves nothing."""
        try:
            async with self._looks[provider.name]:
                status = await provider.status(number.upstream_id)
            if status.standing is Standing.RECEIVED:
                return await self.keep(number.id, status.received, is_confirmed=True)
            if status.standing is Standing.ENDED:
                await self._end(number)
        except Exception:  # noqa: BLE001  one number never stops the others
            _log.exception("a look failed", extra={"number": str(number.id)})
        return 0

    async def _hear(self, provider: Provider, number: AnyRow, row: Listed, known: Mapping[str, bool]) -> int:
        try:
            fresh = [each for each in row.received if not _is_known(each, known)]
            if fresh or not number.asking:
                return await self._keep_in_turn(number, fresh)
            again = await self._ask_whether_new(provider, number, row.received)
            return await self._keep_in_turn(number, again, is_confirmed=True)
        except Exception:  # noqa: BLE001  one number never stops the others
            _log.exception("a message could not be kept", extra={"number": str(number.id)})
            return 0

    async def _ask_whether_new(
        self, provider: Provider, number: AnyRow, received: Sequence[Received]
    ) -> Sequence[Received]:
        """After another code was asked for, a list may still show the last one, or the same anew.

        SMS-Activate: while waiting again, a status repeats the last code as STATUS_WAIT_RETRY.
        """
        if not received or not number.asking:
            return ()
        async with self._pens:
            has_answer = partial(messages.has_answer, number_id=number.id, asking=number.asking)
            if await self._store.read(has_answer):
                return ()
        try:
            async with self._looks[provider.name]:
                status = await provider.status(number.upstream_id)
        except OutsideError:
            return ()
        return status.received if status.standing is Standing.RECEIVED else ()

    async def _keep_in_turn(
        self, number: AnyRow, received: Sequence[Received], *, is_confirmed: bool = False
    ) -> int:
        """A list may bring many at once: not all of them ask the database for a connection."""
        async with self._pens:
            return await self.keep(number.id, received, is_confirmed=is_confirmed)

    async def keep(self, number_id: UUID, received: Sequence[Received], *, is_confirmed: bool = False) -> int:
        """Store what came on one number; how many messages were new."""
        new = 0
        for each in received:
            arrival = messages.Arrival(
                each.code, each.text, each.sender, each.received_at, each.message_id, each.is_call
            )
            kept = await self._store.write(
                partial(
                    messages.store,
                    number_id=number_id,
                    arrival=arrival,
                    now=self._clock.now(),
                    is_confirmed=is_confirmed,
                )
            )
            new += kept is not None
        if new:
            self._bells.outbox.ring()
        return new

    async def _end(self, number: AnyRow) -> None:
        """Upstream has ended it by itself; the closing job makes sure and gives the credits back."""
        now = self._clock.now()
        if number.codes:
            await self._store.write(
                partial(numbers.finish, number_id=number.id, by=EndedBy.UPSTREAM, now=now)
            )
        else:
            await self._store.write(
                partial(numbers.start_closing, number_id=number.id, by=EndedBy.UPSTREAM, now=now)
            )
        self._bells.closing.ring()


def _is_known(received: Received, known: Mapping[str, bool]) -> bool:
    """Tell whether there is nothing new about it: neither its code nor its full text."""
    has_text = known.get(received.code or received.text or "")
    return has_text is not None and (has_text or not received.text)
