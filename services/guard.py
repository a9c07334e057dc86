"""Keeps the shop from selling what brings no codes: providers ban an account for that."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from db import cases, guards
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.rules import Rules


class SaleGuard:
    def __init__(self, store: Store, rules: Rules, bells: Bells, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._bells = bells
        self._clock = clock

    def heed(self, connection: Connection, number_id: UUID) -> None:
        """A number has ended without a code: look whether its kind is worth selling on."""
        rules = self._rules.within(connection)
        kind = guards.kind_of(connection, number_id)
        outcomes = guards.last_of_kind(connection, kind, rules.guard_orders)
        # HeroSMS bans a service in a country after 100 numbers with less than 6 % success.
        if not outcomes or len(outcomes) < rules.guard_orders:
            return
        if sum(outcomes) * 100 >= rules.guard_percent * len(outcomes):
            return
        now = self._clock.now()
        until = now + timedelta(minutes=rules.guard_pause_minutes)
        if guards.pause_sale(connection, kind, now=now, until=until):
            facts = {
                "provider": kind.provider,
                "service": kind.service_code,
                "country": kind.country_id,
                "codes": f"{sum(outcomes)} / {len(outcomes)}",
                "until": until.isoformat(timespec="seconds"),
            }
            cases.open_case(connection, kind="sales.guarded", subject=_subject(kind), facts=facts, now=now)

    async def resume_due(self) -> None:
        """Sell again what has stood still for long enough; the next number without a code stops it anew."""
        now = self._clock.now()
        if not await self._store.read(lambda connection: guards.is_any_over(connection, now)):
            return

        def work(connection: Connection) -> None:
            for kind in guards.take_over(connection, now):
                cases.resolve(
                    connection,
                    kind="sales.guarded",
                    subject=_subject(kind),
                    resolution="selling again",
                    now=now,
                )

        await self._store.write(work)
        self._bells.outbox.ring()


def _subject(kind: AnyRow) -> str:
    return f"{kind.provider}:{kind.service_code}:{kind.country_id}"
