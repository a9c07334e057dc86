"""Ending the purchases nobody heard of again, by what the provider's own lists show."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from db import claims, purchases
from db.rows import AnyRow
from db.store import Store
from services.adoption import adopt, as_listed
from services.bells import Bells
from services.both_sides import show_both_sides
from services.clock import Clock
from services.errors import NotOffered, OutsideError
from services.matching import Stranger, Verdict, judge
from services.orphans import Orphans
from services.ports.provider import Listed, Past, Provider, Rejection

_log = logging.getLogger(__name__)
# Twice the deadline of a purchase: by then every answer that can come has come and is stored.
_QUARANTINE_DEADLINES = 2
_READINGS_TO_BE_ABSENT = 2
_HISTORY_MARGIN = timedelta(seconds=60)
# A number nobody used is paid back by its provider when its life is over.
_WITHOUT_A_LIST = timedelta(minutes=25)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one account showed, wholly, from one moment on."""

    begun_at: datetime
    listed: tuple[Listed, ...]
    past: tuple[Past, ...]

    def rows(self) -> list[Listed]:
        """What runs, and what received a code and has ended: it was bought, and somebody pays for it."""
        running = {row.upstream_id for row in self.listed}
        ended = [as_listed(row) for row in self.past if row.has_code and row.upstream_id not in running]
        return [*self.listed, *ended]


class Claims:
    """Adopts what was bought, gives back what was not, and asks an admin where nobody can tell.

    On an account that others use too only the number that carries our own key is adopted: nothing by
    likeness, and nothing is cancelled or given back; an admin sees both sides.
    """

    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        bells: Bells,
        clock: Clock,
        *,
        exclusive: frozenset[str],
        claim_seconds: float,
        cancel_after_seconds: float = 120,
    ) -> None:
        self._store = store
        self._providers = providers
        self._bells = bells
        self._clock = clock
        self._exclusive = exclusive
        self._orphans = Orphans(store, clock)
        self._claim_after = timedelta(seconds=claim_seconds)
        self._cancel_after = timedelta(seconds=cancel_after_seconds)

    async def is_needed(self) -> bool:
        """Tell whether some purchase waits to be settled."""
        return await self._store.read(claims.is_any_unknown)

    async def has_orphans(self) -> bool:
        """Tell whether a number may run upstream for nobody, on an account that is ours alone."""
        return await self._store.read(partial(claims.has_strangers, providers=self._exclusive))

    async def run(self) -> None:
        """Read each account that is concerned once, wholly, and settle what that reading settles."""
        await asyncio.gather(*(self._run_one(each) for each in self._providers.values()))
        self._bells.outbox.ring()

    async def _run_one(self, provider: Provider) -> None:
        try:
            waiting = await self._store.read(partial(claims.unknown, provider=provider.name))
            if waiting or provider.name in self._exclusive:
                await self._settle(provider, waiting)
        except OutsideError as error:
            _log.warning("claims are put off", extra={"provider": provider.name, "why": str(error)})
        except Exception:  # noqa: BLE001  one account never stops the others
            _log.exception("claims failed", extra={"provider": provider.name})

    async def _settle(self, provider: Provider, waiting: Sequence[AnyRow]) -> None:
        is_exclusive = provider.name in self._exclusive
        reading = await self._read(provider, waiting)
        if reading is not None:
            await self._store.write(partial(self._settle_by_list, provider=provider, reading=reading))
            if is_exclusive:
                await self._orphans.end_due(provider, {row.upstream_id for row in reading.listed})
        elif is_exclusive:
            await self._store.write(partial(self._settle_by_time, provider=provider))

    async def _read(self, provider: Provider, waiting: Sequence[AnyRow]) -> Reading | None:
        """Read the account; None where it has no list."""
        begun_at = self._clock.now()
        if not provider.abilities.list_active:
            return None
        try:
            listed = await provider.active()
        except NotOffered:
            return None
        return Reading(begun_at, listed, await self._history(provider, waiting))

    async def _history(self, provider: Provider, waiting: Sequence[AnyRow]) -> tuple[Past, ...]:
        if not waiting or not provider.abilities.history:
            return ()
        since = min(row.sent_at for row in waiting) - _HISTORY_MARGIN
        try:
            return await provider.history(since, self._clock.now() + _HISTORY_MARGIN)
        except NotOffered:
            return ()

    def _settle_by_list(self, connection: Connection, provider: Provider, reading: Reading) -> None:
        now = self._clock.now()
        rows = reading.rows()
        known = purchases.known_upstream(connection, provider.name, [row.upstream_id for row in rows])
        unknown_rows = [row for row in rows if row.upstream_id not in known]
        seen = claims.meet(connection, provider.name, [row.upstream_id for row in unknown_rows], now)
        quarantine = timedelta(seconds=_QUARANTINE_DEADLINES * provider.purchase_deadline_seconds)
        waiting = claims.unknown(connection, provider.name)
        strangers = [Stranger(row, seen[row.upstream_id]) for row in unknown_rows]
        judged = partial(
            judge,
            ids_rise=provider.abilities.ids_rise,
            deadline_seconds=provider.purchase_deadline_seconds,
            by_likeness=provider.name in self._exclusive,
        )
        verdict = judged(waiting, strangers)
        if claims.is_any_on_its_way(connection, provider.name):
            # A number seen a moment ago may be what that one has bought.
            ripe = [each for each in strangers if each.first_seen_at + quarantine <= now]
            verdict = _as_far_as_ripe(judged(waiting, ripe), verdict)
        # What has not been bought yet may still be, as long as its request may be on its way.
        absent = [row for row in verdict.absent if row.sent_at + quarantine <= reading.begun_at]
        self._carry_out(connection, provider, replace(verdict, absent=tuple(absent)), now)

    def _carry_out(
        self,
        connection: Connection,
        provider: Provider,
        verdict: Verdict,
        now: datetime,
    ) -> None:
        for purchase, stranger in verdict.matched:
            # Upstream lists a number before it has found it one: it is waited for, neither taken nor absent.
            if stranger.row.phone:
                adopt(connection, provider, purchase, stranger.row, cancel_after=self._cancel_after, now=now)
        for purchase in verdict.absent:
            self._note_absence(connection, purchase, now)
        is_exclusive = provider.name in self._exclusive
        for purchase, strangers in verdict.ambiguous:
            show_both_sides(connection, provider, purchase, strangers, is_exclusive=is_exclusive, now=now)

    def _note_absence(self, connection: Connection, purchase: AnyRow, now: datetime) -> None:
        claims.count_absence(connection, purchase.id)
        is_absent = purchase.checks + 1 >= _READINGS_TO_BE_ABSENT
        if is_absent and now >= purchase.sent_at + self._claim_after:
            purchases.reject(connection, purchase.id, reason=Rejection.NOT_SENT.value, now=now)

    def _settle_by_time(self, connection: Connection, provider: Provider) -> None:
        """Without a list: once the life of any number it may have bought is over, none was used."""
        now = self._clock.now()
        for purchase in claims.unknown(connection, provider.name):
            if purchase.sent_at <= now - _WITHOUT_A_LIST:
                purchases.reject(connection, purchase.id, reason=Rejection.NOT_SENT.value, now=now)


def _as_far_as_ripe(ripe: Verdict, verdict: Verdict) -> Verdict:
    """Nothing is absent that a number too fresh to be judged may turn out to be."""
    may_still_ripen = {row.id for row, _ in (*verdict.matched, *verdict.ambiguous)}
    return replace(ripe, absent=tuple(row for row in ripe.absent if row.id not in may_still_ripen))
