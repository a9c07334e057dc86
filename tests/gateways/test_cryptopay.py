import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from services.errors import ForgedNotice, GatewayRefused, GatewayUnavailable
from services.gateways.cryptopay import CryptoPayGateway, CryptoPaySettings, build
from services.ports.gateway import Bill, Office, OpenTopup, PaymentState, RefundOrder
from tests.gateways.conftest import NOW, TOPUP_ID, HeldClock
from tests.gateways.wire import Reply, Wire

TOKEN = "12345:AAzQcZWQqQAbsfgPnOLr4FHC8Doa4L7KryC"
CREATE, LIST, DELETE = "POST /api/createInvoice", "POST /api/getInvoices", "POST /api/deleteInvoice"


def invoice(**values: Any) -> dict[str, Any]:
    told = {
        "invoice_id": 528890,
        "hash": "IVDoTcNBYEfk",
        "currency_type": "fiat",
        "fiat": "BRL",
        "amount": "10",
        "status": "active",
        "payload": str(TOPUP_ID),
        "bot_invoice_url": "https://t.me/CryptoBot?start=IVDoTcNBYEfk",
        "created_at": "2026-11-22T18:00:00.000Z",
        "expiration_date": "2026-11-22T18:30:00.000Z",
    }
    return told | values


def paid(**values: Any) -> dict[str, Any]:
    return invoice(status="paid", paid_at="2026-11-22T18:00:00.000Z", paid_asset="USDT", **values)


def well(result: Any) -> dict[str, Any]:
    return {"ok": True, "result": result}


def items(*invoices: dict[str, Any]) -> dict[str, Any]:
    return well({"items": list(invoices)})


def refused(name: str, status: int = 400) -> Reply:
    return Reply({"ok": False, "error": {"code": status, "name": name}}, status)


@pytest.fixture
async def gateway(wire: Wire, clock: HeldClock) -> AsyncIterator[CryptoPayGateway]:
    settings = CryptoPaySettings(cryptopay_token=SecretStr(TOKEN), cryptopay_api_url=f"{wire.address}/")
    gateway = CryptoPayGateway(settings, clock)
    yield gateway
    await gateway.aclose()
    assert all(asked.headers["Crypto-Pay-API-Token"] == TOKEN for asked in wire.asked)


@pytest.fixture
def awaited(topup: OpenTopup) -> OpenTopup:
    return replace(topup, order_id="528890")


async def test_a_bill_becomes_an_invoice_in_its_own_currency(
    gateway: CryptoPayGateway, wire: Wire, bill: Bill
) -> None:
    wire.on(LIST, items())
    wire.on(CREATE, well(invoice()))

    opened = await gateway.open(bill)

    assert (opened.order_id, opened.link) == ("528890", "https://t.me/CryptoBot?start=IVDoTcNBYEfk")
    assert opened.expires_at == NOW + timedelta(minutes=30)
    sent = wire.asked[1].json()
    assert (sent["currency_type"], sent["fiat"], sent["amount"]) == ("fiat", "BRL", "10.00")
    assert (sent["payload"], sent["expires_in"]) == (str(TOPUP_ID), 2100)


async def test_the_same_bill_again_finds_its_invoice(
    gateway: CryptoPayGateway, wire: Wire, bill: Bill
) -> None:
    wire.on(LIST, items(invoice(invoice_id=1, payload="another"), invoice()))

    opened = await gateway.open(bill)

    assert opened.order_id == "528890"
    assert wire.routes() == [LIST]


@pytest.mark.parametrize("wrong", [{"fiat": "USD"}, {"amount": "1"}])
async def test_an_invoice_over_other_money_is_not_shown(
    gateway: CryptoPayGateway, wire: Wire, bill: Bill, wrong: dict[str, str]
) -> None:
    wire.on(LIST, items())
    wire.on(CREATE, well(invoice(**wrong)))

    with pytest.raises(GatewayRefused):
        await gateway.open(bill)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (invoice(), PaymentState.WAITING),
        (paid(), PaymentState.PAID),
        (invoice(status="expired"), PaymentState.FAILED),
        (invoice(status="of tomorrow"), PaymentState.WAITING),
    ],
)
async def test_an_invoice_is_one_payment(
    gateway: CryptoPayGateway, wire: Wire, awaited: OpenTopup, told: dict[str, Any], state: PaymentState
) -> None:
    wire.on(LIST, items(told))

    (payment,) = await gateway.fetch(awaited)

    assert (payment.payment_id, payment.state, payment.reference) == ("528890", state, str(TOPUP_ID))
    assert (payment.amount, payment.currency) == (Decimal(10), "BRL")
    assert wire.asked[0].json()["invoice_ids"] == "528890"


async def test_closing_deletes_the_invoice(gateway: CryptoPayGateway, wire: Wire, awaited: OpenTopup) -> None:
    wire.on(DELETE, well(result=True))

    await gateway.close(awaited)

    assert wire.asked[0].json() == {"invoice_id": 528890}


async def test_closing_what_has_ended_is_fine(
    gateway: CryptoPayGateway, wire: Wire, awaited: OpenTopup
) -> None:
    wire.on(DELETE, refused("INVOICE_NOT_FOUND"))
    wire.on(LIST, items(paid()))

    await gateway.close(awaited)


