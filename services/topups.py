from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import ledger, people, topups
from db.rows import AnyRow
from db.states import TopupState
from db.store import Store
from services import strays
from services.bells import Bells
from services.bills import bill_of
from services.clock import Clock
from services.customers import Banned, TermsNotAccepted, is_banned
from services.errors import ShopError
from services.ports.gateway import Gateway
from services.rules import Rules, RuleSet
from services.settle import Settlement, say_bill
from services.views import Bill, BonusStep, Way
from services.views import TopupState as State
from services.ways import bonus_steps, way_for, ways_for

_TWO_TAPS = timedelta(seconds=5)
_LIFE = timedelta(minutes=35)  # Stripe: at least 30 minutes; with slack for clocks
_PAUSE_BETWEEN_LOOKS_SECONDS = 3.0


class NoWays(ShopError):
    text_key = "error-no-ways"


class TooManyTopups(ShopError):
    text_key = "error-too-many-topups"


class TopupNotFound(ShopError):
    text_key = "error-topup-not-found"


class CheckedJustNow(ShopError):
    text_key = "error-checked-just-now"


class Topups:
    """What people set out to pay, from the wish to the bill; the money itself is `Settlement`'s."""

    def __init__(
        self,
        store: Store,
        gateways: Mapping[str, Gateway],
        settlement: Settlement,
        rules: Rules,
        bells: Bells,
        clock: Clock,
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._settlement = settlement
        self._rules = rules
        self._bells = bells
        self._clock = clock
        self._looked_at: dict[UUID, float] = {}

    async def presets(self) -> tuple[Decimal, ...]:
        rules = await self._rules.now()
        return tuple(each for each in rules.topup_presets if rules.topup_min <= each <= rules.topup_max)

    async def ways(self, customer_id: UUID, amount: Decimal) -> tuple[Way, ...]:  # noqa: ARG002  by person later
        """How this sum can be paid, in the order offered; raises when it is too small or too large."""
        ways = ways_for(amount, self._gateways, await self._rules.now())
        if not ways:
            raise NoWays
        return ways

    async def bonuses(self) -> tuple[BonusStep, ...]:
        """What larger sums bring on top."""
        return bonus_steps(await self._rules.now())

    async def ask(
        self,
        customer_id: UUID,
        gateway: str,
        amount: Decimal,
        wanted: tuple[UUID, int] | None = None,
    ) -> Bill:
        """Write down what somebody wants to pay; the bill follows by the outbox."""

        def work(connection: Connection) -> Bill:
            rules = self._rules.within(connection)
            way = way_for(amount, gateway, self._gateways, rules)
            self._check_person(connection, customer_id, rules)
            if same := self._asked_just_now(connection, customer_id, way):
                return self._bill(connection, customer_id, same)
            self._end_earlier(connection, customer_id, gateway)
            self._check_pace(connection, customer_id, rules)
            return self._bill(connection, customer_id, self._draft(connection, customer_id, way, wanted))

        bill = await self._store.write(work)
        self._bells.topups.ring()
        return bill

    async def bill(self, customer_id: UUID, topup_id: UUID) -> Bill:
        """Show one bill to its payer; raises TopupNotFound for anybody else."""
        return await self._store.read(partial(self._bill, customer_id=customer_id, topup_id=topup_id))

    async def check(self, customer_id: UUID, topup_id: UUID) -> Bill:
        """Ask the gateway now: the person says that it is paid, or comes back by a link."""
        bill = await self.bill(customer_id, topup_id)
        if bill.state in {State.PAID, State.DRAFT}:
            return bill
        now = self._clock.monotonic()
        if now - self._looked_at.get(topup_id, -_PAUSE_BETWEEN_LOOKS_SECONDS) < _PAUSE_BETWEEN_LOOKS_SECONDS:
            raise CheckedJustNow
        self._remember_look(topup_id, now)
        await self._settlement.settle(topup_id)
        return await self.bill(customer_id, topup_id)

    async def cancel(self, customer_id: UUID, topup_id: UUID) -> Bill:
        """Wait for this payment no more; one that comes all the same is still credited."""

        def work(connection: Connection) -> Bill:
            self._bill(connection, customer_id, topup_id)
            now = self._clock.now()
            topup = topups.by_id(connection, topup_id)
            ended = topups.end(connection, topup_id, state=TopupState.CANCELLED, next_check_at=now, now=now)
            if ended and topup is not None:
                ledger.give_up_purchase(connection, topup_id, now)
                say_bill(connection, topup, now)
            return self._bill(connection, customer_id, topup_id)

        bill = await self._store.write(work)
        self._bells.topups.ring()
        self._bells.outbox.ring()
        return bill

    async def question(self, telegram_id: int, payload: str, currency: str, total: int) -> str | None:
        """Tell whether what is about to be paid in the chat may be; a text's key says why not."""
        topup = await self._store.read(partial(topups.by_payload, payload=payload))
        if topup is None or topup.telegram_id != telegram_id:
            return TopupNotFound.text_key
        is_open = topup.state == TopupState.OPEN and topup.expires_at > self._clock.now()
        if not is_open or topup.gateway not in self._gateways:
            return "error-bill-over"
        if (topup.gateway_currency, topup.gateway_amount) != (currency, Decimal(total)):
            return "error-bill-differs"
        return None

    async def paid_in_chat(
        self, telegram_id: int, payload: str, currency: str, total: int, charge_id: str
    ) -> None:
        """A doorbell like any other: what was paid is asked of the gateway, at once."""
        topup = await self._store.read(partial(topups.by_payload, payload=payload))
        if topup is not None and topup.gateway in self._gateways:
            await self._look_soon(topup.id)
            return
        await self._store.write(
            partial(
                strays.put_before_admins,
                telegram_id=telegram_id,
                paid=f"{total} {currency}",
                payment_id=charge_id,
                now=self._clock.now(),
            )
        )
        self._bells.outbox.ring()

    async def refunded_in_chat(self, charge_id: str) -> None:
        """The same for a payment that was given back."""
        topup_id = await self._store.read(partial(topups.of_payment, payment_id=charge_id))
        if topup_id is not None:
            await self._look_soon(topup_id)
            return
        await self._store.write(
            partial(strays.end, payment_id=charge_id, resolution="refunded", now=self._clock.now())
        )
        self._bells.outbox.ring()

    async def _look_soon(self, topup_id: UUID) -> None:
        await self._store.write(partial(topups.schedule, topup_id=topup_id, at=self._clock.now()))
        self._bells.topups.ring()

    def _remember_look(self, topup_id: UUID, now: float) -> None:
        old = now - _PAUSE_BETWEEN_LOOKS_SECONDS
        self._looked_at = {key: at for key, at in self._looked_at.items() if at > old}
        self._looked_at[topup_id] = now

    def _check_person(self, connection: Connection, customer_id: UUID, rules: RuleSet) -> None:
        person = people.lock(connection, customer_id)
        if person is None or is_banned(person, self._clock.now()):
            raise Banned(until=person.banned_until if person else None)
        if person.terms_version != rules.terms_version:
            raise TermsNotAccepted

    def _check_pace(self, connection: Connection, customer_id: UUID, rules: RuleSet) -> None:
        now = self._clock.now()
        if topups.count_since(connection, customer_id, now - timedelta(hours=1)) >= rules.topups_per_hour:
            raise TooManyTopups(limit=rules.topups_per_hour)
        while topups.count_live(connection, customer_id) >= max(rules.open_topups, 1):
            self._end_oldest(connection, customer_id)

    def _asked_just_now(self, connection: Connection, customer_id: UUID, way: Way) -> UUID | None:
        """The bill that a button pressed twice has already asked for."""
        since = self._clock.now() - _TWO_TAPS
        for topup in topups.live_by(connection, customer_id, way.gateway):
            if topup.created_at > since and (topup.amount, topup.credits) == (way.amount, way.credits):
                return UUID(str(topup.id))
        return None

    def _end_earlier(self, connection: Connection, customer_id: UUID, gateway: str) -> None:
        """A new bill takes the place of what the same gateway had asked for, which is closed there."""
        for topup in topups.live_by(connection, customer_id, gateway):
            self._end(connection, topup)

    def _end_oldest(self, connection: Connection, customer_id: UUID) -> None:
        """One bill too many takes the place of the oldest."""
        topup = topups.by_id(connection, topups.oldest_live(connection, customer_id))
        assert topup is not None
        self._end(connection, topup)

    def _end(self, connection: Connection, topup: AnyRow) -> None:
        now = self._clock.now()
        topups.end(connection, topup.id, state=TopupState.CANCELLED, next_check_at=now, now=now)
        ledger.give_up_purchase(connection, topup.id, now)
        say_bill(connection, topup, now)

    def _draft(
        self, connection: Connection, customer_id: UUID, way: Way, wanted: tuple[UUID, int] | None
    ) -> UUID:
        now = self._clock.now()
        service_id, country_id = wanted or (None, None)
        topup_id = topups.add(
            connection,
            user_id=customer_id,
            gateway=way.gateway,
            amount=way.amount,
            currency=way.currency,
            credits=way.credits,
            bonus=way.bonus,
            expires_at=now + _LIFE,
            wanted_service_id=service_id,
            wanted_country_id=country_id,
            now=now,
        )
        ledger.expect_purchase(connection, topup_id, now)
        return topup_id

    def _bill(self, connection: Connection, customer_id: UUID, topup_id: UUID) -> Bill:
        topup = topups.by_id(connection, topup_id)
        if topup is None or topup.user_id != customer_id:
            raise TopupNotFound
        return bill_of(topup, topups.payment_of(connection, topup_id))
