from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.clock import Clock
from services.errors import GatewayRefused
from services.gateways.mercadopago import notices
from services.gateways.mercadopago.reading import (
    MADE_BY,
    Account,
    Chargeback,
    Found,
    MpPayment,
    moment,
    payment,
    read,
    topup_of,
)
from services.gateways.mercadopago.settings import MercadoPagoSettings
from services.gateways.mercadopago.wire import MercadoPago, json_number
from services.ports.gateway import Bill, Notice, Payment, RefundOrder

# Mercado Pago: a Pix code lives 30 minutes at least; the half minute is for clocks and wires
_SHORTEST_LIFE = timedelta(minutes=30, seconds=30)
_OVERTIME = timedelta(minutes=31)
_PAGE = 50
_NOT_FOUND = {"404", "not_found", "2000"}  # 2000: "Payment not found"


class Counter:
    """What the two gateways of one Mercado Pago account have in common."""

    code: str
    currencies = frozenset({"BRL"})
    can_refund_partly = True

    def __init__(self, settings: MercadoPagoSettings, clock: Clock) -> None:
        token = settings.mercadopago_access_token.get_secret_value()
        self.is_live: bool | None = {"TEST": False, "APP_USR": True}.get(token.split("-")[0])
        self._clock = clock
        self._settings = settings
        self._mercadopago = MercadoPago(settings, clock)

    def price_of(self, amount: Decimal) -> tuple[Decimal, str] | None:  # noqa: ARG002  bills are in its own unit
        return None

    def read_notice(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Notice | None:
        secret = self._settings.mercadopago_webhook_secret.get_secret_value()
        return notices.read_notice(query, headers, body, secret, self._clock.now())

    def takes_notices(self) -> bool:
        return bool(self._settings.mercadopago_webhook_secret.get_secret_value().strip())

    async def locate(self, about: str) -> UUID | None:
        kind, _, subject = about.partition(":")
        try:
            numbers = [subject] if kind == "payment" else await self._charged_back(subject)
            return topup_of(await self._payment(numbers[0])) if numbers else None
        except GatewayRefused as refusal:
            if refusal.code in _NOT_FOUND:
                return None
            raise

    async def _charged_back(self, chargeback_id: str) -> list[str]:
        answer = await self._mercadopago.ask(
            lambda sdk, options: sdk.chargeback().get(chargeback_id, request_options=options)
        )
        return read(Chargeback, answer).payments

    async def _payment(self, payment_id: str) -> MpPayment:
        answer = await self._mercadopago.ask(
            lambda sdk, options: sdk.payment().get(payment_id, request_options=options)
        )
        return read(MpPayment, answer)

    async def refund(self, order: RefundOrder) -> None:
        part = None if order.is_whole else {"amount": json_number(order.amount)}
        answer = await self._mercadopago.ask(
            lambda sdk, options: sdk.refund().create(order.payment_id, part, request_options=options),
            key=f"{order.key}-refund",
        )
        if isinstance(answer, dict) and answer.get("status") in ("rejected", "cancelled"):
            raise GatewayRefused(f"refund_{answer['status']}")

    async def recent(self, since: datetime) -> tuple[Payment, ...]:
        """By their last change, so that a charge-back of an old payment is among them."""
        period = {
            "range": "date_last_updated",
            "begin_date": moment(since),
            "end_date": moment(self._clock.now()),
        }
        return tuple(
            [
                payment(each)
                async for each in self._search(period)
                if topup_of(each) and (each.metadata or {}).get(MADE_BY) == self.code
            ]
        )

    async def _search(self, filters: Mapping[str, str]) -> AsyncIterator[MpPayment]:
        offset = 0
        while True:
            page = await self._page({**filters, "sort": "date_created", "criteria": "asc"}, offset)
            for each in page.results:
                yield each
            offset += len(page.results)
            if not page.results or page.paging is None or offset >= page.paging.total:
                return

    async def _page(self, filters: Mapping[str, str], offset: int) -> Found:
        wanted = {**filters, "limit": _PAGE, "offset": offset}
        answer = await self._mercadopago.ask(
            lambda sdk, options: sdk.payment().search(wanted, request_options=options)
        )
        return read(Found, answer)

    async def check(self) -> str:
        answer = await self._mercadopago.ask(lambda sdk, options: sdk.user().get(request_options=options))
        account = read(Account, answer)
        mode = "live" if self.is_live else "test" if self.is_live is False else "untold"
        return f"{mode} mode, account {account.id} {account.nickname} {account.site_id}".rstrip()

    async def aclose(self) -> None:
        await self._mercadopago.aclose()


def ends_at(bill: Bill, now: datetime) -> datetime:
    """End with the bill; a bill made late gets overtime, by its own end, so that it stays one request."""
    return bill.expires_at if bill.expires_at - now >= _SHORTEST_LIFE else bill.expires_at + _OVERTIME
