"""The whole way over loopback, against a Mercado Pago that has a memory."""

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
from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.mercadopago import MercadoPago
from bot.sandbox.payments.mercadopago.payers import Paying
from services.clock import SystemClock
from services.errors import ForgedNotice, GatewayRefused, GatewayUnavailable
from services.gateways.mercadopago.checkout import CheckoutGateway
from services.gateways.mercadopago.pix import PixGateway
from services.gateways.mercadopago.settings import MercadoPagoSettings
from services.pix import is_valid_br_code
from services.ports.gateway import Bill, DisputeState, OpenTopup, Payment, PaymentState, RefundOrder

HOOK = "/webhooks/mercadopago"


@pytest.fixture
async def world() -> AsyncIterator[MercadoPago]:
    origin: list[str] = []
    clock = Clock()
    world = MercadoPago(clock, Journal(clock), public_url=lambda: origin[0])
    app = web.Application()
    app.add_routes(world.routes())
    app.cleanup_ctx.append(world.running)
    async with TestServer(app, host="127.0.0.1") as server:
        origin.append(str(server.make_url("")).rstrip("/"))
        yield world


@pytest.fixture
def settings(world: MercadoPago) -> MercadoPagoSettings:
    return MercadoPagoSettings(
        mercadopago_access_token=SecretStr("TEST-sandbox"),
        mercadopago_webhook_secret=SecretStr("mp-sandbox"),
        mercadopago_api_url=f"{world.account.public_url()}/mercadopago",
        payer_email_domain="shop.example",
    )


@pytest.fixture
async def pix(settings: MercadoPagoSettings) -> AsyncIterator[PixGateway]:
    gateway = PixGateway(settings, SystemClock())
    yield gateway
    await gateway.aclose()


@pytest.fixture
async def checkout(settings: MercadoPagoSettings) -> AsyncIterator[CheckoutGateway]:
    gateway = CheckoutGateway(settings, SystemClock())
    yield gateway
    await gateway.aclose()


@pytest.fixture
def fresh(bill: Bill) -> Bill:
    return replace(bill, expires_at=SystemClock().now() + timedelta(minutes=35))


async def open_one(gateway: PixGateway | CheckoutGateway, bill: Bill) -> OpenTopup:
    made = await gateway.open(bill)
    return OpenTopup(bill.topup_id, made.order_id, bill.amount, bill.currency, SystemClock().now())


async def fetch_one(gateway: PixGateway | CheckoutGateway, topup: OpenTopup) -> Payment:
    (payment,) = await gateway.fetch(topup)
    return payment


@asynccontextmanager
async def _shop(hear: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post(HOOK, hear)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url(HOOK))


async def test_a_code_is_whole_and_one_even_when_the_answer_is_lost(
    pix: PixGateway, world: MercadoPago, fresh: Bill
) -> None:
    world.faults.add({"kind": "reset_after", "path": "/v1/payments"})
    with pytest.raises(GatewayUnavailable):
        await pix.open(fresh)

    opened = await pix.open(fresh)

    assert opened.copy_code
    assert is_valid_br_code(opened.copy_code)
    assert opened.image_png
    assert opened.expires_at - fresh.expires_at < timedelta(seconds=1)
    assert len(world.account.payments) == 1


async def test_a_pix_from_the_code_to_the_money_and_back(
    pix: PixGateway, world: MercadoPago, fresh: Bill
) -> None:
    topup = await open_one(pix, fresh)
    waiting = await fetch_one(pix, topup)
    world.pay(topup.order_id)
    paid = await fetch_one(pix, topup)
    order = RefundOrder("r-1", paid.payment_id, Decimal("4.25"), "BRL", is_whole=False)
    await pix.refund(order)
    await pix.refund(order)
    partly = await fetch_one(pix, topup)
    await pix.refund(replace(order, key="r-2", is_whole=True))

    assert (waiting.state, paid.state) == (PaymentState.WAITING, PaymentState.PAID)
    assert (paid.amount, paid.currency, paid.reference) == (Decimal(10), "BRL", str(fresh.topup_id))
    assert (paid.receiver, paid.is_live) == ("190000001", pix.is_live)
    assert partly.refunded == Decimal("4.25")
    assert (await fetch_one(pix, topup)).refunded == Decimal(10)


async def test_money_that_is_not_what_the_bill_said_is_told_as_it_is(
    pix: PixGateway, world: MercadoPago, fresh: Bill
) -> None:
    topup = await open_one(pix, fresh)
    world.pay(topup.order_id, Paying(amount=Decimal(1), currency="ARS", collector=7, live_mode=True))

    told = await fetch_one(pix, topup)

    assert (told.amount, told.currency, told.receiver, told.is_live) == (Decimal(1), "ARS", "7", True)


