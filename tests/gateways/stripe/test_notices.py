import hashlib
import hmac
import json
from typing import Any

import pytest
import stripe as sdk

from services.errors import ForgedNotice
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.notices import HEARD
from services.ports.gateway import Notice
from tests.gateways.stripe.conftest import SECRET
from tests.gateways.stripe.samples import SECONDS, charge, event, sample, session
from tests.gateways.wire import Wire

COMPLETED = json.dumps(event("checkout.session.completed", session())).encode()


def signed(body: bytes, secret: str = SECRET, at: int = SECONDS) -> str:
    """Sign as Stripe's documents say, without its SDK."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def test_a_genuine_notice_tells_what_rang(stripe: StripeGateway) -> None:
    notice = stripe.read_notice({}, {"Stripe-Signature": signed(COMPLETED)}, COMPLETED)

    assert notice == Notice("evt_1", about="checkout.session:cs_test_1")


def test_a_header_in_any_case_is_read(stripe: StripeGateway) -> None:
    assert stripe.read_notice({}, {"stripe-signature": signed(COMPLETED)}, COMPLETED)


def test_the_sdk_signs_as_we_read(stripe: StripeGateway) -> None:
    header = sdk.WebhookSignature.generate_signature_header(COMPLETED.decode(), SECRET, SECONDS)

    assert stripe.read_notice({}, {"Stripe-Signature": header}, COMPLETED)


def test_the_sdk_reads_as_we_sign() -> None:
    assert sdk.WebhookSignature.verify_header(COMPLETED, signed(COMPLETED), SECRET)


def test_a_rotated_secret_may_sign_beside_the_new_one(stripe: StripeGateway) -> None:
    old = signed(COMPLETED, "whsec_old").split(",")[1]

    assert stripe.read_notice({}, {"Stripe-Signature": f"{signed(COMPLETED)},{old}"}, COMPLETED)


@pytest.mark.parametrize("seconds", [-301, 301, 365 * 86_400])
def test_an_old_notice_is_refused_and_so_is_one_from_the_future(stripe: StripeGateway, seconds: int) -> None:
    header = signed(COMPLETED, at=SECONDS + seconds)

    with pytest.raises(ForgedNotice):
        stripe.read_notice({}, {"Stripe-Signature": header}, COMPLETED)


@pytest.mark.parametrize("seconds", [-299, 299])
def test_clocks_may_differ_a_little(stripe: StripeGateway, seconds: int) -> None:
    header = signed(COMPLETED, at=SECONDS + seconds)

    assert stripe.read_notice({}, {"Stripe-Signature": header}, COMPLETED)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(COMPLETED.replace(b"cs_test_1", b"cs_test_2"), signed(COMPLETED), id="tampered"),
        pytest.param(COMPLETED, signed(COMPLETED, "whsec_other"), id="another secret"),
        pytest.param(COMPLETED, signed(COMPLETED, ""), id="an empty secret"),
        pytest.param(COMPLETED, None, id="no header"),
        pytest.param(COMPLETED, "", id="an empty header"),
        pytest.param(COMPLETED, "garbage", id="garbage"),
        pytest.param(COMPLETED, f"t={SECONDS}", id="no signature"),
        pytest.param(COMPLETED, f"t={SECONDS},v1=ação", id="a signature that is not ASCII"),
        pytest.param(COMPLETED, signed(COMPLETED).replace("v1=", "v0="), id="another scheme"),
        pytest.param(b"\xff\xfe", signed(b"\xff\xfe"), id="not UTF-8"),
        pytest.param(b"{", signed(b"{"), id="not JSON"),
        pytest.param(b"[]", signed(b"[]"), id="no event"),
        pytest.param(b" " * 300_000, signed(b" " * 300_000), id="too large"),
    ],
)
def test_what_stripe_has_not_said_is_forged(stripe: StripeGateway, body: bytes, header: str | None) -> None:
    headers = {} if header is None else {"Stripe-Signature": header}

    with pytest.raises(ForgedNotice):
        stripe.read_notice({}, headers, body)


def test_what_is_not_about_payments_is_of_no_interest(stripe: StripeGateway) -> None:
    body = json.dumps(event("balance.available", {"object": "balance"})).encode()

    assert stripe.read_notice({}, {"Stripe-Signature": signed(body)}, body) is None


@pytest.mark.parametrize(
    ("kind", "about", "told"),
    [
        ("charge.refunded", charge(id="ch_1"), "charge:ch_1"),
        ("refund.failed", sample("refund", id="re_1"), "refund:re_1"),
        ("charge.dispute.closed", sample("dispute", id="dp_1"), "dispute:dp_1"),
    ],
)
def test_refunds_and_disputes_ring_too(
    stripe: StripeGateway, kind: str, about: dict[str, Any], told: str
) -> None:
    body = json.dumps(event(kind, about)).encode()

    notice = stripe.read_notice({}, {"Stripe-Signature": signed(body)}, body)

    assert notice
    assert notice.about == told


def test_a_hundred_forgeries_cause_no_call(stripe: StripeGateway, wire: Wire) -> None:
    for number in range(100):
        with pytest.raises(ForgedNotice):
            stripe.read_notice({}, {"Stripe-Signature": f"t={SECONDS},v1={number:064x}"}, COMPLETED)

    assert wire.asked == []


def test_every_event_we_hear_is_one_stripe_sends() -> None:
    known = sdk.params.WebhookEndpointCreateParams.__annotations__["enabled_events"]

    assert all(f"'{event}'" in str(known) or f'"{event}"' in str(known) for event in HEARD)
