"""What is done with top-ups while nobody looks: bills are made, payments are found."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import ledger, outbox, topups
from db.rows import AnyRow
from db.states import TopupState
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.errors import GatewayRefused, GatewayUnavailable
from services.ports.gateway import Bill, EmailNeeded, Gateway, Opened
from services.settle import Settlement, say_bill

_log = logging.getLogger(__name__)
_BATCH = 20
_TRIES_TO_OPEN = 4
_PAUSE = timedelta(seconds=5)


class TopupJobs:
    def __init__(
        self,
        store: Store,
        gateways: Mapping[str, Gateway],
        settlement: Settlement,
        bells: Bells,
        clock: Clock,
        *,
        bot_link: str,
        first_pause_seconds: float,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._settlement = settlement
        self._bells = bells
        self._clock = clock
        self._bot_link = bot_link
        self._first_pause = timedelta(seconds=first_pause_seconds)

    async def open_drafts(self) -> int:
        """Have each wished-for bill made by its gateway; the same wish twice is the same bill."""
        drafts = await self._store.write(
            partial(topups.claim_due, state=TopupState.DRAFT, now=self._clock.now(), limit=_BATCH)
        )
        await asyncio.gather(*(self._open(topup_id) for topup_id in drafts))
        if drafts:
            self._bells.outbox.ring()
        return len(drafts)

    async def poll_due(self) -> int:
        """Ask the gateways about what is open, and about what may still be paid late."""
        due = await self._store.write(partial(topups.claim_watched, now=self._clock.now(), limit=_BATCH))
        await asyncio.gather(*(self._look(topup_id) for topup_id in due))
        return len(due)

    async def _look(self, topup_id: UUID) -> None:
        try:
            await self._settlement.settle(topup_id)
        except (GatewayRefused, GatewayUnavailable) as error:
            _log.warning("a top-up could not be looked at", extra={"topup": str(topup_id), "why": str(error)})
        except Exception:  # noqa: BLE001  one top-up never stops the others
            _log.exception("a look at a top-up failed", extra={"topup": str(topup_id)})

    async def _open(self, topup_id: UUID) -> None:
        topup = await self._store.read(partial(topups.by_id, topup_id=topup_id))
        if topup is None:
            return
        try:
            opened = await self._gateways[topup.gateway].open(self._wish(topup))
        except GatewayUnavailable as error:
            await self._store.write(partial(self._retry, topup=topup, why=str(error)))
        except EmailNeeded:
            await self._store.write(partial(self._refuse, topup=topup, why="email_needed"))
        except (GatewayRefused, KeyError) as error:
            await self._store.write(partial(self._refuse, topup=topup, why=str(error)))
        except Exception as error:  # noqa: BLE001  one bill never stops the others
            _log.exception("a bill could not be made", extra={"topup": str(topup_id)})
            await self._store.write(partial(self._retry, topup=topup, why=type(error).__name__))
        else:
            await self._store.write(partial(self._note, topup=topup, opened=opened))

    def _wish(self, topup: AnyRow) -> Bill:
        return Bill(
            topup_id=topup.id,
            amount=topup.amount,
            currency=topup.currency,
            credits=topup.credits,
            language=topup.language,
            expires_at=topup.expires_at,
            success_url=f"{self._bot_link}?start=paid_{topup.id.hex}",
            cancel_url=f"{self._bot_link}?start=cancel_{topup.id.hex}",
            telegram_id=topup.telegram_id or 0,
            payer_email=topup.email,
        )

    def _note(self, connection: Connection, topup: AnyRow, opened: Opened) -> None:
        now = self._clock.now()
        is_open = topups.mark_open(
            connection,
            topup.id,
            order_id=opened.order_id,
            link=opened.link,
            copy_code=opened.copy_code,
            gateway_amount=opened.amount,
            gateway_currency=opened.currency,
            receiver=opened.receiver,
            expires_at=opened.expires_at,
            next_check_at=now + self._first_pause,
            now=now,
        )
        if is_open:
            say_bill(connection, topup, now)
        else:  # cancelled meanwhile: the next look closes it at the gateway
            topups.note_order(connection, topup.id, opened.order_id, opened.receiver, now)

    def _retry(self, connection: Connection, topup: AnyRow, why: str) -> None:
        if topup.checks + 1 >= _TRIES_TO_OPEN:
            self._refuse(connection, topup, why)
        else:
            topups.schedule(connection, topup.id, self._clock.now() + _PAUSE)

    def _refuse(self, connection: Connection, topup: AnyRow, why: str) -> None:
        now = self._clock.now()
        _log.warning("a bill was refused", extra={"topup": str(topup.id), "why": why})
        if topups.end(connection, topup.id, state=TopupState.FAILED, next_check_at=None, now=now):
            ledger.give_up_purchase(connection, topup.id, now)
            outbox.put(
                connection,
                user_id=topup.user_id,
                kind="topup.refused",
                subject=str(topup.id),
                now=now,
                arguments={"gateway": topup.gateway, "reason": why},
            )
