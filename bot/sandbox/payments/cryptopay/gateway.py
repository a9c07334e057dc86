import json
from collections.abc import AsyncIterator, Callable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.cryptopay import world
from bot.sandbox.payments.cryptopay.invoices import Invoice, Invoices, Outcome
from bot.sandbox.payments.cryptopay.page import invoice_page
from bot.sandbox.payments.cryptopay.refusals import CryptoPayRefusal
from bot.sandbox.payments.cryptopay.signing import signer
from bot.sandbox.payments.cryptopay.wire import Wire
from bot.sandbox.payments.cryptopay.wording import invoice_object
from bot.sandbox.payments.delivery import Deliveries, Notice, Signature
from bot.sandbox.payments.faults import Faults
from bot.sandbox.payments.page import not_found


class CryptoPay:
    """Crypto Pay in miniature: its API, its invoice page, its notices, and the people who pay.

    `running` belongs into the application's `cleanup_ctx`: it delivers the notices.
    """

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        *,
        token: str = "sandbox-cryptopay",  # noqa: S107  play money
        public_url: Callable[[], str],
        way_back: Callable[[str], str] = lambda address: address,
    ) -> None:
        self.faults = Faults(journal, "cryptopay")
        self.deliveries = Deliveries(clock, journal, gateway="cryptopay")
        self.invoices = Invoices(clock, self._tell)
        self._wire = Wire(self.invoices, journal, self.faults, token=token, public_url=public_url)
        self._clock, self._public_url, self._way_back = clock, public_url, way_back
        self._sign = signer(token)
        # a shop may remember the numbers of an earlier sandbox
        self._numbers = count(int(clock.now().timestamp() * 10))

    def routes(self) -> list[web.RouteDef]:
        return [*self._wire.routes(), web.get("/pay/crypto/{invoice}", self._page)]

    def world_routes(self) -> list[web.RouteDef]:
        return world.routes(self)

    def running(self, app: web.Application) -> AsyncIterator[None]:
        return self.deliveries.running(app)

    def pay(
        self,
        invoice: int | str,
        outcome: Outcome = "paid",
        *,
        asset: str = "USDT",
        amount: Decimal | None = None,
        currency: str | None = None,
    ) -> dict[str, Any]:
        """A person pays an invoice, or fails to."""
        paid = self.invoices.find(str(invoice))
        self.invoices.pay(paid, outcome, asset=asset, amount=amount, currency=currency)
        return invoice_object(paid, self._public_url())

    def give_back(self, invoice: int | str, amount: Decimal | None = None) -> dict[str, Any]:
        """The operator sends money back by hand."""
        given = self.invoices.find(str(invoice))
        self.invoices.give_back(given, amount)
        return invoice_object(given, self._public_url())

    def ledger(self) -> dict[str, Any]:
        return self.invoices.ledger.as_json()

    def summaries(self) -> list[Mapping[str, Any]]:
        """What a panel shows of each invoice, newest first."""
        self.invoices.pass_time()
        return [world.summary(one, self._public_url()) for one in reversed(self.invoices.all.values())]

    def forge(self, invoice: int | str, signature: Signature = "wrong") -> None:
        """Ring the shop's bell about an invoice that says it is paid, whatever is true."""
        try:
            told = invoice_object(self.invoices.find(str(invoice)), self._public_url())
        except CryptoPayRefusal:
            told = {"invoice_id": invoice}
        self._ring(told | {"status": "paid"}, signature)

    def _tell(self, invoice: Invoice) -> None:
        self._ring(invoice_object(invoice, self._public_url()), "valid")

    def _ring(self, invoice: dict[str, Any], signature: Signature) -> None:
        number = next(self._numbers)
        body = {
            "update_id": number,
            "update_type": "invoice_paid",
            "request_date": self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "payload": invoice,
        }
        raw = json.dumps(body, ensure_ascii=False).encode()
        self.deliveries.tell(Notice(str(number), "invoice_paid", raw, self._sign, signature=signature))

    async def _page(self, request: web.Request) -> web.Response:
        try:
            invoice = self.invoices.find(request.match_info["invoice"])
        except CryptoPayRefusal:
            return not_found("This invoice")
        back = invoice.asked.get("paid_btn_url")
        return invoice_page(invoice, self.invoices.left(invoice), self._way_back(back) if back else None)
