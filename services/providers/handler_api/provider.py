from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from math import ceil, floor
from typing import Any, TypeVar

from services.clock import Clock
from services.errors import NotOffered, ProviderUnavailable
from services.ports.provider import (
    Bought,
    CountryRow,
    EndAnswer,
    Health,
    Listed,
    Order,
    Past,
    PriceRow,
    Reactivation,
    Received,
    Rejected,
    Rejection,
    Ring,
    ServiceRow,
    Status,
    Unknown,
)
from services.providers.handler_api import errors
from services.providers.handler_api.account import Account
from services.providers.handler_api.answers import Data, Refusal, Token
from services.providers.handler_api.budget import Lane
from services.providers.handler_api.client import Call, Client, refusal_error
from services.providers.handler_api.dialects import DIALECTS
from services.providers.handler_api.dialects.dialect import Texts
from services.providers.handler_api.money import write_cap
from services.providers.handler_api.paging import PAGE_SIZE, read_all
from services.providers.handler_api.parsing.accounts import read_balance, read_reactivation
from services.providers.handler_api.parsing.catalogue import read_countries, read_operators, read_services
from services.providers.handler_api.parsing.endings import read_cancelled, read_finished
from services.providers.handler_api.parsing.history import read_past
from services.providers.handler_api.parsing.lists import find_rows, read_listed
from services.providers.handler_api.parsing.messages import read_records
from services.providers.handler_api.parsing.notices import read_notice
from services.providers.handler_api.parsing.prices import read_prices
from services.providers.handler_api.parsing.purchases import read_purchase
from services.providers.handler_api.parsing.statuses import (
    read_refused_status,
    read_status,
    read_status_v2,
)
from services.providers.handler_api.parsing.values import read_fields, read_id

Read = TypeVar("Read")

_MORE = "3"  # SMS-Activate: setStatus 3 asks for one more SMS, 6 finishes
_FINISH = "6"


