from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.delivery import Deliveries, Signature
from bot.sandbox.payments.faults import Faults
from bot.sandbox.payments.mercadopago import notices, payers, returns, wording, world
from bot.sandbox.payments.mercadopago.account import Account, Happening, Switches
from bot.sandbox.payments.mercadopago.page import pix_page, preference_page
from bot.sandbox.payments.mercadopago.payers import Paying
from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal
from bot.sandbox.payments.mercadopago.wire import Wire
from bot.sandbox.payments.page import not_found

_RETRY_SECONDS = (900.0, 900.0, 900.0, 21_600.0, 172_800.0, 345_600.0)
_USUAL = Paying()


class MercadoPago:
    """Mercado Pago in miniature: its API, its pages, its notices, and the people who pay.

    `running` belongs into the application's `cleanup_ctx`: it delivers the notices.
    """

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        *,
        access_token: str = "TEST-sandbox",  # noqa: S107  play money
        webhook_secret: str = "mp-sandbox",  # noqa: S107  play money
        collector_id: int = 190_000_001,
        public_url: Callable[[], str],
        way_back: Callable[[str], str] = lambda address: address,
    ) -> None:
        self.faults = Faults(journal, "mercadopago")
        self.deliveries = Deliveries(
            clock,
            journal,
            gateway="mercadopago",
            timeout_seconds=22.0,
            before_each_round=lambda: payers.pass_time(self.account),
        )
        self.deliveries.retry_seconds = _RETRY_SECONDS
        self.account = Account(
            clock,
            collector_id=collector_id,
            live_mode=access_token.startswith("APP_USR-"),
            public_url=public_url,
            told=self._tell,
        )
        self._wire = Wire(self.account, journal, self.faults, access_token=access_token)
        self._secret, self._way_back = webhook_secret, way_back

    @property
    def switches(self) -> Switches:
        return self.account.switches

    def routes(self) -> list[web.RouteDef]:
        return [
            *self._wire.routes(),
            web.get("/pay/pix/{payment}", self._pix_page),
            web.get("/pay/mercadopago/{preference}", self._preference_page),
        ]

    def world_routes(self) -> list[web.RouteDef]:
        return world.routes(self)

    def running(self, app: web.Application) -> AsyncIterator[None]:
        return self.deliveries.running(app)

    def pay(self, payment: int | str, paying: Paying = _USUAL) -> dict[str, Any]:
        """A person pays a Pix, or fails to."""
        paid = self.account.payment(payment)
        payers.pay(self.account, paid, paying)
        return wording.payment_object(self.account, paid)

    def pay_code(self, code: str) -> dict[str, Any]:
        """A person scans or pastes a Pix code in their bank's app."""
        return wording.payment_object(self.account, payers.pay_code(self.account, code))

    def pay_preference(self, preference: str, paying: Paying = _USUAL) -> list[dict[str, Any]]:
        """A person pays on a Checkout Pro page; each attempt is a payment."""
        paid = payers.pay_preference(self.account, self.account.preference(preference), paying)
        return [wording.payment_object(self.account, payment) for payment in paid]

    def refund(self, payment: int | str, amount: Any = None) -> dict[str, Any]:
        """The operator gives money back in Mercado Pago's own panel."""
        asked = {} if amount is None else {"amount": amount}
        return wording.refund_object(returns.refund(self.account, self.account.payment(payment), asked))

    def dispute(self, payment: int | str, state: returns.State = "open") -> dict[str, Any]:
        case = returns.dispute(self.account, self.account.payment(payment), state)
        return wording.chargeback_object(self.account, case)

    def ledger(self) -> dict[str, Any]:
        return self.account.ledger.as_json()

    def forge(self, payment: str, signature: Signature = "wrong", body_id: str | None = None) -> None:
        """Ring the shop's bell about any payment; `body_id` makes body and address disagree."""
        notice = notices.forged(payment, body_id or payment, signature, self._secret, self.account)
        self.deliveries.tell(notice)

    def _tell(self, happening: Happening) -> None:
        url = happening.payment.notification_url
        for notice in notices.about(happening, self._secret, self.account):
            self.deliveries.tell(notice, [url] if url else None)

    async def _pix_page(self, request: web.Request) -> web.Response:
        payers.pass_time(self.account)
        try:
            return pix_page(self.account.payment(request.match_info["payment"]))
        except MercadoPagoRefusal:
            return not_found("This Pix")

    async def _preference_page(self, request: web.Request) -> web.Response:
        payers.pass_time(self.account)
        try:
            preference = self.account.preference(request.match_info["preference"])
        except MercadoPagoRefusal:
            return not_found("This page")
        success = (preference.asked.get("back_urls") or {}).get("success")
        return preference_page(self.account, preference, self._way_back(success) if success else None)

    def payments(self) -> list[Mapping[str, Any]]:
        """What a panel shows of each payment, newest first."""
        payers.pass_time(self.account)
        return [world.payment_summary(self.account, one) for one in reversed(self.account.payments.values())]

    def preferences(self) -> list[Mapping[str, Any]]:
        return [
            world.preference_summary(self.account, one) for one in reversed(self.account.preferences.values())
        ]
