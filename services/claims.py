"""Ending the purchases nobody heard of again, by what the provider's own lists show."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from db import cases, claims, purchases
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.costs import exact, watch
from services.errors import NotOffered, OutsideError
from services.matching import Stranger, Verdict, judge
from services.ports.provider import Ended, Listed, Past, Provider, Rejection

_log = logging.getLogger(__name__)
_USUAL_LIFE = timedelta(minutes=20)
# Twice the deadline of a purchase: by then every answer that can come has come and is stored.
_QUARANTINE_DEADLINES = 2
_READINGS_TO_BE_ABSENT = 2
# 150 s: past the floor of 120 s before which providers refuse a cancel.
_ORPHAN_AFTER = timedelta(seconds=150)
# A database restored from a backup knows few ids: never cancel a whole account by mistake.
_ORPHANS_AT_ONCE = 3
_HISTORY_MARGIN = timedelta(seconds=60)
# A number nobody used is paid back by its provider when its life is over.
_WITHOUT_A_LIST = timedelta(minutes=25)


class Claims:
    """Adopts what was bought, gives back what was not, and asks an admin where nobody can tell.

    On an account that others use too nothing is adopted by likeness and nothing cancelled.
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
        self._claim_after = timedelta(seconds=claim_seconds)
        self._cancel_after = timedelta(seconds=cancel_after_seconds)

    async def is_needed(self) -> bool:
        """Tell whether some purchase waits to be settled."""
        return await self._store.read(claims.is_any_unknown)

    async def run(self) -> None:
        """Read each exclusive account once, wholly, and settle what that reading settles."""
        mine = [each for name, each in self._providers.items() if name in self._exclusive]
        await asyncio.gather(*(self._run_one(each) for each in mine))
        self._bells.outbox.ring()

    async def _run_one(self, provider: Provider) -> None:
        try:
            if provider.abilities.list_active:
                await self._settle_by_list(provider)
            else:
                await self._settle_by_time(provider)
        except OutsideError as error:
            _log.warning("claims are put off", extra={"provider": provider.name, "why": str(error)})
        except Exception:  # noqa: BLE001  one account never stops the others
            _log.exception("claims failed", extra={"provider": provider.name})

    async def _settle_by_list(self, provider: Provider) -> None:
        read_at = self._clock.now()
        listed = await provider.active()
        past = await self._history(provider)
        await self._store.write(
            partial(self._settle, provider=provider, listed=listed, past=past, read_at=read_at)
        )
        await self._cancel_orphans(provider, {row.upstream_id for row in listed})

    async def _history(self, provider: Provider) -> tuple[Past, ...]:
        waiting = await self._store.read(partial(claims.unknown, provider=provider.name))
        if not waiting or not provider.abilities.history:
            return ()
        since = min(row.sent_at for row in waiting) - _HISTORY_MARGIN
        try:
            return await provider.history(since, self._clock.now() + _HISTORY_MARGIN)
        except NotOffered:
            return ()

    def _settle(
        self,
        connection: Connection,
        provider: Provider,
        listed: Sequence[Listed],
        past: Sequence[Past],
        read_at: datetime,
    ) -> None:
        now = self._clock.now()
        rows = [*listed, *_ended_with_code(past, listed)]
        known = purchases.known_upstream(connection, provider.name, [row.upstream_id for row in rows])
        unknown_rows = [row for row in rows if row.upstream_id not in known]
        seen = claims.meet(connection, provider.name, [row.upstream_id for row in unknown_rows], now)
        quarantine = timedelta(seconds=_QUARANTINE_DEADLINES * provider.purchase_deadline_seconds)
        waiting = [
            row for row in claims.unknown(connection, provider.name) if row.sent_at + quarantine <= read_at
        ]
        strangers = [Stranger(row, seen[row.upstream_id]) for row in unknown_rows]
        # A number seen a moment ago may belong to a purchase whose answer is on its way.
        ripe = [each for each in strangers if each.first_seen_at + quarantine <= now]
        judged = partial(
            judge,
            ids_rise=provider.abilities.ids_rise,
            deadline_seconds=provider.purchase_deadline_seconds,
        )
        in_all = judged(waiting, strangers)
        may_still_ripen = {row.id for row, _ in (*in_all.matched, *in_all.ambiguous)}
        self._carry_out(connection, provider, judged(waiting, ripe), may_still_ripen, now)

    def _carry_out(
        self,
        connection: Connection,
        provider: Provider,
        verdict: Verdict,
        may_still_ripen: set[object],
        now: datetime,
    ) -> None:
        for purchase, stranger in verdict.matched:
            # Upstream lists a number before it has found it one: it is waited for, neither taken nor absent.
            if stranger.row.phone:
                self._adopt(connection, provider, purchase, stranger.row, now)
        for purchase in verdict.absent:
            if purchase.id not in may_still_ripen:
                self._note_absence(connection, purchase, now)
        for purchase, strangers in verdict.ambiguous:
            self._ask_an_admin(connection, provider, purchase, strangers, now)

    def _adopt(
        self, connection: Connection, provider: Provider, purchase: AnyRow, row: Listed, now: datetime
    ) -> None:
        _log.info("adopted", extra={"number": str(purchase.id), "upstream_id": row.upstream_id})
        cost = None if row.cost is None else exact(row.cost)
        is_ours = purchases.start_waiting(
            connection,
            purchase.id,
            upstream_id=row.upstream_id,
            phone=row.phone,
            ends_at=row.ends_at or purchase.sent_at + _USUAL_LIFE,
            cost=cost,
            currency=row.currency,
            operator=row.operator,
            can_repeat=row.can_repeat is not False,
            cancel_after=self._cancel_after,
            started_at=purchase.sent_at,
            now=now,
        )
        if is_ours:
            watch(
                connection,
                provider,
                number_id=purchase.id,
                cap=purchase.cap,
                cost=cost,
                currency=row.currency,
                now=now,
            )

    def _note_absence(self, connection: Connection, purchase: AnyRow, now: datetime) -> None:
        claims.count_absence(connection, purchase.id)
        is_absent = purchase.checks + 1 >= _READINGS_TO_BE_ABSENT
        if is_absent and now >= purchase.sent_at + self._claim_after:
            purchases.reject(connection, purchase.id, reason=Rejection.NOT_SENT.value, now=now)

    def _ask_an_admin(
        self,
        connection: Connection,
        provider: Provider,
        purchase: AnyRow,
        strangers: Sequence[Stranger],
        now: datetime,
    ) -> None:
        facts = {
            "provider": provider.name,
            "service": purchase.service,
            "country": purchase.country,
            "sent_at": purchase.sent_at.isoformat(),
            "candidates": [each.row.upstream_id for each in strangers],
        }
        cases.open_case(connection, kind="purchase.ambiguous", subject=str(purchase.id), facts=facts, now=now)

    async def _settle_by_time(self, provider: Provider) -> None:
        """Without a list: once the life of any number it may have bought is over, none was used."""
        before = self._clock.now() - _WITHOUT_A_LIST

        def work(connection: Connection) -> None:
            for purchase in claims.unknown(connection, provider.name):
                if purchase.sent_at <= before:
                    purchases.reject(
                        connection, purchase.id, reason=Rejection.NOT_SENT.value, now=self._clock.now()
                    )

        await self._store.write(work)

    async def _cancel_orphans(self, provider: Provider, listed: set[str]) -> None:
        """Numbers that run upstream for nobody cost money: end them, a few at a time."""
        now = self._clock.now()
        due = await self._store.read(
            partial(
                claims.orphans,
                provider=provider.name,
                seen_before=now - _ORPHAN_AFTER,
                now=now,
                limit=_ORPHANS_AT_ONCE,
            )
        )
        for upstream_id in due:
            if upstream_id in listed and not await self._may_be_claimed(provider, upstream_id):
                await self._cancel_orphan(provider, upstream_id)

    async def _may_be_claimed(self, provider: Provider, upstream_id: str) -> bool:
        """While an admin decides about candidates, none of them is ended."""
        asked = await self._store.read(cases.open_cases)
        return any(
            upstream_id in row.facts.get("candidates", ())
            for row in asked
            if row.facts.get("provider") == provider.name
        )

    async def _cancel_orphan(self, provider: Provider, upstream_id: str) -> None:
        answer = await provider.cancel(upstream_id)
        now = self._clock.now()
        is_over = answer.ended in {Ended.DONE, Ended.ALREADY_ENDED, Ended.UNKNOWN_ID}
        pause = timedelta(seconds=max(answer.wait_seconds or 0, 60))
        subject = f"{provider.name}:{upstream_id}"
        facts = {"provider": provider.name, "upstream_id": upstream_id, "answer": answer.ended.value}

        def work(connection: Connection) -> None:
            claims.note_attempt(
                connection,
                provider.name,
                upstream_id,
                next_attempt_at=now + pause,
                cancelled_at=now if is_over else None,
            )
            cases.open_case(connection, kind="upstream.orphan", subject=subject, facts=facts, now=now)
            if is_over:
                cases.resolve(
                    connection, kind="upstream.orphan", subject=subject, resolution="ended", now=now
                )

        await self._store.write(work)


def _ended_with_code(past: Sequence[Past], listed: Sequence[Listed]) -> list[Listed]:
    """Numbers of the history that received a code: they were bought, and somebody pays for them."""
    running = {row.upstream_id for row in listed}
    return [
        Listed(
            row.upstream_id,
            row.phone,
            row.service,
            row.country,
            row.cost,
            received=row.received,
            started_at=row.started_at,
        )
        for row in past
        if row.has_code and row.service and row.country and row.upstream_id not in running
    ]
