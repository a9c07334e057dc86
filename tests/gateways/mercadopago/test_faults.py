from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from services.errors import GatewayRefused, GatewayUnavailable
from services.gateways.mercadopago import MercadoPagoSettings, build_checkout, build_pix
from services.gateways.mercadopago.pix import PixGateway
from services.ports.gateway import Bill, Office, OpenTopup
from tests.gateways.conftest import HeldClock
from tests.gateways.mercadopago.conftest import TOKEN
from tests.gateways.mercadopago.samples import error, payment
from tests.gateways.wire import Reply, Wire

FETCH = "GET /v1/payments/order_1"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(error(500), 500),
        Reply(error(503), 503),
        Reply(error(429), 429),
        Reply(error(409), 409),
        Reply({}, 302),
        "drop",
        "reset",
        "malformed",
        Reply(payment(id=1), padding_bytes=5_000_000),
        "senseless",
        Reply({"id": 1}),
        Reply(payment(transaction_amount="ten")),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
async def test_an_answer_that_says_nothing_is_asked_for_later(
    pix: PixGateway, wire: Wire, topup: OpenTopup, reply: Any
) -> None:
    wire.on(FETCH, reply)

    with pytest.raises(GatewayUnavailable):
        await pix.fetch(topup)


async def test_nobody_listening_is_unavailable(clock: HeldClock, topup: OpenTopup) -> None:
    settings = MercadoPagoSettings(
        mercadopago_access_token=SecretStr(TOKEN), mercadopago_api_url="http://127.0.0.1:9"
    )
    gateway = build_pix(Office(clock, "BRL"), settings)
    assert gateway

    with pytest.raises(GatewayUnavailable):
        await gateway.fetch(topup)
    await gateway.aclose()


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(error(400, cause=4037), 400), "4037"),
        (Reply(error(401, f"invalid token {TOKEN}"), 401), "bad_request"),
        (Reply({}, 403), "403"),
    ],
)
async def test_a_definite_no_carries_its_word_and_never_the_token(
    pix: PixGateway, wire: Wire, bill: Bill, reply: Reply, code: str
) -> None:
    wire.on("POST /v1/payments", reply)

    with pytest.raises(GatewayRefused) as caught:
        await pix.open(bill)

    assert caught.value.code == code
    assert TOKEN not in str(caught.value) + repr(caught.value)


async def test_a_slow_trickle_does_not_hold_a_thread_for_ever(
    pix: PixGateway, wire: Wire, topup: OpenTopup, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.on(FETCH, payment())
    ticks = iter(range(0, 10_000, 31))
    monkeypatch.setattr(clock, "monotonic", lambda: next(ticks), raising=True)

    with pytest.raises(GatewayUnavailable, match="too slow"):
        await pix.fetch(topup)


async def test_a_name_in_a_path_stays_a_name(pix: PixGateway, wire: Wire, topup: OpenTopup) -> None:
    wire.on("GET /v1/payments/../../users/me", payment())

    await pix.fetch(replace(topup, order_id="../../users/me"))

    assert wire.routes()[-1] == "GET /v1/payments/../../users/me"


def test_without_a_token_both_are_off(clock: HeldClock) -> None:
    settings = MercadoPagoSettings(mercadopago_access_token=SecretStr(""))

    assert build_pix(Office(clock, "BRL"), settings) is None
    assert build_checkout(Office(clock, "BRL"), settings) is None


@pytest.mark.parametrize(("token", "is_live"), [("TEST-1-2", False), (TOKEN, True), ("other", None)])
async def test_the_token_tells_the_mode(clock: HeldClock, token: str, is_live: bool | None) -> None:  # noqa: FBT001  a fact
    settings = MercadoPagoSettings(mercadopago_access_token=SecretStr(token))

    gateway = build_checkout(Office(clock, "BRL"), settings)

    assert gateway
    assert gateway.is_live is is_live
    await gateway.aclose()