class HandlerApiProvider:
    """One account at a provider that speaks SMS-Activate's protocol, in one of its dialects."""

    def __init__(self, account: Account, clock: Clock) -> None:
        self._dialect = DIALECTS[account.dialect]
        self._clock = clock
        self._client = Client(account, clock, self._dialect.zone)
        self.name = account.name
        self.currency = account.currency
        self.abilities = self._dialect.abilities
        self.purchase_deadline_seconds = account.deadlines.purchase_seconds

    async def purchase(self, order: Order) -> Bought | Rejected | Unknown:
        """Buy at most once: the request leaves this machine one time or not at all."""
        cap = write_cap(order.cap)
        if cap is None:
            return Rejected(Rejection.BAD_REQUEST, "CAP", details={"cap": str(order.cap)})
        scope = (order.service, order.country)
        call = Call(self._dialect.purchase_action, self._asked(order, cap), Lane.PURCHASE, scope=scope)
        return read_purchase(await self._client.once(call), self._dialect.zone, self._clock.now())

    async def active(self) -> tuple[Listed, ...]:
        if not self.abilities.list_active:
            raise NotOffered("getActiveActivations")
        rows = await read_all(
            self._list_page, partial(_row_id, "activationId"), is_paged=self._dialect.list_is_paged
        )
        return tuple(listed for row in rows if (listed := read_listed(row)))

    async def status(self, upstream_id: str) -> Status:
        return await self._client.look(
            Call("getStatus", {"id": upstream_id}),
            lambda answer: read_status(answer, self._dialect.ended_words),
            read_refused_status,
        )

    async def texts(self, upstream_id: str) -> tuple[Received, ...]:
        match self._dialect.texts:
            case Texts.ALL_SMS:
                return await self._all_sms(upstream_id)
            case Texts.STATUS_V2:
                return await self._last_text(upstream_id)
            case Texts.STATUS:
                return (await self.status(upstream_id)).received

    async def history(self, since: datetime, until: datetime) -> tuple[Past, ...]:
        if not self.abilities.history:
            raise NotOffered("getHistory")
        rows = await read_all(partial(self._history_page, since, until), partial(_row_id, "id"))
        return tuple(read_past(row, self._dialect.zone) for row in rows)

    async def cancel(self, upstream_id: str) -> EndAnswer:
        return read_cancelled(await self._client.once(_change(upstream_id, self._dialect.cancel_status)))

    async def finish(self, upstream_id: str) -> EndAnswer:
        return read_finished(await self._client.once(_change(upstream_id, _FINISH)))

    async def ask_again(self, upstream_id: str) -> bool:
        match answer := await self._client.once(_change(upstream_id, _MORE)):
            case Token() if answer.word == "ACCESS_RETRY_GET":
                return True
            case Data(None):
                return True
            case Refusal(code) if code in errors.NO_MORE_CODES:
                return False
            case Refusal():
                raise refusal_error(answer)
            case _:
                raise ProviderUnavailable(f"{self.name} setStatus: no answer that tells")

    async def reactivation(self, upstream_id: str) -> Reactivation:
        renewal = self._dialect.renewal
        if renewal is None:
            raise NotOffered("reactivation")
        call = Call(renewal.price_action, {renewal.id_parameter: upstream_id})
        return await self._client.look(call, read_reactivation)

    async def reactivate(self, upstream_id: str, order: Order) -> Bought | Rejected | Unknown:
        """Rent again at most once; the wire carries no cap here, so the price is looked up before."""
        renewal = self._dialect.renewal
        if renewal is None:
            return Rejected(Rejection.OTHER, "NOT_OFFERED")
        params, scope = {renewal.id_parameter: upstream_id}, (order.service, order.country)
        answer = await self._client.once(Call(renewal.action, params, Lane.PURCHASE, renewal.method, scope))
        return read_purchase(answer, self._dialect.zone, self._clock.now(), errors.REACTIVATION_REJECTIONS)

    def read_notice(self, body: bytes) -> Ring | None:
        return read_notice(body)

    async def balance(self) -> Decimal:
        return await self._client.look(Call("getBalance"), read_balance)

    async def services(self) -> tuple[ServiceRow, ...]:
        return await self._catalogue("getServicesList", read_services)

    async def countries(self) -> tuple[CountryRow, ...]:
        return await self._catalogue("getCountries", read_countries)

    async def operators(self) -> Mapping[str, tuple[str, ...]]:
        if not self.abilities.operators:
            raise NotOffered("getOperators")
        call = Call("getOperators", lane=Lane.CATALOGUE)
        return await self._client.look(call, _reading(read_operators), _empty_if(errors.NO_OPERATORS, {}))

    async def prices(self) -> tuple[PriceRow, ...]:
        return await self._client.look(Call("getPrices", lane=Lane.CATALOGUE), _reading(read_prices))

    def health(self) -> Health:
        return self._client.health()

    async def close(self) -> None:
        await self._client.close()

    def _asked(self, order: Order, cap: str) -> dict[str, str]:
        """Name what is bought. HeroSMS: fixedPrice would make the cap the price, so it is never sent."""
        dialect = self._dialect
        asked = {
            "service": order.service,
            "country": order.country,
            "maxPrice": cap,
            "operator": (order.operator or "").replace(" ", ""),
            dialect.order_key_parameter or "": order.key,
            dialect.buyer_parameter or "": order.buyer or "",
        }
        return {name: value for name, value in asked.items() if name and value}

    async def _list_page(self, start: int) -> list[Any]:
        params = {"start": str(start), "limit": str(PAGE_SIZE)}
        empty: Callable[[Refusal], list[Any] | None] = _empty_if(errors.EMPTY_LIST, [])
        return await self._client.look(Call("getActiveActivations", params), _reading(find_rows), empty)

    async def _history_page(self, since: datetime, until: datetime, offset: int) -> list[Any]:
        params = {
            "start": str(floor(since.timestamp())),
            "end": str(ceil(until.timestamp())),
            "offset": str(offset),
            self._dialect.history_page_parameter: str(PAGE_SIZE),
        }
        empty: Callable[[Refusal], list[Any] | None] = _empty_if(errors.EMPTY_LIST, [])
        return await self._client.look(Call("getHistory", params), _reading(find_rows), empty)

    async def _all_sms(self, upstream_id: str) -> tuple[Received, ...]:
        """HeroSMS: no zone is written with the dates; ids rise."""
        params = {"id": upstream_id, "size": str(PAGE_SIZE), "page": "1"}
        rows = await self._client.look(Call("getAllSms", params), _reading(find_rows))
        return tuple(sorted(read_records(rows, self._dialect.zone), key=_message_number))

    async def _last_text(self, upstream_id: str) -> tuple[Received, ...]:
        """SMS-Activate: getStatusV2; clones without it tell the code alone."""
        try:
            return await self._client.look(Call("getStatusV2", {"id": upstream_id}), read_status_v2)
        except NotOffered:
            return (await self.status(upstream_id)).received

    async def _catalogue(self, action: str, read: Callable[[object], Read]) -> Read:
        if not self._dialect.lists_catalogue:
            raise NotOffered(action)
        return await self._client.look(Call(action, {"lang": "en"}, Lane.CATALOGUE), _reading(read))


def _change(upstream_id: str, status: str) -> Call:
    return Call("setStatus", {"id": upstream_id, "status": status}, Lane.CHANGE)


def _reading(read: Callable[[object], Read]) -> Callable[[Token | Data], Read]:
    """Read JSON alone: a text where a table should be says nothing."""

    def read_data(answer: Token | Data) -> Read:
        if isinstance(answer, Token):
            raise ProviderUnavailable(f"a word where data should be: {answer.word}")
        return read(answer.value)

    return read_data


def _empty_if(codes: frozenset[str], empty: Read) -> Callable[[Refusal], Read | None]:
    return lambda refusal: empty if refusal.code in codes else None


def _row_id(name: str, row: object) -> str:
    upstream_id = read_id(read_fields(row).get(name))
    if upstream_id is None:
        raise ProviderUnavailable("a row of the list has no id")
    return upstream_id


def _message_number(message: Received) -> int:
    number = message.message_id or ""
    return int(number) if number.isdecimal() else 0
