from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from db import cases, reports
from db.rows import AnyRow
from db.store import Store
from services.activations import NumberNotFound
from services.bells import Bells
from services.clock import Clock
from services.rules import Rules
from services.views import ReportReason

_DAY = timedelta(days=1)


class Reports:
    """Bad numbers, as people tell of them; many of one kind in a day are put before the admins."""

    def __init__(self, store: Store, rules: Rules, bells: Bells, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._bells = bells
        self._clock = clock

    async def report(self, customer_id: UUID, number_id: UUID, reason: ReportReason) -> bool:
        """Keep what the buyer of a number says of it, once; raises NumberNotFound for anybody else."""

        def work(connection: Connection) -> bool:
            number = reports.subject(connection, number_id)
            if number is None or number.user_id != customer_id:
                raise NumberNotFound
            is_new = reports.add(connection, number, reason, self._clock.now())
            if is_new:
                self._raise_alarm(connection, number)
            return is_new

        is_new = await self._store.write(work)
        self._bells.outbox.ring()
        return is_new

    def _raise_alarm(self, connection: Connection, number: AnyRow) -> None:
        now = self._clock.now()
        told = reports.count_by_reason(connection, number, now - _DAY)
        if sum(told.values()) <= self._rules.within(connection).reports_per_day:
            return
        operator = number.operator or "any"
        facts = {"service": number.service_code, "country": number.country_id, "operator": operator, **told}
        kind = f"{number.service_code}:{number.country_id}:{operator}"
        cases.open_case(connection, kind="numbers.bad", subject=kind, facts=facts, now=now)
