"""Ending numbers: credits go back only on upstream's word, after one last look for a code."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from db import cases, closing, numbers
from db.rows import AnyRow
from db.states import NumberStatus
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.errors import NotOffered, OutsideError, ProviderRefused
from services.guard import SaleGuard
from services.ports.provider import EndAnswer, Ended, Past, Provider, Received, Standing
from services.sweep import Sweep

_log = logging.getLogger(__name__)
_AT_ONCE = 5  # at each provider
_BATCH = 50
_HISTORY_MARGIN = timedelta(minutes=10)
# So long after its life no code can come, whatever upstream says of it or does not.
_BEYOND_LIFE = timedelta(minutes=10)
# After so many looks without a proof either way, an admin is asked.
_LOOKS_BEFORE_A_CASE = 6
_STUCK = "closing.stuck"
_ENDED = "ended upstream"
_GONE = "its provider is not set up any more"
_OVER_UPSTREAM = {Ended.DONE, Ended.ALREADY_ENDED, Ended.UNKNOWN_ID}


class Closing:
    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        sweep: Sweep,
        bells: Bells,
        clock: Clock,
        *,
        guard: SaleGuard | None = None,
    ) -> None:
        self._store = store
        self._providers = providers
        self._sweep = sweep
        self._bells = bells
        self._clock = clock
        self._guard = guard  # None: whatever comes of them, all kinds are sold on
        self._slots = {name: asyncio.Semaphore(_AT_ONCE) for name in providers}

    async def expire_due(self) -> int:
        """Numbers whose time is over go on to be closed."""
        expired = await self._store.write(partial(numbers.expire, now=self._clock.now()))
        if expired:
            self._bells.closing.ring()
        return expired

    async def run_due(self) -> int:
        """End every number that is due, each on its own."""
        return sum(await asyncio.gather(*map(self.run_one, self._providers), self.run_abandoned()))

    async def run_abandoned(self) -> int:
        """End the numbers of providers that are not set up any more."""
        awaited = await self._store.read(closing.providers_awaited)
        gone = [name for name in awaited if name not in self._providers]
        return sum([await self.run_one(name) for name in gone])

    async def run_one(self, name: str) -> int:
        """End every number of one provider that is due."""
        now = self._clock.now()
        if not await self._store.read(partial(closing.is_any_due, provider=name, now=now)):
            return 0
        due = await self._store.write(partial(closing.claim_due, provider=name, now=now, limit=_BATCH))
        await asyncio.gather(*(self._close(number) for number in due))
        if due:
            self._bells.outbox.ring()
        return len(due)

    async def _close(self, number: AnyRow) -> None:
        provider = self._providers.get(number.provider)
        try:
            if provider is None:
                await self._close_alone(number)
            else:
                await self._close_at(provider, number)
        except OutsideError as error:
            _log.warning("closing is put off", extra={"number": str(number.id), "why": str(error)})
        except Exception:  # noqa: BLE001  one number never stops the others
            _log.exception("closing failed", extra={"number": str(number.id)})
        if number.checks == _LOOKS_BEFORE_A_CASE:
            await self._open_case(number)

    async def _close_at(self, provider: Provider, number: AnyRow) -> None:
        async with self._slots[provider.name]:
            if number.status == NumberStatus.FINISHED:
                await self._finish(provider, number)
            else:
                await self._cancel(provider, number)

    async def _close_alone(self, number: AnyRow) -> None:
        """Nobody is left to be asked: until its time is over, an admin may set the provider up again."""
        if number.status == NumberStatus.FINISHED:
            await self._mark_closed(number)
            return
        await self._open_case(number, why=_GONE)
        if self._is_long_over(number):
            await self._give_back(number, f"given back after its time: {_GONE}")

    async def _cancel(self, provider: Provider, number: AnyRow) -> None:
        status = await provider.status(number.upstream_id)
        if status.standing is Standing.RECEIVED:
            await self._take(provider, number, status.received)
        elif status.standing is Standing.ENDED:
            await self._settle_ended(provider, number, is_told=True)
        else:
            await self._heed(provider, number, await provider.cancel(number.upstream_id))

    async def _heed(self, provider: Provider, number: AnyRow, answer: EndAnswer) -> None:
        match answer.ended:
            case Ended.DONE:
                await self._give_back(number)
            case Ended.TOO_EARLY:
                await self._put_off(number, answer.wait_seconds)
            case Ended.CODE_ARRIVED:
                received = answer.received or (await provider.status(number.upstream_id)).received
                await self._take(provider, number, received)
            case Ended.ALREADY_ENDED | Ended.UNKNOWN_ID:
                await self._settle_ended(provider, number, is_told=False)
            case Ended.NO_CODE | Ended.WINDOW_OVER | Ended.UNCLEAR:
                _log.info("asked again later", extra={"number": str(number.id), "answer": answer.ended.value})

    async def _take(self, provider: Provider, number: AnyRow, received: tuple[Received, ...]) -> None:
        """Keep what came; a code that is said to be there and is not told is no code yet."""
        received = received or await provider.texts(number.upstream_id)
        await self._sweep.keep(number.id, received, is_confirmed=True)
        if received:
            await self._store.write(partial(self._close_case, number=number, resolution="a code came"))

    async def _settle_ended(self, provider: Provider, number: AnyRow, *, is_told: bool) -> None:
        """It is over there, it seems: with or without a code? The history decides where there is one.

        `is_told`: its status says so. A number upstream does not know (any more) is no word that none came.
        """
        try:
            past = await self._look_up(provider, number)
        except OutsideError:
            if not self._is_asked_in_vain(number):
                raise
            await self._settle_unread(provider, number)
            return
        if past is not None and past.has_code:
            received = past.received or await provider.texts(number.upstream_id)
            if not await self._sweep.keep(number.id, received):
                await self._open_case(number)
        elif self._is_proven(provider, number, past, is_told=is_told):
            await self._give_back(number)
        elif not provider.abilities.history:
            await self._open_case(number)

    async def _settle_unread(self, provider: Provider, number: AnyRow) -> None:
        """Its history cannot be read, and no code can come any more; one that came is told by its texts."""
        try:
            received = await provider.texts(number.upstream_id)
        except OutsideError:
            received = ()
        if received:
            await self._take(provider, number, received)
        else:
            await self._give_back(number)

    def _is_proven(self, provider: Provider, number: AnyRow, past: Past | None, *, is_told: bool) -> bool:
        """Tell whether upstream has ended it without a code, or its life is over for good."""
        if self._is_long_over(number):
            return True
        if past is not None:
            return is_told or past.returned is True
        return is_told and not provider.abilities.history

    async def _look_up(self, provider: Provider, number: AnyRow) -> Past | None:
        if not provider.abilities.history:
            return None
        try:
            since = number.start_time - _HISTORY_MARGIN
            past = await provider.history(since, self._clock.now() + _HISTORY_MARGIN)
        except NotOffered:
            return None
        return next((row for row in past if row.upstream_id == number.upstream_id), None)

    async def _finish(self, provider: Provider, number: AnyRow) -> None:
        """Tell upstream that a number is done, after a last look at all that has come on it."""
        texts = await self._all_texts(provider, number)
        await self._sweep.keep(number.id, texts or ())
        answer = await provider.finish(number.upstream_id)
        if answer.received:
            await self._sweep.keep(number.id, answer.received)
            answer = await provider.finish(number.upstream_id)
        is_over = answer.ended in _OVER_UPSTREAM or self._is_past_use(number, has_looked=texts is not None)
        if is_over or await self._has_ended(provider, number):
            await self._mark_closed(number)

    def _is_past_use(self, number: AnyRow, *, has_looked: bool) -> bool:
        """Its code is kept: once its life is over and all of it is read, no answer changes anything.

        SMS-Activate: BAD_STATUS, for ever, to who finishes a number after its life.
        """
        return self._is_asked_in_vain(number) or (has_looked and self._clock.now() >= number.end_time)

    def _is_asked_in_vain(self, number: AnyRow) -> bool:
        """Not on the first failure: a provider that is down, or throttles us, tells more a little later."""
        return self._is_long_over(number) and number.checks > _LOOKS_BEFORE_A_CASE

    def _is_long_over(self, number: AnyRow) -> bool:
        return bool(self._clock.now() >= number.end_time + _BEYOND_LIFE)

    async def _has_ended(self, provider: Provider, number: AnyRow) -> bool:
        """SMS-Activate: BAD_STATUS also to who finishes it twice, as after an answer that was lost."""
        return (await provider.status(number.upstream_id)).standing is Standing.ENDED

    async def _all_texts(self, provider: Provider, number: AnyRow) -> tuple[Received, ...] | None:
        """Lists tell the latest message alone: of two that came between two looks one is missing.

        None: it will not tell them now.
        """
        try:
            return await provider.texts(number.upstream_id)
        except NotOffered:
            return ()
        except ProviderRefused:
            return None

    async def _mark_closed(self, number: AnyRow) -> None:
        def work(connection: Connection) -> None:
            closing.mark_closed_upstream(connection, number.id, self._clock.now())
            self._close_case(connection, number, _ENDED)

        await self._store.write(work)

    async def _give_back(self, number: AnyRow, resolution: str = _ENDED) -> None:
        def work(connection: Connection) -> None:
            is_over = closing.give_back(connection, number.id, self._clock.now())
            if is_over and self._guard is not None:
                self._guard.heed(connection, number.id)
            self._close_case(connection, number, resolution)

        await self._store.write(work)

    def _close_case(self, connection: Connection, number: AnyRow, resolution: str) -> None:
        subject, now = str(number.id), self._clock.now()
        cases.resolve(connection, kind=_STUCK, subject=subject, resolution=resolution, now=now)

    async def _put_off(self, number: AnyRow, wait_seconds: float | None) -> None:
        until = self._clock.now() + timedelta(seconds=wait_seconds or 5)
        await self._store.write(partial(closing.put_off, number_id=number.id, until=until))

    async def _open_case(self, number: AnyRow, **more: str) -> None:
        facts = {
            **more,
            "provider": number.provider,
            "upstream_id": number.upstream_id,
            "status": number.status,
        }

        def work(connection: Connection) -> None:
            if closing.is_waiting(connection, number.id):  # this very look may have ended it
                now = self._clock.now()
                cases.open_case(connection, kind=_STUCK, subject=str(number.id), facts=facts, now=now)

        await self._store.write(work)
