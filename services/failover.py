"""What a definite no leads to: another provider within the quoted price, a pause, a better quote."""

import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import Connection

from db import cases, goods, pauses, purchases, supply
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.costs import WRONG_CURRENCY
from services.errors import OutsideError
from services.ports.provider import Provider, Rejected, Rejection

_log = logging.getLogger(__name__)
# These say something about the whole account, not about one service in one country.
_ACCOUNT_IS_STOPPED = {Rejection.NO_BALANCE, Rejection.BAD_KEY, Rejection.BANNED}
_OFFER_IS_DENIED = {Rejection.NO_NUMBERS, Rejection.NOT_SOLD}


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
        self._doubts_prices = False

    def takes_doubt(self) -> bool:
        """Tell, once, whether upstream has denied what its price list says: it is to be read anew."""
        doubts, self._doubts_prices = self._doubts_prices, False
        return doubts

    async def heed(self, order: AnyRow, no: Rejected) -> None:
        """End a purchase that one provider refused, or send it to another, in one transaction."""
        await self._store.write(partial(self._heed, order=order, no=no))
        self._bells.purchases.ring()
        self._bells.outbox.ring()

    async def resume_due(self) -> None:
        """Providers that were stopped are looked at again; selling there goes on by itself."""
        for paused in await self._store.read(pauses.all_pauses):
            if await self._is_well_again(paused):
                await self._store.write(partial(self._resume, paused=paused))
                self._bells.outbox.ring()

    def _heed(self, connection: Connection, order: AnyRow, no: Rejected) -> None:
        now = self._clock.now()
        self._learn(connection, order, no, now)
        elsewhere = self._next_best(connection, order)
        if elsewhere is None:
            purchases.reject(connection, order.id, reason=no.reason.value, now=now)
            return
        _log.info("asked elsewhere", extra={"number": str(order.id), "provider": elsewhere[0]})
        purchases.send_elsewhere(connection, order, provider=elsewhere[0], cap=elsewhere[1], now=now)

    def _learn(self, connection: Connection, order: AnyRow, no: Rejected, now: datetime) -> None:
        target = (order.provider, order.sms_service_id, order.country_id)
        is_specific = no.details.get("scope") == "specific"
        if no.reason in _ACCOUNT_IS_STOPPED and not is_specific:
            self._pause(connection, order, no, now)
        elif order.used_id is not None:
            return  # it says something about one used number, nothing about the new ones
        elif no.reason in _OFFER_IS_DENIED or no.reason is Rejection.BANNED:
            pauses.deny_stock(connection, *target)
            self._doubts_prices = True
        elif no.reason is Rejection.PRICE_ROSE and no.minimum:
            pauses.raise_cost(connection, *target, no.minimum)

    def _pause(self, connection: Connection, order: AnyRow, no: Rejected, now: datetime) -> None:
        needed = order.cap if no.reason is Rejection.NO_BALANCE else None
        pauses.pause(
            connection,
            order.provider,
            reason=no.reason.value,
            until=no.until,
            balance_needed=needed,
            now=now,
        )
        facts = {"reason": no.reason.value, "said": no.code, "until": str(no.until or "")}
        cases.open_case(connection, kind="provider.paused", subject=order.provider, facts=facts, now=now)

    def _next_best(self, connection: Connection, order: AnyRow) -> tuple[str, Decimal] | None:
        """The cheapest provider not asked yet that does not cost more than the person pays."""
        if order.used_id is not None:
            return None  # nobody else has this very number
        asked = {order.provider, *order.tried.split(",")}
        names = [name for name in self._providers if name not in asked and name in self._rates]
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

    async def _is_well_again(self, paused: AnyRow) -> bool:
        provider = self._providers.get(paused.provider)
        if provider is None:
            return True
        if paused.reason == WRONG_CURRENCY:  # over when an admin has closed the case
            asked = partial(cases.is_open, kind="provider.paused", subject=paused.provider)
            return not await self._store.read(asked)
        if paused.until is not None:
            return bool(paused.until <= self._clock.now())
        try:
            balance = await provider.balance()
        except OutsideError:
            return False
        return balance >= (paused.balance_needed or Decimal(0))

    def _resume(self, connection: Connection, paused: AnyRow) -> None:
        name, now = paused.provider, self._clock.now()
        if pauses.resume(connection, name, paused.reason):
            cases.resolve(
                connection, kind="provider.paused", subject=name, resolution="selling again", now=now
            )
