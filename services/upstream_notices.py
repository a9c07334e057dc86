import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from db import upstream_notices
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.errors import ForgedNotice, OutsideError
from services.ports.provider import Provider
from services.sweep import Sweep

_log = logging.getLogger(__name__)
_BATCH = 100
_LONGEST_PAUSE_SECONDS = 300


class UpstreamNotices:
    """Doorbells of providers: stored before they are answered, heeded by a job.

    A notice says only which number rang: nothing it tells is believed, shown or charged for.
    However many rang for a number, it is looked at once.
    """

    def __init__(
        self, store: Store, providers: Mapping[str, Provider], sweep: Sweep, bells: Bells, clock: Clock
    ) -> None:
        self._store = store
        self._providers = providers
        self._sweep = sweep
        self._bells = bells
        self._clock = clock

    async def hear(self, provider: str, body: bytes) -> bool:
        """Store a notice; raises ForgedNotice for what names no number. False: it was heard before."""
        ring = self._providers[provider].read_notice(body)
        if ring is None:
            raise ForgedNotice(provider)
        is_new = await self._store.write(
            partial(
                upstream_notices.ring,
                provider=provider,
                upstream_id=ring.upstream_id,
                external_id=ring.external_id,
                now=self._clock.now(),
            )
        )
        if is_new:
            self._bells.upstream.ring()
        return is_new

    async def handle_due(self) -> int:
        """Look once at every number that rang, whoever rents it to us; how many they were."""
        return sum(await asyncio.gather(*map(self.handle_one, self._providers)))

    async def handle_one(self, name: str) -> int:
        """The same at one provider; a number that is not known yet waits for its purchase."""
        claim = partial(upstream_notices.claim, provider=name, now=self._clock.now(), limit=_BATCH)
        due = await self._store.write(claim)
        by_number: dict[str, list[AnyRow]] = defaultdict(list)
        for notice in due:
            by_number[notice.upstream_id].append(notice)
        await asyncio.gather(*(self._handle(self._providers[name], rung) for rung in by_number.values()))
        return len(by_number)

    async def _handle(self, provider: Provider, notices: Sequence[AnyRow]) -> None:
        first = notices[0]
        if first.number_id is None:
            await self._postpone(notices)
            return
        try:
            found = await self._sweep.look_at(provider, first.number_id, first.upstream_id)
        except OutsideError as error:
            _log.warning("a ring is put off", extra={"number": str(first.number_id), "why": str(error)})
            await self._postpone(notices)
        except Exception:  # noqa: BLE001  one number never stops the others
            _log.exception("a ring could not be heeded", extra={"number": str(first.number_id)})
            await self._postpone(notices)
        else:
            await self._settle(notices, f"{found} new")

    async def _settle(self, notices: Sequence[AnyRow], outcome: str) -> None:
        ids: list[UUID] = [notice.id for notice in notices]
        await self._store.write(
            partial(upstream_notices.settle, notice_ids=ids, outcome=outcome, now=self._clock.now())
        )

    async def _postpone(self, notices: Sequence[AnyRow]) -> None:
        attempts = max(notice.attempts for notice in notices)
        pause = timedelta(seconds=min(2**attempts, _LONGEST_PAUSE_SECONDS))
        until = self._clock.now() + pause
        await self._store.write(partial(upstream_notices.postpone, notices=notices, until=until))