async def test_a_closed_code_takes_no_money_and_a_paid_one_stays_paid(
    pix: PixGateway, world: MercadoPago, fresh: Bill
) -> None:
    closed = await open_one(pix, fresh)
    paid = await open_one(pix, replace(fresh, topup_id=UUID(int=7)))
    world.pay(paid.order_id)

    await pix.close(closed)
    await pix.close(closed)
    await pix.close(paid)

    assert (await fetch_one(pix, closed)).state is PaymentState.FAILED
    assert (await fetch_one(pix, paid)).state is PaymentState.PAID


@pytest.mark.parametrize(("end", "at_stake"), [("won", "0"), ("lost", "10")])
async def test_a_dispute_is_followed_to_its_end(
    pix: PixGateway, world: MercadoPago, fresh: Bill, end: str, at_stake: str
) -> None:
    topup = await open_one(pix, fresh)
    world.pay(topup.order_id)

    world.dispute(topup.order_id)
    disputed = await fetch_one(pix, topup)
    world.dispute(topup.order_id, "won" if end == "won" else "lost")
    ended = await fetch_one(pix, topup)

    assert (disputed.dispute, disputed.disputed) == (DisputeState.OPEN, Decimal(10))
    assert (ended.dispute, ended.disputed) == (DisputeState(end), Decimal(at_stake))


async def test_a_page_paid_twice_is_two_payments_and_each_gateway_lists_its_own(
    pix: PixGateway, checkout: CheckoutGateway, world: MercadoPago, fresh: Bill
) -> None:
    code = await open_one(pix, replace(fresh, topup_id=UUID(int=7)))
    page = await open_one(checkout, fresh)
    assert await checkout.fetch(page) == ()

    world.pay(code.order_id)
    world.pay_preference(page.order_id, Paying(outcome="fail"))
    world.pay_preference(page.order_id, Paying(outcome="twice"))
    payments = await checkout.fetch(page)
    yesterday = SystemClock().now() - timedelta(days=1)

    assert [each.state for each in payments] == [PaymentState.FAILED, PaymentState.PAID, PaymentState.PAID]
    assert await checkout.recent(yesterday) == payments
    assert [each.payment_id for each in await pix.recent(yesterday)] == [code.order_id]


async def test_a_closed_page_takes_no_money(
    checkout: CheckoutGateway, world: MercadoPago, fresh: Bill
) -> None:
    page = await open_one(checkout, fresh)

    await checkout.close(page)

    with pytest.raises(ImpossibleOrderError):
        world.pay_preference(page.order_id)


@pytest.mark.parametrize("kind", ["status500", "status429", "reset_before", "malformed", "oversized"])
async def test_a_fault_is_unavailable(pix: PixGateway, world: MercadoPago, fresh: Bill, kind: str) -> None:
    topup = await open_one(pix, fresh)
    await pix.check()
    world.faults.add({"kind": kind, "times": 2})

    with pytest.raises(GatewayUnavailable):
        await pix.fetch(topup)


async def test_an_email_of_the_collector_is_a_definite_no(
    pix: PixGateway, world: MercadoPago, fresh: Bill
) -> None:
    with pytest.raises(GatewayRefused) as caught:
        await pix.open(replace(fresh, payer_email=world.account.email))

    assert caught.value.code == "2034"


@pytest.mark.parametrize("unit", ["s", "ms"])
async def test_its_own_deliveries_are_genuine_and_lead_to_the_topup(
    pix: PixGateway, checkout: CheckoutGateway, world: MercadoPago, fresh: Bill, unit: str
) -> None:
    located: list[UUID | None] = []

    async def hear(request: web.Request) -> web.Response:
        try:
            notice = checkout.read_notice(request.query, request.headers, await request.read())
        except ForgedNotice:
            return web.Response(status=401)
        if notice is not None:
            located.append(await checkout.locate(notice.about))
        return web.Response()

    world.switches.timestamps_in = unit
    world.switches.sends_ipn = True
    topup = await open_one(pix, fresh)
    async with _shop(hear) as url:
        world.deliveries.configure({"urls": [url]})
        world.pay(topup.order_id)
        world.dispute(topup.order_id)
        world.forge(topup.order_id, "wrong")
        world.forge(topup.order_id, "absent")
        world.forge(topup.order_id, "valid", body_id="1")
        await world.deliveries.settled()
        heard = [(each["kind"], each["answers"]) for each in world.deliveries.as_json()]

    assert set(located) == {topup.topup_id}
    assert ("payment payment.updated", ["200"]) in heard
    assert any("chargeback" in kind and answers == ["200"] for kind, answers in heard)
    unsigned = [answers for kind, answers in heard if kind in ("payment ipn", "payment forged")]
    assert len(unsigned) >= 4
    assert all(answers == ["401"] for answers in unsigned)


async def test_the_credentials_are_told_to_work(checkout: CheckoutGateway) -> None:
    assert await checkout.check() == "test mode, account 190000001 LOJA SANDBOX MLB"
