import hashlib
import hmac
import json
from typing import Any

import pytest
from mercadopago.webhook.validator import InvalidWebhookSignatureError, WebhookSignatureValidator
from pydantic import SecretStr

from services.errors import ForgedNotice
from services.gateways.mercadopago.checkout import CheckoutGateway
from services.gateways.mercadopago.settings import MercadoPagoSettings
from tests.gateways.conftest import NOW, HeldClock
from tests.gateways.mercadopago.conftest import SECRET, TOKEN
from tests.gateways.wire import Wire

SECONDS = int(NOW.timestamp())
QUERY = {"data.id": "57731", "type": "payment"}


def body(subject: str = "57731", kind: str = "payment", **more: Any) -> bytes:
    told = {"id": 1, "live_mode": True, "type": kind, "action": "payment.updated", "data": {"id": subject}}
    return json.dumps(told | more).encode()


def signed(
    subject: str = "57731", ts: int | str = SECONDS, request_id: str | None = "r-1", secret: str = SECRET
) -> dict[str, str]:
    """Sign as the documents say, without the SDK."""
    manifest = f"id:{subject};" + (f"request-id:{request_id};" if request_id else "") + f"ts:{ts};"
    mac = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    return {"x-signature": f"ts={ts},v1={mac}"} | ({"x-request-id": request_id} if request_id else {})


def test_a_genuine_notice_tells_what_rang(checkout: CheckoutGateway) -> None:
    notice = checkout.read_notice(QUERY, signed(), body())

    assert notice
    assert notice.about == "payment:57731"


def test_a_chargeback_rings_too(checkout: CheckoutGateway) -> None:
    query = {"data.id": "cb1", "type": "topic_chargebacks_wh"}

    notice = checkout.read_notice(query, signed("cb1"), body("cb1", "topic_chargebacks_wh"))

    assert notice
    assert notice.about == "chargeback:cb1"


def test_the_same_notice_is_one_and_another_ring_is_another(checkout: CheckoutGateway) -> None:
    first = checkout.read_notice(QUERY, signed(), body())
    repeated = checkout.read_notice(QUERY, signed(), body(id=2))
    later = checkout.read_notice(QUERY, signed(ts=SECONDS + 60), body())

    assert first
    assert repeated
    assert later
    assert first.external_id == repeated.external_id != later.external_id


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        pytest.param(signed(), "57731", id="seconds"),
        pytest.param(signed(ts=SECONDS * 1000), "57731", id="milliseconds"),
        pytest.param(signed(request_id=None), "57731", id="no request id"),
        pytest.param(signed("ORD01ABC"), "ORD01ABC", id="letters as they are"),
        pytest.param(signed("ord01abc"), "ORD01ABC", id="letters in lower case"),
        pytest.param(
            {"X-Signature" if k == "x-signature" else k: v for k, v in signed().items()}, "57731", id="case"
        ),
        pytest.param(signed(ts=SECONDS - 4 * 86_400), "57731", id="repeated for days"),
    ],
)
def test_all_spellings_mercado_pago_uses_are_read(
    checkout: CheckoutGateway, headers: dict[str, str], subject: str
) -> None:
    assert checkout.read_notice({"data.id": subject, "type": "payment"}, headers, body(subject))


@pytest.mark.parametrize(
    ("query", "headers", "told"),
    [
        pytest.param({"data.id": "57732"}, signed(), body("57732"), id="another id than was signed"),
        pytest.param(QUERY, signed(), body("57732"), id="a body about another payment"),
        pytest.param({"type": "payment"}, signed(), body(), id="an id in the body only"),
        pytest.param({"topic": "payment", "id": "57731"}, signed(), body(), id="the old IPN"),
        pytest.param(QUERY, {}, body(), id="no signature"),
        pytest.param(QUERY, {"x-signature": "garbage"}, body(), id="garbage"),
        pytest.param(QUERY, {"x-signature": f"ts={SECONDS}"}, body(), id="no v1"),
        pytest.param(QUERY, {"x-signature": f"ts={SECONDS},v1=ação"}, body(), id="not ASCII"),
        pytest.param(QUERY, {"x-signature": f"ts={SECONDS},v1=\udcff"}, body(), id="not even text"),
        pytest.param(QUERY, signed(secret="other"), body(), id="another secret"),
        pytest.param(QUERY, signed(secret=""), body(), id="an empty secret"),
        pytest.param(QUERY, signed() | {"x-request-id": "r-2"}, body(), id="another request id"),
        pytest.param(QUERY, signed(ts=SECONDS - 8 * 86_400), body(), id="too old"),
        pytest.param(QUERY, signed(ts=SECONDS + 8 * 86_400), body(), id="from the future"),
        pytest.param(QUERY, signed(ts="9" * 5_000), body(), id="an endless time"),
        pytest.param(QUERY, signed(ts="soon"), body(), id="no time"),
        pytest.param(QUERY, signed(), b"{", id="no JSON"),
        pytest.param(QUERY, signed(), b"[]", id="no object"),
        pytest.param(QUERY, signed(), b"\xff", id="not UTF-8"),
        pytest.param(QUERY, signed(), body(padding="x" * 300_000), id="too large"),
    ],
)
def test_what_mercado_pago_has_not_said_is_forged(
    checkout: CheckoutGateway, wire: Wire, query: dict[str, str], headers: dict[str, str], told: bytes
) -> None:
    with pytest.raises(ForgedNotice):
        checkout.read_notice(query, headers, told)

    assert wire.asked == []


def test_what_is_not_about_payments_is_of_no_interest(checkout: CheckoutGateway) -> None:
    query = {"data.id": "57731", "type": "topic_merchant_order_wh"}

    assert checkout.read_notice(query, signed(), body(kind="topic_merchant_order_wh")) is None


def test_an_empty_secret_opens_no_door(clock: HeldClock) -> None:
    settings = MercadoPagoSettings(
        mercadopago_access_token=SecretStr(TOKEN), mercadopago_webhook_secret=SecretStr("")
    )
    gateway = CheckoutGateway(settings, clock)

    assert not gateway.takes_notices()
    with pytest.raises(ForgedNotice):
        gateway.read_notice(QUERY, signed(secret=""), body())


@pytest.mark.parametrize("request_id", ["r-1", None])
@pytest.mark.parametrize("ts", [SECONDS, SECONDS * 1000])
def test_the_sdk_reads_what_we_read(checkout: CheckoutGateway, ts: int, request_id: str | None) -> None:
    headers = signed(ts=ts, request_id=request_id)

    WebhookSignatureValidator.validate(headers["x-signature"], request_id, "57731", SECRET)
    assert checkout.read_notice(QUERY, headers, body())


def test_the_sdk_refuses_what_we_refuse(checkout: CheckoutGateway) -> None:
    headers = signed(secret="other")

    with pytest.raises(InvalidWebhookSignatureError):
        WebhookSignatureValidator.validate(headers["x-signature"], "r-1", "57731", SECRET)
    with pytest.raises(ForgedNotice):
        checkout.read_notice(QUERY, headers, body())
