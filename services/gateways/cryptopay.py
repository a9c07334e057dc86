"""Crypto through CryptoPay (@CryptoBot): invoices in the shop's own currency."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.clock import Clock
from services.errors import ForgedNotice, GatewayRefused, GatewayUnavailable
from services.ports.gateway import (
    Bill,
    Gateway,
    Notice,
    Office,
    Opened,
    OpenTopup,
    Payment,
    PaymentState,
    RefundOrder,
)

_ANSWER_WITHIN_SECONDS = 30
_LARGEST_BYTES = 4 * 1024 * 1024
_SERVER_FAULT, _TOO_MANY = 500, 429
_PAGE = 1000  # CryptoPay: invoices told at once
_STATES = {"active": PaymentState.WAITING, "paid": PaymentState.PAID, "expired": PaymentState.FAILED}

Read = TypeVar("Read", bound=BaseModel)


class CryptoPaySettings(BaseSettings):
    """Without a token the gateway is off; the token signs the notices too."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    cryptopay_token: SecretStr = SecretStr("")
    cryptopay_api_url: str = "https://pay.crypt.bot"


def build(office: Office, settings: CryptoPaySettings | None = None) -> Gateway | None:
    """Open the counter, if there is a token."""
    settings = settings or CryptoPaySettings()
    return CryptoPayGateway(settings, office.clock) if settings.cryptopay_token else None


class CryptoPayGateway:
    code = "cryptopay"
    currencies = frozenset(
        {"AED", "AMD", "AZN", "BRL", "BYN", "CNY", "EUR", "GBP", "GEL", "IDR"}
        | {"ILS", "INR", "KZT", "PLN", "RUB", "THB", "TRY", "UAH", "USD", "UZS"}
    )
    is_live: bool | None = None  # CryptoPay: the test network is another address
    can_refund_partly = False

    def __init__(self, settings: CryptoPaySettings, clock: Clock) -> None:
        self._token = settings.cryptopay_token.get_secret_value()
        self._clock = clock
        self._http = httpx.AsyncClient(
            base_url=f"{settings.cryptopay_api_url.rstrip('/')}/api/",
            headers={"Crypto-Pay-API-Token": self._token},
            timeout=_ANSWER_WITHIN_SECONDS,
        )

    def price_of(self, amount: Decimal) -> tuple[Decimal, str] | None:  # noqa: ARG002  bills are in its own unit
        return None

    async def open(self, bill: Bill) -> Opened:
        """CryptoPay knows no idempotency key: what a lost answer left behind is looked for first."""
        invoice = await self._waiting_for(bill) or await self._make(bill)
        if (invoice.amount, invoice.fiat) != (bill.amount, bill.currency):
            raise GatewayRefused("amount_mismatch", f"{invoice.amount} {invoice.fiat}")
        ends_at = invoice.expiration_date or bill.expires_at
        return Opened(str(invoice.invoice_id), ends_at, link=invoice.bot_invoice_url)

    async def _waiting_for(self, bill: Bill) -> "_Invoice | None":
        active = await self._invoices(status="active")
        return next((each for each in active if each.payload == str(bill.topup_id)), None)

    async def _make(self, bill: Bill) -> "_Invoice":
        return _read(_Invoice, await self._ask("createInvoice", _order(bill, self._clock)))

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        return tuple(_payment(each) for each in await self._invoices(invoice_ids=topup.order_id))

    async def close(self, topup: OpenTopup) -> None:
        try:
            await self._ask("deleteInvoice", {"invoice_id": int(topup.order_id)})
        except GatewayRefused:
            if any(each.status == "active" for each in await self._invoices(invoice_ids=topup.order_id)):
                raise

    def read_notice(
        self,
        query: Mapping[str, str],  # noqa: ARG002  CryptoPay signs the body, in a header
        headers: Mapping[str, str],
        body: bytes,
    ) -> Notice | None:
        given = next(
            (value for name, value in headers.items() if name.lower() == "crypto-pay-api-signature"), ""
        )
        wanted = hmac.new(hashlib.sha256(self._token.encode()).digest(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), given.encode(errors="surrogateescape")):
            raise ForgedNotice(self.code)
        try:
            told = _Update.model_validate_json(body)
        except ValidationError as error:
            raise ForgedNotice(self.code) from error
        if told.update_type != "invoice_paid" or told.payload is None:
            return None
        # CryptoPay: update_id "is not unique"; what happened to which invoice is
        invoice = told.payload
        return Notice(f"{invoice.invoice_id}:{invoice.status}", about=str(invoice.invoice_id))

    def takes_notices(self) -> bool:
        return True

    async def locate(self, about: str) -> UUID | None:
        return next((_topup_of(each) for each in await self._invoices(invoice_ids=about)), None)

    async def refund(self, order: RefundOrder) -> None:
        raise GatewayRefused("not_offered", f"CryptoPay sends nothing back: {order.payment_id}")

    async def recent(self, since: datetime) -> tuple[Payment, ...]:
        paid = await self._invoices(status="paid")
        return tuple(
            _payment(each) for each in paid if _topup_of(each) and each.paid_at and each.paid_at >= since
        )

    async def check(self) -> str:
        me = _read(_App, await self._ask("getMe", {}))
        return f"app {me.app_id} {me.name}"

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _invoices(self, **wanted: str) -> "list[_Invoice]":
        invoices: list[_Invoice] = []
        while True:
            page = await self._ask("getInvoices", {**wanted, "offset": len(invoices), "count": _PAGE})
            found = _read(_Invoices, page).items
            invoices += found
            if len(found) < _PAGE:
                return invoices

    async def _ask(self, method: str, params: dict[str, Any]) -> Any:
        try:
            async with (
                asyncio.timeout(_ANSWER_WITHIN_SECONDS),
                self._http.stream("POST", method, json=params) as response,
            ):
                told = _read(_Answer, await _json_of(response))
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            raise GatewayUnavailable(f"{type(error).__name__}: {method}") from error
        if told.ok:
            return told.result
        fault = told.error or _Fault(name="untold")
        if response.status_code >= _SERVER_FAULT or response.status_code == _TOO_MANY:
            raise GatewayUnavailable(f"{response.status_code} {fault.name}")
        raise GatewayRefused(fault.name, str(fault.code))


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Invoice(_Object):
    invoice_id: int
    status: str
    amount: Decimal
    fiat: str | None = None
    payload: str | None = None
    bot_invoice_url: str
    expiration_date: datetime | None = None
    paid_at: datetime | None = None


