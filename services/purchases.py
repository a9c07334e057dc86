import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import purchases, sending
from db.rows import AnyRow
from db.store import Store
from services.bells import Bells
from services.clock import Clock
from services.costs import exact, watch
from services.delivered import watch_country
from services.errors import NotOffered, ProviderRefused, ProviderUnavailable
from services.failover import Failover
from services.ports.provider import Bought, Order, Provider, Rejected, Rejection, Unknown

_log = logging.getLogger(__name__)
# Dialects that do not tell when a number ends: SMS-Activate documents 20 minutes.
_USUAL_LIFE = timedelta(minutes=20)
_AT_ONCE = 4
_SENDER_DIED = "the process ended before the answer was stored"


class Purchases:
    """Sends each purchase once; whatever upstream says, or does not say, becomes a state."""

    def __init__(
        self,
        store: Store,
        providers: Mapping[str, Provider],
        failover: Failover,
        bells: Bells,
        clock: Clock,
        *,
        cancel_after_seconds: float = 120,
        at_once: Mapping[str, int] | None = None,
    ) -> None:
        """`at_once`: how many purchases may be on their way to each account; the rest wait."""
        self._store = store
        self._failover = failover
        self._cancel_after = timedelta(seconds=cancel_after_seconds)
        self._providers = providers
        self._bells = bells
        self._clock = clock
        self._at_once = {
            # Without a list an unknown purchase can be told from no other: one goes after the other.
            name: (at_once or {}).get(name, _AT_ONCE) if provider.abilities.list_active else 1
            for name, provider in providers.items()
        }

    @property
    def lines(self) -> int:
        """How many senders are of use at most."""
        return max(1, sum(self._at_once.values()))

    async def send_next(self) -> bool:
        """Send the oldest purchase that may go now; False: none may. Several may run at once."""
        if not await self._store.read(sending.is_any_intent):
            return False
        claimed = await self._store.write(self._claim)
        if claimed is None:
            return False
        await self._send(*claimed)
        self._bells.outbox.ring()
        self._bells.purchases.ring()  # a line is free
        return True

    async def mark_lost(self) -> int:
        """Purchases whose sender died are unknown, once no answer can come any more."""
        slowest = max((each.purchase_deadline_seconds for each in self._providers.values()), default=15)
        # Twice the deadline: by then the sender has stored its answer, or is dead.
        before = self._clock.now() - timedelta(seconds=2 * slowest)
        lost = await self._store.read(partial(purchases.lost_in_sending, sent_before=before))
        for number_id in lost:
            await self._mark_unknown(number_id, _SENDER_DIED)
        return len(lost)

    async def recover(self) -> int:
        """At the start of the only process: whatever was being sent is unknown now."""
        lost = await self._store.read(
            partial(purchases.lost_in_sending, sent_before=self._clock.now() + timedelta(days=365))
        )
        for number_id in lost:
            await self._mark_unknown(number_id, _SENDER_DIED)
        return len(lost)

    def _claim(self, connection: Connection) -> tuple[AnyRow, str] | None:
        number_id = sending.next_intent(connection, self._at_once)
        order = None if number_id is None else sending.mark_sent(connection, number_id, self._clock.now())
        return None if order is None else (order, sending.buyer_of(connection, order.user_id))

    async def _send(self, order: AnyRow, buyer: str) -> None:
        answer = await self._ask(order, buyer)
        match answer:
            case Bought():
                self._failover.note_success(order)
                await self._start_waiting(order, answer)
            case Rejected():
                _log.info("purchase rejected", extra={"number": str(order.id), "code": answer.code})
                await self._failover.heed(order, answer)
            case Unknown():
                await self._mark_unknown(order.id, answer.reason)

    async def _ask(self, order: AnyRow, buyer: str) -> Bought | Rejected | Unknown:
        provider = self._providers.get(order.provider)
        if provider is None or order.service is None:
            return Rejected(Rejection.NOT_SENT, "this provider is not set up any more")
        asked = Order(
            key=str(order.id),
            service=order.service,
            country=order.country or str(order.country_id),
            cap=order.cap,
            operator=order.operator,
            buyer=buyer,
        )
        if order.used_id is not None:
            return await self._rent_again(provider, order.used_id, asked)
        return await provider.purchase(asked)

    async def _rent_again(
        self, provider: Provider, used_id: str, asked: Order
    ) -> Bought | Rejected | Unknown:
        """Rent a used number once; the wire carries no cap, so today's price is looked at right before."""
        try:
            # With the call's own deadline this stays within the time after which a sender counts as dead.
            async with asyncio.timeout(provider.purchase_deadline_seconds / 2):
                today = await provider.reactivation(used_id)
        except (ProviderRefused, NotOffered) as error:
            return Rejected(Rejection.NOT_SOLD, str(error))
        except (ProviderUnavailable, TimeoutError) as error:
            return Rejected(Rejection.NOT_SENT, type(error).__name__)
        if exact(today.cost) > asked.cap:
            return Rejected(Rejection.PRICE_ROSE, "DEARER", minimum=exact(today.cost))
        return await provider.reactivate(used_id, asked)

    async def _start_waiting(self, order: AnyRow, bought: Bought) -> None:
        is_ours = await self._store.write(partial(self._take_in, order=order, bought=bought))
        if not is_ours:
            facts = {"number": str(order.id), "upstream_id": bought.upstream_id}
            _log.warning("an answer came too late", extra=facts)

    def _take_in(self, connection: Connection, order: AnyRow, bought: Bought) -> bool:
        now = self._clock.now()
        is_ours = purchases.start_waiting(
            connection,
            order.id,
            upstream_id=bought.upstream_id,
            phone=bought.phone,
            ends_at=bought.ends_at or now + _USUAL_LIFE,
            cost=None if bought.cost is None else exact(bought.cost),
            currency=bought.currency,
            operator=bought.operator,
            can_repeat=bought.can_repeat is not False,
            cancel_after=self._cancel_after,
            now=now,
        )
        if is_ours:
            self._watch_cost(connection, order, bought)
            if watch_country(connection, order, bought, now):
                self._bells.closing.ring()
        else:
            purchases.note_stray(
                connection, order.id, provider=order.provider, upstream_id=bought.upstream_id, now=now
            )
        return is_ours

    def _watch_cost(self, connection: Connection, order: AnyRow, bought: Bought) -> None:
        watch(
            connection,
            self._providers[order.provider],
            number_id=order.id,
            cap=order.cap,
            cost=None if bought.cost is None else exact(bought.cost),
            currency=bought.currency,
            now=self._clock.now(),
        )

    async def _mark_unknown(self, number_id: UUID, reason: str) -> None:
        _log.warning("purchase unknown", extra={"number": str(number_id), "reason": reason})
        await self._store.write(
            partial(purchases.mark_unknown, number_id=number_id, reason=reason, now=self._clock.now())
        )
        self._bells.outbox.ring()
