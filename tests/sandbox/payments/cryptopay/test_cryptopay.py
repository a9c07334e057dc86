import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.sandbox.clock import Clock
from bot.sandbox.payments.cryptopay import CryptoPay
from tests.sandbox.payments.conftest import Shop

Ask = Callable[..., Awaitable[Any]]
_BILL = {"currency_type": "fiat", "fiat": "BRL", "amount": "10.50", "payload": "topup-7", "expires_in": 1800}


@pytest.fixture
def ask(origin: str, browser: ClientSession) -> Ask:
    async def ask(method: str, token: str = "sandbox-cryptopay", **said: Any) -> Any:
        headers = {"Crypto-Pay-API-Token": token}
        async with browser.post(f"{origin}/cryptopay/api/{method}", json=said, headers=headers) as answer:
            return await answer.json()

    return ask


async def test_a_paid_invoice_says_what_was_paid_in(ask: Ask, played: CryptoPay, origin: str) -> None:
    made = (await ask("createInvoice", **_BILL))["result"]

    played.pay(made["invoice_id"], asset="TON")

    (paid,) = (await ask("getInvoices", invoice_ids=str(made["invoice_id"])))["result"]["items"]
    assert made["bot_invoice_url"] == f"{origin}/pay/crypto/{made['hash']}"
    assert (made["status"], made["amount"], made["fiat"]) == ("active", "10.5", "BRL")
    assert (paid["status"], paid["paid_asset"], paid["paid_amount"]) == ("paid", "TON", "0.42")
    assert played.ledger()["references"] == {"topup-7": {"BRL": "10.50"}}


async def test_a_notice_is_signed_with_the_hash_of_the_token(ask: Ask, played: CryptoPay, shop: Shop) -> None:
    played.deliveries.configure({"urls": [shop.url]})
    made = (await ask("createInvoice", **_BILL))["result"]

    played.pay(made["invoice_id"])
    await played.deliveries.settled()

    key = hashlib.sha256(b"sandbox-cryptopay").digest()
    body = json.loads(shop.rings[0].body)
    assert (body["update_type"], body["payload"]["invoice_id"]) == ("invoice_paid", made["invoice_id"])
    signature = shop.rings[0].headers["crypto-pay-api-signature"]
    assert signature == hmac.new(key, shop.rings[0].body, hashlib.sha256).hexdigest()


async def test_an_invoice_ends_and_takes_no_payment_then(
    ask: Ask, clock: Clock, origin: str, browser: ClientSession
) -> None:
    made = (await ask("createInvoice", **_BILL))["result"]

    clock.advance(1800)

    late = await browser.post(f"{origin}/world/cryptopay/invoices/{made['invoice_id']}/pay", json={})
    (ended,) = (await ask("getInvoices"))["result"]["items"]
    assert (late.status, ended["status"]) == (409, "expired")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"amount": 10.5}, "AMOUNT_INVALID"),
        ({"amount": "-1"}, "AMOUNT_INVALID"),
        ({"fiat": "XYZ"}, "FIAT_INVALID"),
        ({"expires_in": 2_678_401}, "EXPIRES_IN_INVALID"),
        ({"payload": "x" * 4097}, "PAYLOAD_TOO_LONG"),
        ({"paid_btn_name": "openBot"}, "PAID_BTN_URL_INVALID"),
        ({"colour": "red"}, "UNKNOWN_PARAMETER_COLOUR"),
    ],
)
async def test_what_crypto_pay_would_refuse_is_refused(ask: Ask, change: dict[str, Any], name: str) -> None:
    refused = await ask("createInvoice", **(_BILL | change))

    assert refused == {"ok": False, "error": {"code": 400, "name": name}}


async def test_a_stranger_is_not_let_in(ask: Ask) -> None:
    assert (await ask("getMe", token="other"))["error"] == {"code": 401, "name": "UNAUTHORIZED"}
    assert (await ask("getMoney"))["error"]["name"] == "METHOD_NOT_FOUND"


async def test_a_deleted_invoice_is_gone(ask: Ask) -> None:
    made = (await ask("createInvoice", **_BILL))["result"]

    assert (await ask("deleteInvoice", invoice_id=made["invoice_id"])) == {"ok": True, "result": True}
    assert (await ask("getInvoices"))["result"] == {"items": []}


async def test_money_sent_back_leaves_the_ledger(
    ask: Ask, played: CryptoPay, origin: str, browser: ClientSession
) -> None:
    made = (await ask("createInvoice", **_BILL))["result"]
    played.pay(made["invoice_id"])
    refund = f"{origin}/world/cryptopay/invoices/{made['invoice_id']}/refund"

    first = await browser.post(refund, json={"amount": "0.50"})
    over = await browser.post(refund, json={"amount": "10.01"})

    assert (first.status, over.status) == (200, 409)
    assert played.ledger()["balance"] == {"BRL": "10.00"}


async def test_a_payer_pays_on_the_page(ask: Ask, origin: str, browser: ClientSession) -> None:
    made = (await ask("createInvoice", **_BILL))["result"]
    form = {"outcome": "paid", "asset": "USDT", "back": f"/pay/crypto/{made['hash']}"}

    answer = await browser.post(f"{origin}/world/cryptopay/invoices/{made['hash']}/pay", data=form)

    assert answer.status == 200
    assert "SANDBOX" in await answer.text()
    assert (await ask("getInvoices", status="paid"))["result"]["items"][0]["paid_amount"] == "2.1"
