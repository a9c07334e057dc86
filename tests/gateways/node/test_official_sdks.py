"""Our signatures read by the houses' SDKs for Node, theirs read by us, and one of them as a client."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.mercadopago import signing as mercadopago_signing
from bot.sandbox.payments.stripe import Stripe
from bot.sandbox.payments.stripe import signing as stripe_signing
from services.clock import SystemClock
from services.errors import ForgedNotice
from services.gateways.stripe import notices
from tests.gateways.conftest import NOW
from tests.gateways.mercadopago.test_notices import signed
from tests.gateways.node.conftest import Sdks
from tests.gateways.stripe.samples import event, session

SECRET = "whsec_5f1c2b"
SECONDS = int(NOW.timestamp())
PAYLOAD = json.dumps(event("checkout.session.completed", session(id="cs_ação_✓")), ensure_ascii=False)


def test_stripes_sdk_signs_as_we_read(sdks: Sdks) -> None:
    header = sdks("sign", payload=PAYLOAD, secret=SECRET, at=SECONDS)

    notice = notices.read_notice({"Stripe-Signature": header}, PAYLOAD.encode(), SECRET, NOW)

    assert notice
    assert notice.about == "checkout.session:cs_ação_✓"
    with pytest.raises(ForgedNotice):
        notices.read_notice({"Stripe-Signature": header}, PAYLOAD.encode(), "whsec_other", NOW)


def test_stripes_sdk_reads_as_our_stand_in_signs(sdks: Sdks) -> None:
    header = stripe_signing.sign(PAYLOAD.encode(), SECRET, NOW)

    genuine = sdks("read", payload=PAYLOAD, header=header, secret=SECRET, at=SECONDS)
    forged = sdks("read", payload=f"{PAYLOAD} ", header=header, secret=SECRET, at=SECONDS)
    late = sdks("read", payload=PAYLOAD, header=header, secret=SECRET, at=SECONDS + 301)

    assert (genuine, forged, late) == ("evt_1", *["refused: StripeSignatureVerificationError"] * 2)


@pytest.mark.parametrize("ts", [str(SECONDS), str(SECONDS * 1000)])
def test_mercado_pagos_sdk_reads_as_our_stand_in_signs(sdks: Sdks, ts: str) -> None:
    signature = mercadopago_signing.sign("57731", "r-1", ts, "3f9a6b5ee1c2")

    told = [
        sdks("readMercadoPago", signature=signature, requestId="r-1", subject=subject, secret="3f9a6b5ee1c2")
        for subject in ("57731", "57732")
    ]

    assert told[0] == "genuine"
    assert told[1].startswith("refused: ")


def test_mercado_pagos_sdk_reads_what_we_read(sdks: Sdks) -> None:
    headers = signed(request_id=None)

    told = sdks(
        "readMercadoPago",
        signature=headers["x-signature"],
        requestId=None,
        subject="57731",
        secret="3f9a6b5ee1c2",
    )

    assert told == "genuine"


@pytest.fixture
async def stand_in() -> AsyncIterator[BaseTestServer]:
    """Stripe's stand-in where its SDK for Node looks for Stripe: at the root of a host."""
    origin: list[str] = []
    clock = Clock()
    world = Stripe(clock, Journal(clock), public_url=lambda: origin[0])
    inside, outside = web.Application(), web.Application()
    inside.add_routes(world.routes())
    async with TestServer(inside, host="127.0.0.1") as house, ClientSession() as http:
        origin.append(str(house.make_url("")).rstrip("/"))

        async def pass_on(request: web.Request) -> web.Response:
            url = f"{origin[0]}/stripe{request.path_qs}"
            kept = {name: value for name, value in request.headers.items() if name != "Host"}
            async with http.request(request.method, url, data=await request.read(), headers=kept) as answer:
                return web.Response(
                    body=await answer.read(), status=answer.status, content_type=answer.content_type
                )

        outside.router.add_route("*", "/{path:.*}", pass_on)
        async with TestServer(outside, host="127.0.0.1") as front:
            yield front


async def test_stripes_sdk_is_served_by_our_stand_in(sdks: Sdks, stand_in: BaseTestServer) -> None:
    order = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {"currency": "brl", "unit_amount": 1000, "product_data": {"name": "ação"}},
            }
        ],
        "metadata": {"topup_id": "ours"},
        "success_url": "https://t.me/shop_bot?start=paid_1",
        "expires_at": int((SystemClock().now() + timedelta(minutes=35)).timestamp()),
        "adaptive_pricing": {"enabled": False},
    }

    told = await asyncio.to_thread(
        sdks, "checkout", host=stand_in.host, port=stand_in.port, key="sk_test_sandbox", session=order
    )

    assert told["made"]["amount_total"] == 1000
    assert told["made"]["metadata"] == {"topup_id": "ours"}
    assert told["again"] == told["made"]["id"]
    assert told["expired"] == "expired"
    assert told["listed"] == [told["made"]["id"]]