class _Invoices(_Object):
    items: list[_Invoice]


class _Update(_Object):
    update_id: int
    update_type: str
    payload: _Invoice | None = None


class _App(_Object):
    app_id: int
    name: str


class _Fault(_Object):
    code: int = 0
    name: str


class _Answer(_Object):
    ok: bool
    result: Any = None
    error: _Fault | None = None


def _read(model: type[Read], told: object) -> Read:
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise GatewayUnavailable(f"an answer without sense: {error.error_count()} faults") from error


async def _json_of(response: httpx.Response) -> Any:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _LARGEST_BYTES:
            raise GatewayUnavailable("too large to be an answer")
    return json.loads(body, parse_float=Decimal)


def _order(bill: Bill, clock: Clock) -> dict[str, Any]:
    return {
        "currency_type": "fiat",
        "fiat": bill.currency,
        "amount": str(bill.amount),
        "description": bill.description or f"{bill.credits} {bill.currency}",
        "payload": str(bill.topup_id),
        "paid_btn_name": "openBot",
        "paid_btn_url": bill.success_url,
        "expires_in": max(60, int((bill.expires_at - clock.now()).total_seconds())),
    }


def _payment(invoice: _Invoice) -> Payment:
    return Payment(
        payment_id=str(invoice.invoice_id),
        state=_STATES.get(invoice.status, PaymentState.WAITING),
        amount=invoice.amount,
        currency=invoice.fiat or "",
        reference=invoice.payload,
        is_live=None,
        paid_at=invoice.paid_at,
    )


def _topup_of(invoice: _Invoice) -> UUID | None:
    try:
        return UUID(invoice.payload or "")
    except ValueError:
        return None
