from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.errors import GatewayRefused, GatewayUnavailable, OutsideError
from services.gateways.stripe import StripeSettings, build
from services.gateways.stripe.gateway import StripeGateway
from services.ports.gateway import Bill, Office, OpenTopup
from tests.gateways.conftest import HeldClock
from tests.gateways.stripe.conftest import KEY
from tests.gateways.stripe.samples import error, session
from tests.gateways.wire import Reply, Wire

FETCH = "GET /v1/checkout/sessions/order_1"


@pytest.mark.parametrize(
    ("reply", "requests"),
    [
        (Reply(error("api_error"), 500), 3),
        (Reply(error("api_error"), 409), 3),
        (Reply(error("rate_limit"), 429), 1),
        ("drop", 3),
        ("reset", 3),
        ("malformed", 1),
        (Reply(session(), padding_bytes=5_000_000), 1),
        ("senseless", 1),
        (Reply({"object": "checkout.session"}), 1),
        (Reply(session(amount_total="ten")), 1),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
async def test_an_answer_that_says_nothing_is_asked_for_later(
    stripe: StripeGateway, wire: Wire, topup: OpenTopup, reply: Any, requests: int
) -> None:
    wire.on(FETCH, reply)

    with pytest.raises(GatewayUnavailable):
        await stripe.fetch(topup)

    assert len(wire.asked) == requests


async def test_nobody_listening_is_unavailable(clock: HeldClock, topup: OpenTopup) -> None:
    settings = StripeSettings(stripe_secret_key=SecretStr(KEY), stripe_api_url="http://127.0.0.1:9")
    office = Office(clock, "BRL")
    gateway = build(office, settings)
    assert gateway

    with pytest.raises(GatewayUnavailable):
        await gateway.fetch(topup)
    await gateway.aclose()


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (
            Reply(error("invalid_request_error", message=f"Invalid API Key provided: {KEY}"), 401),
            "AuthenticationError",
        ),
        (Reply(error("invalid_request_error"), 403), "PermissionError"),
        (Reply(error("invalid_request_error", "amount_too_small"), 400), "amount_too_small"),
    ],
)
async def test_a_definite_no_carries_stripes_word_and_never_the_key(
    stripe: StripeGateway, wire: Wire, bill: Bill, reply: Reply, code: str
) -> None:
    wire.on("POST /v1/checkout/sessions", reply)

    with pytest.raises(GatewayRefused) as caught:
        await stripe.open(bill)

    assert caught.value.code == code
    assert KEY not in repr(caught.value) + str(caught.value)


async def test_the_daily_list_that_is_no_list_is_unavailable(
    stripe: StripeGateway, wire: Wire, clock: HeldClock
) -> None:
    wire.on("GET /v1/checkout/sessions", "senseless")

    with pytest.raises(OutsideError):
        await stripe.recent(clock.now())


def test_without_a_key_the_gateway_is_off(clock: HeldClock) -> None:
    assert build(Office(clock, "BRL"), StripeSettings(stripe_secret_key=SecretStr(""))) is None


@pytest.mark.parametrize(("key", "is_live"), [("sk_test_1", False), ("rk_live_1", True)])
async def test_the_key_tells_the_mode(clock: HeldClock, key: str, is_live: bool) -> None:  # noqa: FBT001  a fact
    gateway = build(Office(clock, "BRL"), StripeSettings(stripe_secret_key=SecretStr(key)))

    assert gateway
    assert gateway.is_live is is_live
    assert not gateway.takes_notices()
    await gateway.aclose()


def test_a_key_that_cannot_be_one_stops_the_start_without_being_shown() -> None:
    with pytest.raises(ValidationError) as caught:
        StripeSettings(stripe_secret_key=SecretStr("pk_live_51Hsecret"))

    assert "STRIPE_SECRET_KEY must begin with" in str(caught.value)
    assert "51Hsecret" not in str(caught.value)


def test_the_environment_switches_it_on(clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    monkeypatch.setenv("STRIPE_API_URL", "")

    settings = StripeSettings()

    assert settings.stripe_api_url == "https://api.stripe.com"
    assert build(Office(clock, "BRL"), settings)
