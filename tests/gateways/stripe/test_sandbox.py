"""The whole way over loopback, against a Stripe that has a memory."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.stripe import Stripe
from bot.sandbox.payments.stripe.payers import Payment as Paying
from services.clock import SystemClock
from services.errors import ForgedNotice, GatewayUnavailable
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.settings import StripeSettings
from services.gateways.stripe.wire import BoundedHttp
from services.ports.gateway import Bill, DisputeState, OpenTopup, Payment, PaymentState, RefundOrder

HOOK = "/webhooks/stripe"


@pytest.fixture
async def world() -> AsyncIterator[Stripe]:
    origin: list[str] = []
    clock = Clock()
    world = Stripe(clock, Journal(clock), public_url=lambda: origin[0])
    app = web.Application()
    app.add_routes(world.routes())
    app.cleanup_ctx.append(world.running)
    async with TestServer(app, host="127.0.0.1") as server:
        origin.append(str(server.make_url("")).rstrip("/"))
        yield world


async def _at_once(_seconds: float) -> None:
    """Retries in tests wait for nobody."""


@pytest.fixture
async def stripe(world: Stripe) -> AsyncIterator[StripeGateway]:
    settings = StripeSettings(
        stripe_secret_key=SecretStr("sk_test_sandbox"),
        stripe_webhook_secret=SecretStr("whsec_sandbox"),
        stripe_api_url=f"{world.account._public_url()}/stripe",
    )
    gateway = StripeGateway(settings, SystemClock(), BoundedHttp(pause=_at_once))
    yield gateway
    await gateway.aclose()


@pytest.fixture
def fresh(bill: Bill) -> Bill:
    return replace(bill, expires_at=SystemClock().now() + timedelta(minutes=35))


@pytest.fixture
async def opened(stripe: StripeGateway, fresh: Bill) -> OpenTopup:
    made = await stripe.open(fresh)
    return OpenTopup(fresh.topup_id, made.order_id, fresh.amount, fresh.currency, SystemClock().now())


@asynccontextmanager
async def _shop(hear: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post(HOOK, hear)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url(HOOK))


async def fetch_one(stripe: StripeGateway, topup: OpenTopup) -> Payment:
    (payment,) = await stripe.fetch(topup)
    return payment


async def test_one_bill_is_one_session_even_when_answers_are_lost(
    stripe: StripeGateway, world: Stripe, fresh: Bill
) -> None:
    world.faults.add({"kind": "reset_after", "path": "/checkout/sessions"})
    world.faults.add({"kind": "status500", "path": "/checkout/sessions"})

    first = await stripe.open(fresh)
    again = await stripe.open(replace(fresh, language="en"))

    assert first.order_id == again.order_id
    assert len(world.account.sessions) == 1


async def test_from_the_page_to_the_money_and_back(
    stripe: StripeGateway, world: Stripe, opened: OpenTopup
) -> None:
    assert await stripe.fetch(opened) == ()

    world.pay(opened.order_id)
    payment = await fetch_one(stripe, opened)
    order = RefundOrder("r-1", payment.payment_id, Decimal("4.25"), "BRL", is_whole=False)
    await stripe.refund(order)
    await stripe.refund(order)

    assert (payment.state, payment.amount, payment.currency) == (PaymentState.PAID, Decimal("10.00"), "BRL")
    assert (payment.reference, payment.is_live) == (str(opened.topup_id), stripe.is_live)
    assert (await fetch_one(stripe, opened)).refunded == Decimal("4.25")
    assert [recent.payment_id for recent in await stripe.recent(opened.created_at - timedelta(days=1))] == [
        payment.payment_id
    ]


async def test_money_that_is_not_what_the_bill_said_is_told_as_it_is(
    stripe: StripeGateway, world: Stripe, opened: OpenTopup
) -> None:
    world.pay(opened.order_id, Paying(amount=100, currency="usd", livemode=True))

    payment = await fetch_one(stripe, opened)

    assert (payment.amount, payment.currency, payment.is_live) == (Decimal("1.00"), "USD", True)


async def test_a_boleto_is_waited_for(stripe: StripeGateway, world: Stripe, opened: OpenTopup) -> None:
    world.pay(opened.order_id, Paying(outcome="async"))
    waiting = await fetch_one(stripe, opened)
    world.pay(opened.order_id)

    assert waiting.state is PaymentState.WAITING
    assert (await fetch_one(stripe, opened)).state is PaymentState.PAID


@pytest.mark.parametrize(("end", "at_stake"), [("won", "0.00"), ("lost", "10.00")])
async def test_a_dispute_is_followed_to_its_end(
    stripe: StripeGateway, world: Stripe, opened: OpenTopup, end: str, at_stake: str
) -> None:
    world.pay(opened.order_id)
    intent = (await fetch_one(stripe, opened)).payment_id

    world.dispute(intent)
    disputed = await fetch_one(stripe, opened)
    world.dispute(intent, "won" if end == "won" else "lost")
    ended = await fetch_one(stripe, opened)

    assert (disputed.dispute, disputed.disputed) == (DisputeState.OPEN, Decimal("10.00"))
    assert (ended.dispute, ended.disputed) == (DisputeState(end), Decimal(at_stake))


async def test_a_closed_page_takes_no_money(stripe: StripeGateway, world: Stripe, opened: OpenTopup) -> None:
    await stripe.close(opened)
    await stripe.close(opened)

    assert world.account.sessions[opened.order_id].status == "expired"


@pytest.mark.parametrize("kind", ["status500", "reset_before", "reset_after", "malformed", "oversized"])
async def test_what_fails_every_time_is_unavailable(
    stripe: StripeGateway, world: Stripe, opened: OpenTopup, kind: str
) -> None:
    world.faults.add({"kind": kind, "times": 3})

    with pytest.raises(GatewayUnavailable):
        await stripe.fetch(opened)


async def test_its_own_deliveries_are_genuine_and_lead_to_the_topup(
    stripe: StripeGateway, world: Stripe, opened: OpenTopup
) -> None:
    located: list[UUID | None] = []

    async def hear(request: web.Request) -> web.Response:
        notice = stripe.read_notice(dict(request.query), request.headers, await request.read())
        if notice is not None:
            located.append(await stripe.locate(notice.about))
        return web.Response()

    async with _shop(hear) as url:
        world.deliveries.configure({"urls": [url]})
        world.pay(opened.order_id)
        intent = (await fetch_one(stripe, opened)).payment_id
        world.refund(intent, 100)
        world.dispute(intent)
        await world.deliveries.settled()

    assert len(located) >= 3
    assert set(located) == {opened.topup_id}


async def test_a_forgery_is_known_for_one(stripe: StripeGateway, world: Stripe, opened: OpenTopup) -> None:
    refused: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        try:
            stripe.read_notice({}, request.headers, await request.read())
        except ForgedNotice:
            refused.append(request.headers.get("Stripe-Signature", ""))
            return web.Response(status=401)
        return web.Response()

    async with _shop(hear) as url:
        world.deliveries.configure({"urls": [url]})
        world.forge("checkout.session.completed", opened.order_id, "wrong")
        world.forge("checkout.session.completed", opened.order_id, "absent")
        world.forge("checkout.session.completed", opened.order_id, "stale")
        await world.deliveries.settled()

    assert len(refused) == 3
    assert await stripe.fetch(opened) == ()


async def test_the_credentials_are_told_to_work(stripe: StripeGateway) -> None:
    assert (await stripe.check()).startswith("test mode")
