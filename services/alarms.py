"""What waits or fails for too long is put before the admins, and taken back by itself when it is over."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from db import cases, figures, pauses, topups
from db.figures import Queue
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.ports.gateway import Gateway
from services.ports.provider import Provider

# How long the oldest of a queue may wait; what is planned for later does not wait yet.
_LONGEST_SECONDS: Mapping[str, float] = {
    "inbox": 60,
    "codes": 60,
    "outbox": 300,
    "purchases": 60,
    "closing": 1800,
    "gateway_notices": 300,
}
_SLOW_CODE_SECONDS = 60
_FAILING_LOOKS = 2  # one bad moment is none


class Alarms:
    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        gateways: Mapping[str, Gateway],
        bells: Bells,
        clock: Clock,
    ) -> None:
        self._store = store
        self._providers = providers
        self._gateways = gateways
        self._bells = bells
        self._clock = clock
        self._failing: dict[str, int] = {}

    async def run(self) -> None:
        """Look at everything once."""
        now = self._clock.now()
        queues, seconds = await self._store.read(partial(_measure, now=now))
        failing = self._count_failing()
        await self._store.write(
            partial(self._judge, queues=queues, code_seconds=seconds, failing=failing, now=now)
        )
        self._bells.outbox.ring()

    def _count_failing(self) -> dict[str, bool]:
        """Which accounts are not bought from because they fail, again and again."""
        for name, provider in self._providers.items():
            self._failing[name] = 0 if provider.health().is_buying else self._failing.get(name, 0) + 1
        return {name: looks >= _FAILING_LOOKS for name, looks in self._failing.items()}

    def _judge(
        self,
        connection: Connection,
        queues: tuple[Queue, ...],
        code_seconds: tuple[float, ...],
        failing: Mapping[str, bool],
        now: datetime,
    ) -> None:
        for queue in queues:
            if (limit := _LONGEST_SECONDS.get(queue.name)) is not None:
                seconds = (now - queue.oldest_at).total_seconds() if queue.oldest_at else 0.0
                facts = {"waiting": queue.waiting, "oldest_seconds": round(seconds), "limit_seconds": limit}
                _hold(connection, "queue.waits", queue.name, facts, now, is_bad=seconds > limit)
        slowest = max(code_seconds, default=0)
        facts = {"slowest_seconds": round(slowest), "limit_seconds": _SLOW_CODE_SECONDS}
        _hold(connection, "codes.slow", "chat", facts, now, is_bad=slowest > _SLOW_CODE_SECONDS)
        for name, is_failing in failing.items():
            # A pause has been told with its reason.
            is_news = is_failing and not pauses.is_paused(connection, name)
            _hold(connection, "provider.failing", name, {}, now, is_bad=is_news)
        self._judge_gateways(connection, now)

    def _judge_gateways(self, connection: Connection, now: datetime) -> None:
        """What is paid at a gateway that is switched off is seen by nobody."""
        bills = topups.count_open(connection)
        unseen = bills.keys() - self._gateways.keys()
        for code in unseen | set(cases.open_subjects(connection, "gateway.off")):
            facts = {"open_bills": bills.get(code, 0)}
            _hold(connection, "gateway.off", code, facts, now, is_bad=code in unseen)


def _measure(connection: Connection, now: datetime) -> tuple[tuple[Queue, ...], tuple[float, ...]]:
    return figures.queues(connection, now), figures.code_seconds(connection, now)


def _hold(
    connection: Connection,
    kind: str,
    subject: str,
    facts: Mapping[str, object],
    now: datetime,
    *,
    is_bad: bool,
) -> None:
    if is_bad:
        cases.open_case(connection, kind=kind, subject=subject, facts=facts, now=now)
    else:
        cases.resolve(connection, kind=kind, subject=subject, resolution="over", now=now)
