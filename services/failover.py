"""What a definite no leads to: another provider within the quoted price, a pause, a better quote."""

import logging
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from sqlalchemy import Connection

from db import cases, goods, pauses, purchases, supply
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.ports.provider import Provider, Rejected
from services.stops import Stops

_log = logging.getLogger(__name__)


class Failover:
    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        rates: Mapping[str, Decimal],
        bells: Bells,
        clock: Clock,
    ) -> None:
        self._store = store
        self._providers = providers
        self._rates = rates
        self._bells = bells
        self._clock = clock
        self._stops = Stops(store, providers, clock)
        self.takes_doubt = self._stops.takes_doubt
        self.note_success = self._stops.forget_denials

    async def heed(self, order: AnyRow, no: Rejected) -> None:
        """End a purchase that one provider refused, or send it to another, in one transaction."""
        await self._store.write(partial(self._heed, order=order, no=no))
        self._bells.purchases.ring()
        self._bells.outbox.ring()

    async def resume_due(self) -> None:
        """Providers that were stopped are looked at again; selling there goes on by itself."""
        for paused in await self._store.read(pauses.all_pauses):
            if await self._stops.is_over(paused):
                await self._store.write(partial(self._resume, paused=paused))
                self._bells.outbox.ring()

    def _heed(self, connection: Connection, order: AnyRow, no: Rejected) -> None:
        now = self._clock.now()
        self._stops.learn(connection, order, no)
        elsewhere = self._next_best(connection, order)
        if elsewhere is None:
            purchases.reject(connection, order.id, reason=no.reason.value, now=now)
            return
        _log.info("asked elsewhere", extra={"number": str(order.id), "provider": elsewhere[0]})
        purchases.send_elsewhere(connection, order, provider=elsewhere[0], cap=elsewhere[1], now=now)

    def _next_best(self, connection: Connection, order: AnyRow) -> tuple[str, Decimal] | None:
        """The cheapest provider not asked yet that does not cost more than the person pays."""
        if order.used_id is not None:
            return None  # nobody else has this very number
        asked = {order.provider, *order.tried.split(",")}
        names = [
            name
            for name, provider in self._providers.items()
            if name not in asked and name in self._rates and provider.health().is_buying
        ]
        rows = goods.sold_prices(
            connection, names, service_ids=[order.sms_service_id], country_id=order.country_id
        )
        fitting = [
            (row.cost * self._rates[row.provider], row.provider, row.cost)
            for row in rows
            if row.cost * self._rates[row.provider] <= order.price
            and self._has_operator(connection, row.provider, order)
        ]
        if not fitting:
            return None
        _, name, cost = min(fitting)
        return name, cost

    def _has_operator(self, connection: Connection, provider: str, order: AnyRow) -> bool:
        return not order.operator or order.operator in supply.operators(connection, order.country_id).get(
            provider, ()
        )

    def _resume(self, connection: Connection, paused: AnyRow) -> None:
        name, now = paused.provider, self._clock.now()
        if pauses.resume(connection, name, paused.reason):
            cases.resolve(
                connection, kind="provider.paused", subject=name, resolution="selling again", now=now
            )
