import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import stripe

from services.clock import Clock
from services.errors import GatewayRefused, GatewayUnavailable
from services.gateways.stripe import notices
from services.gateways.stripe.minor_units import CURRENCIES, to_minor
from services.gateways.stripe.reading import (
    TOPUP,
    Balance,
    Dispute,
    Event,
    Holder,
    Intent,
    Session,
    is_disputed,
    major,
    payment,
    read,
    topup_of,
)
from services.gateways.stripe.settings import StripeSettings
from services.gateways.stripe.wire import BoundedHttp, speaking_to_stripe
from services.ports.gateway import Bill, Notice, Opened, OpenTopup, Payment, RefundOrder

if TYPE_CHECKING:
    from stripe.params import EventListParams, RefundCreateParams
    from stripe.params.checkout import SessionCreateParams, SessionListParams

_log = logging.getLogger(__name__)
# Stripe: a session ends 30 minutes to 24 hours after it is made; the half minute is for clocks and wires
_SHORTEST_SESSION = timedelta(minutes=30, seconds=30)
_OVERTIME = timedelta(minutes=31)
_LONGEST_SESSION = timedelta(hours=24)
_RETRIES = 2  # StripeClient's default is none
_PAID_WITH = "payment_intent.latest_charge"
_LOCALES = {"pt_BR": "pt-BR", "pt": "pt", "en": "en", "es": "es-419"}
_MISSING = "resource_missing"


class StripeGateway:
    code = "stripe"
    currencies = CURRENCIES
    can_refund_partly = True

    def __init__(self, settings: StripeSettings, clock: Clock, http: BoundedHttp | None = None) -> None:
        key = settings.stripe_secret_key.get_secret_value()
        self.is_live: bool | None = "_live_" in key
        self._clock = clock
        self._webhook_secret = settings.stripe_webhook_secret
        self._http = http or BoundedHttp()
        logging.getLogger("stripe").setLevel(logging.WARNING)  # it tells every request with its ids
        client = stripe.StripeClient(
            key,
            base_addresses={"api": settings.stripe_api_url.rstrip("/")},
            http_client=self._http,
            max_network_retries=_RETRIES,
        )
        self._v1 = client.v1
        self._sessions = client.v1.checkout.sessions

    def price_of(self, amount: Decimal) -> tuple[Decimal, str] | None:  # noqa: ARG002  bills are in its own unit
        return None

    async def open(self, bill: Bill) -> Opened:
        with speaking_to_stripe():
            session = await self._create_once(bill)
        return _opened(session, bill)

    async def _create_once(self, bill: Bill) -> Session:
        try:
            key, order = f"{bill.topup_id}-open", _order(bill, self._clock.now())
            return read(Session, await self._sessions.create_async(order, {"idempotency_key": key}))
        except stripe.IdempotencyError:
            # the same bill in other words (another language, or overtime by now): the first one counts
            sessions = self._sessions_since(self._clock.now() - _LONGEST_SESSION)
            for session in [each async for each in sessions if topup_of(each.metadata) == bill.topup_id]:
                return session
            raise

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        """Nothing until the customer has confirmed: then the intent is the payment."""
        with speaking_to_stripe():
            answer = await self._sessions.retrieve_async(topup.order_id, {"expand": [_PAID_WITH]})
            return await self._payments(read(Session, answer))

    async def _payments(self, session: Session) -> tuple[Payment, ...]:
        intent = await self._intent(session.payment_intent)
        if intent is None:
            return ()
        return (payment(session, intent, await self._disputes(intent)),)

    async def _intent(self, told: Intent | str | None) -> Intent | None:
        """Have the payment whole, where an answer gave no more than its name."""
        if not isinstance(told, str):
            return told
        expand: list[str] = ["latest_charge"]
        return read(Intent, await self._v1.payment_intents.retrieve_async(told, {"expand": expand}))

    async def _disputes(self, intent: Intent) -> list[Dispute]:
        if not is_disputed(intent):
            return []
        page = await self._v1.disputes.list_async({"payment_intent": intent.id, "limit": 100})
        return [read(Dispute, dispute) async for dispute in _each(page)]

    async def close(self, topup: OpenTopup) -> None:
        with speaking_to_stripe():
            try:
                await self._sessions.expire_async(topup.order_id)
            except stripe.InvalidRequestError:
                # Stripe: only an open session can be expired; one that ended by itself is just as well
                answer = await self._sessions.retrieve_async(topup.order_id)
                if read(Session, answer).status == "open":
                    raise

    def read_notice(
        self,
        query: Mapping[str, str],  # noqa: ARG002  Stripe signs in a header
        headers: Mapping[str, str],
        body: bytes,
    ) -> Notice | None:
        return notices.read_notice(headers, body, self._webhook_secret.get_secret_value(), self._clock.now())

    def takes_notices(self) -> bool:
        return bool(self._webhook_secret.get_secret_value().strip())

    async def locate(self, about: str) -> UUID | None:
        kind, _, object_id = about.partition(":")
        with speaking_to_stripe():
            try:
                return topup_of(await self._metadata(kind, object_id))
            except stripe.InvalidRequestError as error:
                if error.code == _MISSING:
                    return None
                raise

    async def _metadata(self, kind: str, object_id: str) -> dict[str, str] | None:
        if kind == "checkout.session":
            return read(Session, await self._sessions.retrieve_async(object_id)).metadata
        if kind == "payment_intent":
            return read(Intent, await self._v1.payment_intents.retrieve_async(object_id)).metadata
        intent = (await self._holder(kind, object_id)).payment_intent
        return intent.metadata if intent else None

    async def _holder(self, kind: str, object_id: str) -> Holder:
        match kind:
            case "charge":
                answer: object = await self._v1.charges.retrieve_async(
                    object_id, {"expand": ["payment_intent"]}
                )
            case "refund":
                answer = await self._v1.refunds.retrieve_async(object_id, {"expand": ["payment_intent"]})
            case "dispute":
                answer = await self._v1.disputes.retrieve_async(object_id, {"expand": ["payment_intent"]})
            case _:
                return Holder(payment_intent=None)
        return read(Holder, answer)

    async def refund(self, order: RefundOrder) -> None:
        params: RefundCreateParams = {
            "payment_intent": order.payment_id,
            "amount": to_minor(order.amount, order.currency),
            "reason": "requested_by_customer",
            "metadata": {"refund": order.key},
        }
        with speaking_to_stripe():
            answer = await self._v1.refunds.create_async(params, {"idempotency_key": f"{order.key}-refund"})
        if answer.status in ("failed", "canceled"):
            raise GatewayRefused(f"refund_{answer.status}", str(answer.failure_reason or ""))

    async def recent(self, since: datetime) -> tuple[Payment, ...]:
        """What was paid lately, and what was refunded or disputed lately however old it is."""
        with speaking_to_stripe():
            sessions = {each.id: each async for each in self._sessions_since(since, "complete")}
            async for intent in self._touched_since(since):
                sessions |= {each.id: each async for each in self._sessions_of(intent)}
            ours = [each for each in sessions.values() if topup_of(each.metadata)]
            return tuple([found for session in ours for found in await self._payments(session)])

    async def _touched_since(self, since: datetime) -> AsyncIterator[str]:
        """Intents that Stripe has told a refund or a dispute of; it remembers for 30 days."""
        params: EventListParams = {
            "types": sorted(notices.TAKEN_BACK),
            "created": {"gte": int(since.timestamp())},
            "limit": 100,
        }
        try:
            events = _each(await self._v1.events.list_async(params))
        except stripe.PermissionError:
            _log.warning("the key may not read events: refunds and disputes of old payments stay unseen")
            return
        for intent in {read(Event, each).data.object.payment_intent async for each in events}:
            if intent is not None:
                yield intent

    async def _sessions_of(self, intent: str) -> AsyncIterator[Session]:
        params: SessionListParams = {"payment_intent": intent, "expand": [f"data.{_PAID_WITH}"]}
        async for session in _each(await self._sessions.list_async(params)):
            yield read(Session, session)

    async def _sessions_since(self, since: datetime, status: str | None = None) -> AsyncIterator[Session]:
        params: SessionListParams = {
            "created": {"gte": int(since.timestamp())},
            "limit": 100,
            "expand": [f"data.{_PAID_WITH}"],
        }
        if status == "complete":
            params["status"] = "complete"
        async for session in _each(await self._sessions.list_async(params)):
            yield read(Session, session)

    async def check(self) -> str:
        with speaking_to_stripe():
            balance = read(Balance, await self._v1.balance.retrieve_async())
        funds = ", ".join(f"{each.currency.upper()} {major(each)}" for each in balance.available)
        return f"{'live' if balance.livemode else 'test'} mode, available {funds or 'nothing'}"

    async def aclose(self) -> None:
        await self._http.close_async()


