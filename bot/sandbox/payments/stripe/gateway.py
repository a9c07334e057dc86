import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.delivery import Deliveries, Notice, Signature
from bot.sandbox.payments.faults import Faults
from bot.sandbox.payments.page import not_found
from bot.sandbox.payments.stripe import disputes, objects, payers, refunds, world
from bot.sandbox.payments.stripe.account import Account, found
from bot.sandbox.payments.stripe.page import checkout_page
from bot.sandbox.payments.stripe.payers import Payment
from bot.sandbox.payments.stripe.records import Event, new_id
from bot.sandbox.payments.stripe.signing import signer
from bot.sandbox.payments.stripe.wire import Wire


class Stripe:
    """Stripe in miniature: its API under /stripe, its checkout page, and the people who pay.

    `running` belongs into the application's `cleanup_ctx`: it delivers the webhooks.
    """

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        *,
        secret_key: str = "sk_test_sandbox",  # noqa: S107  play money
        webhook_secret: str = "whsec_sandbox",  # noqa: S107  play money
        public_url: Callable[[], str],
        way_back: Callable[[str], str] = lambda address: address,
    ) -> None:
        self.faults = Faults(journal, "stripe")
        self.deliveries = Deliveries(
            clock, journal, gateway="stripe", before_each_round=lambda: payers.pass_time(self.account)
        )
        self.account = Account(
            clock,
            livemode=secret_key.startswith("sk_live_"),
            public_url=public_url,
            told=self._tell,
            pending=self.deliveries.pending,
        )
        self._wire = Wire(self.account, clock, journal, self.faults, secret_key=secret_key)
        self._sign, self._way_back = signer(webhook_secret), way_back

    def routes(self) -> list[web.RouteDef]:
        return [*self._wire.routes(), web.get("/pay/stripe/{session}", self._page)]

    def world_routes(self) -> list[web.RouteDef]:
        return world.routes(self)

    def running(self, app: web.Application) -> AsyncIterator[None]:
        return self.deliveries.running(app)

    def pay(self, session: str, payment: Payment = Payment()) -> dict[str, Any]:  # noqa: B008  it is frozen
        """A person pays a session, or fails to."""
        asked = found(self.account.sessions, session, "checkout.session")
        payers.pay(self.account, asked, payment)
        return self.account.wording(asked)

    def refund(self, intent: str, amount: int | None = None) -> dict[str, Any]:
        """The operator gives money back in Stripe's dashboard."""
        asked = {"payment_intent": intent} | ({} if amount is None else {"amount": amount})
        return self.account.wording(refunds.create(self.account, asked))

    def fail_refund(self, refund: str) -> dict[str, Any]:
        given = found(self.account.refunds, refund, "refund")
        refunds.fail(self.account, given)
        return self.account.wording(given)

    def dispute(
        self, intent: str, state: disputes.State = "open", amount: int | None = None
    ) -> dict[str, Any]:
        disputed = found(self.account.intents, intent, "payment_intent")
        return self.account.wording(disputes.dispute(self.account, disputed, state, amount))

    def ledger(self) -> dict[str, Any]:
        return self.account.ledger.as_json()

    def forge(self, kind: str, session: str, signature: Signature = "wrong") -> str:
        """Ring the shop's bell about a session that says it is paid, whatever is true."""
        known = self.account.sessions.get(session)
        about = self.account.wording(known) if known else {"object": "checkout.session"}
        about |= {"id": session, "status": "complete", "payment_status": "paid"}
        event = Event(new_id("evt_"), self.account.now(), kind, about, livemode=self.account.livemode)
        self._tell(event, signature)
        return event.id

    def _tell(self, event: Event, signature: Signature = "valid") -> None:
        body = json.dumps(objects.event_object(event, len(self.deliveries.urls)), ensure_ascii=False)
        self.deliveries.tell(Notice(event.id, event.type, body.encode(), self._sign, signature=signature))

    async def _page(self, request: web.Request) -> web.Response:
        payers.pass_time(self.account)
        session = self.account.sessions.get(request.match_info["session"])
        if session is None:
            return not_found("This checkout session")
        return checkout_page(self.account, session, self._way_back)

    def sessions(self) -> list[Mapping[str, Any]]:
        """What a panel shows of each session, newest first."""
        payers.pass_time(self.account)
        return [world.summary(self.account, one) for one in reversed(self.account.sessions.values())]