async def test_closing_that_is_refused_on_an_open_invoice_says_so(
    gateway: CryptoPayGateway, wire: Wire, awaited: OpenTopup
) -> None:
    wire.on(DELETE, refused("METHOD_DISABLED"))
    wire.on(LIST, items(invoice()))

    with pytest.raises(GatewayRefused, match="METHOD_DISABLED"):
        await gateway.close(awaited)


async def test_nothing_is_ever_sent_back(gateway: CryptoPayGateway, wire: Wire) -> None:
    with pytest.raises(GatewayRefused) as caught:
        await gateway.refund(RefundOrder("r-1", "528890", Decimal(10), "BRL", is_whole=True))

    assert caught.value.code == "not_offered"
    assert wire.asked == []


async def test_what_came_in_lately_is_ours_and_late(gateway: CryptoPayGateway, wire: Wire) -> None:
    old = paid(invoice_id=2) | {"paid_at": "2026-11-01T18:00:00.000Z"}
    wire.on(LIST, items(paid(), old, paid(invoice_id=3, payload="another shop's")))

    payments = await gateway.recent(NOW - timedelta(days=1))

    assert [payment.payment_id for payment in payments] == ["528890"]


async def test_what_rang_leads_to_its_topup(gateway: CryptoPayGateway, wire: Wire) -> None:
    wire.on(LIST, items(paid()), items(), items(paid(payload=None)))

    assert [await gateway.locate("528890") for _ in range(3)] == [TOPUP_ID, None, None]


async def test_the_credentials_are_tried_by_asking_who_we_are(gateway: CryptoPayGateway, wire: Wire) -> None:
    wire.on(
        "POST /api/getMe", well({"app_id": 7, "name": "Shop", "payment_processing_bot_username": "CryptoBot"})
    )

    assert await gateway.check() == "app 7 Shop"


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"ok": False, "error": {"code": 500, "name": "INTERNAL"}}, 500),
        refused("TOO_MANY_REQUESTS", 429),
        "drop",
        "reset",
        "malformed",
        Reply(items(paid()), padding_bytes=5_000_000),
        "senseless",
        Reply({"ok": True, "result": {"items": [{}]}}),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
async def test_an_answer_that_says_nothing_is_asked_for_later(
    gateway: CryptoPayGateway, wire: Wire, awaited: OpenTopup, reply: Any
) -> None:
    wire.on(LIST, reply)

    with pytest.raises(GatewayUnavailable):
        await gateway.fetch(awaited)


async def test_a_definite_no_carries_its_word(
    gateway: CryptoPayGateway, wire: Wire, awaited: OpenTopup
) -> None:
    wire.on(LIST, refused("UNAUTHORIZED", 401))

    with pytest.raises(GatewayRefused) as caught:
        await gateway.fetch(awaited)

    assert caught.value.code == "UNAUTHORIZED"
    assert TOKEN not in str(caught.value)


def update(kind: str = "invoice_paid", payload: dict[str, Any] | None = None) -> bytes:
    told = {"update_id": 31, "update_type": kind, "request_date": "2026-11-22T18:00:00Z", "payload": payload}
    return json.dumps(told).encode()


def signed(body: bytes, token: str = TOKEN) -> dict[str, str]:
    """Sign as the documents say: the key is the token's hash."""
    key = hashlib.sha256(token.encode()).digest()
    return {"Crypto-Pay-Api-Signature": hmac.new(key, body, hashlib.sha256).hexdigest()}


def test_a_genuine_notice_tells_what_rang(gateway: CryptoPayGateway) -> None:
    body = update(payload=paid())

    notice = gateway.read_notice({}, signed(body), body)

    assert notice
    assert (notice.external_id, notice.about) == ("528890:paid", "528890")


def test_what_is_not_a_payment_is_of_no_interest(gateway: CryptoPayGateway) -> None:
    body = update("of tomorrow")

    assert gateway.read_notice({}, signed(body), body) is None


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(update(payload=paid()), {}, id="no signature"),
        pytest.param(update(payload=paid()), signed(b"{}"), id="another body"),
        pytest.param(update(payload=paid()), signed(update(payload=paid()), "1:other"), id="another token"),
        pytest.param(update(payload=paid()), {"crypto-pay-api-signature": "ação"}, id="not ASCII"),
        pytest.param(update(payload=paid()), {"crypto-pay-api-signature": "\udcff"}, id="not even text"),
        pytest.param(b"{", signed(b"{"), id="no JSON"),
        pytest.param(b"[]", signed(b"[]"), id="no update"),
    ],
)
def test_what_cryptopay_has_not_said_is_forged(
    gateway: CryptoPayGateway, wire: Wire, body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(ForgedNotice):
        gateway.read_notice({}, headers, body)

    assert wire.asked == []


async def test_without_a_token_the_gateway_is_off(clock: HeldClock) -> None:
    office = Office(clock, "BRL")

    assert build(office, CryptoPaySettings(cryptopay_token=SecretStr(""))) is None
    assert build(office, CryptoPaySettings(cryptopay_token=SecretStr(TOKEN)))
