import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from db import cases, notices
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.errors import GatewayRefused, GatewayUnavailable
from services.ports.gateway import Gateway
from services.settle import Settlement

_log = logging.getLogger(__name__)
_BATCH = 50
_LONGEST_PAUSE_SECONDS = 3600
_TRIES = 20  # half a day; polling and the daily sweep go on without it


class Notices:
    """Doorbells of gateways: stored before they are answered, heeded by a job."""

    def __init__(
        self,
        store: Store,
        gateways: Mapping[str, Gateway],
        settlement: Settlement,
        bells: Bells,
        clock: Clock,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._settlement = settlement
        self._bells = bells
        self._clock = clock

    async def hear(
        self, gateway: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> bool:
        """Check the signature and store the notice; raises ForgedNotice and asks nobody anything.

        False: genuine, and of no interest or heard before.
        """
        notice = self._gateways[gateway].read_notice(query, headers, body)
        if notice is None:
            return False
        is_new = await self._store.write(
            partial(
                notices.ring,
                gateway=gateway,
                external_id=notice.external_id,
                about=notice.about,
                now=self._clock.now(),
            )
        )
        self._bells.notices.ring()
        return is_new

    async def handle_due(self) -> int:
        """Ask the gateways what rang, once for each thing; a gateway that is down is asked again later."""
        due = await self._store.write(partial(notices.claim_due, now=self._clock.now(), limit=_BATCH))
        about: dict[tuple[str, str], list[AnyRow]] = {}
        for notice in due:
            about.setdefault((notice.gateway, notice.about), []).append(notice)
        await asyncio.gather(*(self._handle(rung) for rung in about.values()))
        return len(due)

    async def _handle(self, rung: Sequence[AnyRow]) -> None:
        """Answer all notices about one thing by one look at it: it is later than each of them."""
        try:
            outcome = await self._heed(rung[0])
        except (GatewayUnavailable, GatewayRefused) as error:
            await self._postpone(rung, str(error))
        except Exception as error:  # noqa: BLE001  one notice never stops the others
            _log.exception("a notice failed", extra={"notice": str(rung[0].id)})
            await self._postpone(rung, type(error).__name__)
        else:
            await self._store.write(partial(self._settle, rung=rung, outcome=outcome))

    def _settle(self, connection: Connection, rung: Sequence[AnyRow], outcome: str) -> None:
        for notice in rung:
            notices.settle(connection, notice.id, outcome, self._clock.now())

    async def _heed(self, notice: AnyRow) -> str:
        gateway = self._gateways.get(notice.gateway)
        if gateway is None:
            return "gateway switched off"
        topup_id = await gateway.locate(notice.about)
        if topup_id is None:
            return "none of ours"
        await self._settlement.settle(topup_id)
        return f"settled {topup_id}"

    async def _postpone(self, rung: Sequence[AnyRow], why: str) -> None:
        _log.warning("notices are put off", extra={"about": rung[0].about, "count": len(rung), "why": why})
        await self._store.write(partial(self._put_off, rung=rung, why=why))
        self._bells.outbox.ring()

    def _put_off(self, connection: Connection, rung: Sequence[AnyRow], why: str) -> None:
        for notice in rung:
            if notice.attempts >= _TRIES:
                self._give_up(connection, notice, why)
                continue
            pause = min(5 * 2 ** min(notice.attempts, 10), _LONGEST_PAUSE_SECONDS)
            until = self._clock.now() + timedelta(seconds=pause)
            notices.postpone(connection, notice.id, until)

    def _give_up(self, connection: Connection, notice: AnyRow, why: str) -> None:
        now = self._clock.now()
        notices.settle(connection, notice.id, f"given up: {why}", now)
        facts = {"gateway": notice.gateway, "about": notice.about, "why": why, "tries": notice.attempts}
        subject = f"{notice.gateway}:{notice.about}"
        cases.open_case(connection, kind="notice.failed", subject=subject, facts=facts, now=now)
