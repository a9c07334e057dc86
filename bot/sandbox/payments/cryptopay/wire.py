"""Crypto Pay's API over HTTP: a token in a header, parameters in any of three dresses."""

import hmac
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from aiohttp import web

from bot.sandbox.journal import Journal
from bot.sandbox.payments.cryptopay.invoices import ASSETS, Invoices
from bot.sandbox.payments.cryptopay.parameters import create_invoice, list_invoices
from bot.sandbox.payments.cryptopay.refusals import CryptoPayRefusal
from bot.sandbox.payments.cryptopay.wording import invoice_object
from bot.sandbox.payments.faults import Faults

Asked = Mapping[str, Any]


class Wire:
    """Speaks for one app at `/cryptopay/api/…`."""

    def __init__(
        self,
        invoices: Invoices,
        journal: Journal,
        faults: Faults,
        *,
        token: str,
        public_url: Callable[[], str],
    ) -> None:
        self._invoices, self._journal, self._faults = invoices, journal, faults
        self._token, self._public_url = token, public_url
        self._methods: dict[str, Callable[[Asked], Any]] = {
            "getMe": self._me,
            "createInvoice": self._create,
            "deleteInvoice": self._delete,
            "getInvoices": self._list,
            "getBalance": self._balance,
        }

    def routes(self) -> list[web.RouteDef]:
        return [web.route(verb, "/cryptopay/api/{method}", self._handle) for verb in ("GET", "POST")]

    async def _handle(self, request: web.Request) -> web.Response:
        return await self._faults.around(request, self._speak, _broken)

    async def _speak(self, request: web.Request) -> web.Response:
        asked: Asked = {}
        try:
            asked = await _asked(request)
            status, told = 200, {"ok": True, "result": self._answer(request, asked)}
        except CryptoPayRefusal as refusal:
            status, told = refusal.status, refusal.body()
        text = json.dumps(told, ensure_ascii=False)
        self._journal.write("cryptopay", request.match_info["method"], asked, status, text)
        return web.Response(text=text, status=status, content_type="application/json")

    def _answer(self, request: web.Request, asked: Asked) -> Any:
        token = request.headers.get("Crypto-Pay-API-Token", "")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise CryptoPayRefusal("UNAUTHORIZED", 401)
        method = self._methods.get(request.match_info["method"])
        if method is None:
            raise CryptoPayRefusal("METHOD_NOT_FOUND", 405)
        return method(asked)

    def _me(self, _: Asked) -> dict[str, Any]:
        return {"app_id": 4_242, "name": "Chegou sandbox", "payment_processing_bot_username": "CryptoBot"}

    def _create(self, asked: Asked) -> dict[str, Any]:
        return invoice_object(create_invoice(self._invoices, asked), self._public_url())

    def _list(self, asked: Asked) -> dict[str, Any]:
        found = list_invoices(self._invoices, asked)
        return {"items": [invoice_object(invoice, self._public_url()) for invoice in found]}

    def _delete(self, asked: Asked) -> bool:
        self._invoices.delete(self._invoices.find(str(asked.get("invoice_id", ""))))
        return True

    def _balance(self, _: Asked) -> list[dict[str, str]]:
        paid = dict.fromkeys(ASSETS, Decimal(0))
        for invoice in self._invoices.all.values():
            if invoice.paid_asset and invoice.paid_amount:
                paid[invoice.paid_asset] += invoice.paid_amount
        return [
            {"currency_code": asset, "available": str(amount), "onhold": "0"}
            for asset, amount in paid.items()
        ]


async def _asked(request: web.Request) -> Asked:
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = await request.json()
        except ValueError:
            raise CryptoPayRefusal("JSON_INVALID") from None
        if not isinstance(body, dict):
            raise CryptoPayRefusal("JSON_INVALID")
        return {**request.query, **body}
    return {**request.query, **await request.post()}


def _broken(status: int) -> web.Response:
    name = "TOO_MANY_REQUESTS" if status == 429 else "INTERNAL_ERROR"
    return web.json_response(CryptoPayRefusal(name, status).body(), status=status)