def _order(bill: Bill, now: datetime) -> "SessionCreateParams":
    reference = str(bill.topup_id)
    order: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": bill.currency.lower(),
                    "unit_amount": to_minor(bill.amount, bill.currency),
                    "product_data": {"name": _name_of(bill)},
                },
            }
        ],
        "client_reference_id": reference,
        "metadata": {TOPUP: reference},
        "payment_intent_data": {"metadata": {TOPUP: reference}, "description": _name_of(bill)},
        "expires_at": int(_ends_at(bill, now).timestamp()),
        "success_url": bill.success_url,
        "cancel_url": bill.cancel_url,
        "locale": _LOCALES.get(bill.language, "auto"),
        "submit_type": "pay",
        "adaptive_pricing": {"enabled": False},  # else Stripe may ask for another currency than we did
    }
    if bill.payer_email:
        order["customer_email"] = bill.payer_email
    return order


def _ends_at(bill: Bill, now: datetime) -> datetime:
    """End with the bill; a bill made late gets overtime, by its own end, so that it stays one request."""
    return bill.expires_at if bill.expires_at - now >= _SHORTEST_SESSION else bill.expires_at + _OVERTIME


def _name_of(bill: Bill) -> str:
    return bill.description or f"{bill.credits} {bill.currency}"


def _opened(session: Session, bill: Bill) -> Opened:
    asked = (to_minor(bill.amount, bill.currency), bill.currency.lower())
    if (session.amount_total, session.currency) != asked:
        raise GatewayRefused("amount_mismatch", f"{session.amount_total} {session.currency}")
    if session.url is None and session.status != "complete":
        raise GatewayRefused("session_closed", session.id)
    ends_at = datetime.fromtimestamp(session.expires_at, UTC) if session.expires_at else bill.expires_at
    # A complete one has no page any more: the first look credits what was paid there.
    return Opened(session.id, ends_at, link=session.url)


async def _each(page: object) -> AsyncIterator[object]:
    if not isinstance(page, stripe.ListObject):
        raise GatewayUnavailable("an answer without sense: no list")
    async for each in page.auto_paging_iter():
        yield each
