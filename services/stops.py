"""What a provider's definite no stops: an account, or one kind of number, and until when."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import cases, guards, pauses
from db.rows import AnyRow
from db.store import Store
from services.clock import Clock
from services.costs import WRONG_CURRENCY, exact
from services.errors import OutsideError
from services.ports.provider import Provider, Rejected, Rejection

# These say something about the whole account, not about one service in one country.
_ACCOUNT_IS_STOPPED = {
    Rejection.NO_BALANCE,
    Rejection.BAD_KEY,
    Rejection.BANNED,
    Rejection.REGION,
    Rejection.TOO_MANY_OPEN,
}
_NEEDS_A_LOOK = {Rejection.NO_BALANCE.value, Rejection.BAD_KEY.value}
_OFFER_IS_DENIED = {Rejection.NO_NUMBERS, Rejection.NOT_SOLD}
# HeroSMS: half an hour, for a service in a country and for the account alike.
_BAN = timedelta(minutes=30)
_FULL_AT_MOST = timedelta(minutes=5)
# What stops again and again within an hour rests longer each time, so that admins are not told each minute.
_REMEMBERED = timedelta(hours=1)
_FIRST_REST = timedelta(minutes=1)
_LONGEST_REST = timedelta(minutes=30)
_DENIALS_TO_REST = 3  # in a row: its list says that there are some, its counter that there are none

Kind = tuple[str, UUID, int]


class Stops:
    def __init__(self, store: Store, providers: Mapping[str, Provider], clock: Clock) -> None:
        self._store = store
        self._providers = providers
        self._clock = clock
        self._denials: Counter[Kind] = Counter()
        self._doubts_prices = False

    def takes_doubt(self) -> bool:
        """Tell, once, whether upstream has denied what its price list says: it is to be read anew."""
        doubts, self._doubts_prices = self._doubts_prices, False
        return doubts

    def forget_denials(self, order: AnyRow) -> None:
        """It does sell this kind of number."""
        self._denials.pop(_kind(order), None)

    def learn(self, connection: Connection, order: AnyRow, no: Rejected) -> None:
        """Stop what a no says cannot be bought; the rest is sold on."""
        if no.reason in _ACCOUNT_IS_STOPPED and not no.is_of_kind:
            self._stop_account(connection, order, no)
        elif order.used_id is not None:
            return  # it says something about one used number, nothing about the new ones
        elif no.is_of_kind:
            self._heed_ban(connection, order, no)
        elif no.reason in _OFFER_IS_DENIED and not order.operator:
            self._heed_denial(connection, order)
        elif no.reason is Rejection.PRICE_ROSE and no.minimum:
            pauses.raise_cost(connection, *_kind(order), exact(no.minimum))

    async def is_over(self, paused: AnyRow) -> bool:
        """Tell whether what stopped an account is over, asking it where only it can tell."""
        provider = self._providers.get(paused.provider)
        if provider is None:
            return True
        if paused.reason == WRONG_CURRENCY:  # over when an admin has closed the case
            asked = partial(cases.is_open, kind="provider.paused", subject=paused.provider)
            return not await self._store.read(asked)
        is_time = paused.until is None or paused.until <= self._clock.now()
        if paused.reason == Rejection.TOO_MANY_OPEN.value:
            return is_time or await self._has_place(paused)
        if not is_time or paused.reason not in _NEEDS_A_LOOK:
            return is_time
        try:
            balance = await provider.balance()
        except OutsideError:
            return False
        return balance >= (paused.balance_needed or 0)

    async def _has_place(self, paused: AnyRow) -> bool:
        waiting = await self._store.read(partial(guards.count_waiting, provider=paused.provider))
        return waiting < (paused.waiting_below or 0)

    def _stop_account(self, connection: Connection, order: AnyRow, no: Rejected) -> None:
        now = self._clock.now()
        until = self._stopped_until(connection, order.provider, no, now)
        pauses.pause(
            connection,
            order.provider,
            reason=no.reason.value,
            until=until,
            balance_needed=order.cap if no.reason is Rejection.NO_BALANCE else None,
            waiting_below=_fewer(connection, order.provider, no),
            now=now,
        )
        told = until.isoformat(timespec="seconds") if until else ""
        facts = {"reason": no.reason.value, "said": no.code, "until": told}
        cases.open_case(connection, kind="provider.paused", subject=order.provider, facts=facts, now=now)

    def _stopped_until(
        self, connection: Connection, provider: str, no: Rejected, now: datetime
    ) -> datetime | None:
        match no.reason:
            case Rejection.BANNED | Rejection.REGION:
                return no.until or now + _BAN
            case Rejection.TOO_MANY_OPEN:
                return now + _FULL_AT_MOST
        before = cases.count_since(connection, "provider.paused", provider, now - _REMEMBERED)
        return now + min(_FIRST_REST * 2 ** min(before - 1, 10), _LONGEST_REST) if before else None

    def _heed_ban(self, connection: Connection, order: AnyRow, no: Rejected) -> None:
        now = self._clock.now()
        until = no.until or now + _BAN
        guards.pause_sale(connection, order, now=now, until=until)
        kind = guards.kind_of(connection, order.id)
        facts = {"said": no.code, "until": until.isoformat(timespec="seconds")}
        cases.open_case(
            connection, kind="sales.banned", subject=guards.subject_of(kind), facts=facts, now=now
        )

    def _heed_denial(self, connection: Connection, order: AnyRow) -> None:
        """Hide it until the list is read again; denied again and again, it rests, longer each time."""
        kind = _kind(order)
        pauses.deny_stock(connection, *kind)
        self._doubts_prices = True
        self._denials[kind] += 1
        if (over := self._denials[kind] - _DENIALS_TO_REST) >= 0:
            now = self._clock.now()
            rest = min(_FIRST_REST * 2 ** min(over, 10), _LONGEST_REST)
            guards.pause_sale(connection, order, now=now, until=now + rest)


def _kind(order: AnyRow) -> Kind:
    return order.provider, order.sms_service_id, order.country_id


def _fewer(connection: Connection, provider: str, no: Rejected) -> int | None:
    """How many of ours may wait for a place to be free again."""
    if no.reason is not Rejection.TOO_MANY_OPEN:
        return None
    waiting = guards.count_waiting(connection, provider)
    return waiting if no.most_open is None else min(waiting, no.most_open)
