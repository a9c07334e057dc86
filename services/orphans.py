"""Numbers that run upstream for nobody: ended a few at a time, past the provider's floor, and told."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from db import cases, claims
from db.store import Store
from services.clock import Clock
from services.ports.provider import EndAnswer, Ended, Provider

# 150 s: past the floor of 120 s before which providers refuse a cancel.
_ORPHAN_AFTER = timedelta(seconds=150)
# A database restored from a backup knows few ids: never cancel a whole account by mistake.
_ORPHANS_AT_ONCE = 3
_OVER = {Ended.DONE, Ended.ALREADY_ENDED, Ended.UNKNOWN_ID}


class Orphans:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def end_due(self, provider: Provider, listed: set[str]) -> None:
        """End those that the list still shows and that no admin decides about just now."""
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
        asked = await self._store.read(partial(cases.candidates, provider=provider.name))
        for upstream_id in due:
            if upstream_id in listed and upstream_id not in asked:
                await self._end(provider, upstream_id)

    async def _end(self, provider: Provider, upstream_id: str) -> None:
        answer = await provider.cancel(upstream_id)
        if answer.ended is Ended.CODE_ARRIVED:  # it is paid for; what is left is to tell that it is done
            answer = await provider.finish(upstream_id)
        await self._store.write(
            partial(self._note, provider=provider.name, upstream_id=upstream_id, answer=answer)
        )

    def _note(self, connection: Connection, provider: str, upstream_id: str, answer: EndAnswer) -> None:
        now = self._clock.now()
        is_over = answer.ended in _OVER
        claims.note_attempt(
            connection,
            provider,
            upstream_id,
            next_attempt_at=now + timedelta(seconds=max(answer.wait_seconds or 0, 60)),
            cancelled_at=now if is_over else None,
        )
        kind, subject = "upstream.orphan", f"{provider}:{upstream_id}"
        facts = {"provider": provider, "upstream_id": upstream_id, "answer": answer.ended.value}
        cases.open_case(connection, kind=kind, subject=subject, facts=facts, now=now)
        if is_over:
            cases.resolve(connection, kind=kind, subject=subject, resolution="ended", now=now)
