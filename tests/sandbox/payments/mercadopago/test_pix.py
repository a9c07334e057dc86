import base64
import io
from typing import Any

import pytest
import zxingcpp
from aiohttp import ClientSession
from PIL import Image

from bot.sandbox.clock import Clock
from bot.sandbox.payments.mercadopago import MercadoPago
from bot.sandbox.payments.mercadopago.payers import Paying
from tests.sandbox.payments.mercadopago.conftest import Ask
from tests.sandbox.payments.mercadopago.orders import order


async def test_a_pix_waits_with_a_code_that_a_bank_can_read(ask: Ask, clock: Clock, origin: str) -> None:
    status, made = await ask("payment", "create", order(clock))

    told = made["point_of_interaction"]["transaction_data"]
    picture = Image.open(io.BytesIO(base64.b64decode(told["qr_code_base64"])))
    assert (status, made["status"], made["status_detail"]) == (201, "pending", "pending_waiting_transfer")
    assert (made["transaction_amount"], made["currency_id"], made["live_mode"]) == (12.34, "BRL", False)
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [told["qr_code"]]
    assert told["ticket_url"] == f"{origin}/pay/pix/{made['id']}"
    assert made["collector_id"] == (await ask("user", "get"))[1]["id"]


async def test_an_image_may_be_missing(ask: Ask, clock: Clock, played: MercadoPago) -> None:
    played.switches.draws_image = False

    _, made = await ask("payment", "create", order(clock))

    assert "qr_code_base64" not in made["point_of_interaction"]["transaction_data"]


async def test_a_pasted_code_pays_its_payment_once(
    ask: Ask, clock: Clock, origin: str, browser: ClientSession
) -> None:
    _, made = await ask("payment", "create", order(clock))
    code = made["point_of_interaction"]["transaction_data"]["qr_code"]

    first = await browser.post(f"{origin}/world/mercadopago/pix", json={"code": code})
    second = await browser.post(f"{origin}/world/mercadopago/pix", json={"code": code})

    _, paid = await ask("payment", "get", made["id"])
    assert (first.status, second.status) == (200, 409)
    assert (paid["status"], paid["status_detail"]) == ("approved", "accredited")
    ledger = await (await browser.get(f"{origin}/world/mercadopago/ledger")).json()
    assert ledger["references"] == {"topup-7": {"BRL": "12.34"}}


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"transaction_amount": "12.34"}, 4037),
        ({"transaction_amount": 12.345}, 4037),
        ({"transaction_amount": 0}, 4037),
        ({"payer": {}}, 4050),
        ({"payer": {"emial": "ana@example.com"}}, 1),
        ({"payer": {"email": "loja@sandbox.invalid"}}, 2034),
        ({"date_of_expiration": "2026-11-22T18:30:00-03:00"}, 1001),
        ({"date_of_expiration": "2020-11-22T18:30:00.000-03:00"}, 4047),
        ({"payment_method_id": None}, 4021),
    ],
)
async def test_what_mercado_pago_would_refuse_is_refused(
    ask: Ask, clock: Clock, change: dict[str, Any], cause: int
) -> None:
    status, refused = await ask("payment", "create", order(clock, **change))

    assert (status, refused["status"], refused["cause"][0]["code"]) == (400, 400, cause)


async def test_a_payment_without_a_key_is_refused(origin: str, clock: Clock, browser: ClientSession) -> None:
    headers = {"Authorization": "Bearer TEST-sandbox"}

    answer = await browser.post(f"{origin}/mercadopago/v1/payments", json=order(clock), headers=headers)

    assert (answer.status, (await answer.json())["cause"][0]["code"]) == (400, 4292)


async def test_the_same_key_makes_one_payment(ask: Ask, clock: Clock) -> None:
    _, first = await ask("payment", "create", order(clock), key="topup-7")

    _, second = await ask("payment", "create", order(clock), key="topup-7")
    status, _ = await ask("payment", "create", order(clock, transaction_amount=1), key="topup-7")

    assert first == second
    assert status == 409


async def test_a_stranger_is_not_let_in(origin: str, browser: ClientSession) -> None:
    answer = await browser.get(f"{origin}/mercadopago/users/me", headers={"Authorization": "Bearer other"})

    assert answer.status == 401


async def test_an_unpaid_pix_expires_and_cannot_be_paid_then(
    ask: Ask, clock: Clock, origin: str, browser: ClientSession
) -> None:
    _, made = await ask("payment", "create", order(clock))

    clock.advance(45 * 60)

    _, over = await ask("payment", "get", made["id"])
    late = await browser.post(f"{origin}/world/mercadopago/payments/{made['id']}/pay", json={})
    assert (over["status"], over["status_detail"], late.status) == ("cancelled", "expired", 409)


async def test_a_review_may_end_after_the_deadline(ask: Ask, clock: Clock, played: MercadoPago) -> None:
    _, made = await ask("payment", "create", order(clock))
    played.pay(made["id"], Paying("late"))

    clock.advance(46 * 60)

    assert (await ask("payment", "get", made["id"]))[1]["status"] == "approved"


async def test_only_what_nobody_paid_can_be_called_off(ask: Ask, clock: Clock, played: MercadoPago) -> None:
    _, free = await ask("payment", "create", order(clock))
    _, paid = await ask("payment", "create", order(clock))
    played.pay(paid["id"])

    status, called_off = await ask("payment", "update", free["id"], {"status": "cancelled"})
    refused, _ = await ask("payment", "update", paid["id"], {"status": "cancelled"})

    assert (status, called_off["status"], called_off["status_detail"]) == (200, "cancelled", "by_collector")
    assert refused == 400


async def test_a_payer_pays_on_the_page(ask: Ask, clock: Clock, origin: str, browser: ClientSession) -> None:
    _, made = await ask("payment", "create", order(clock))
    form = {"outcome": "paid", "amount": "1.00", "back": f"/pay/pix/{made['id']}"}

    answer = await browser.post(f"{origin}/world/mercadopago/payments/{made['id']}/pay", data=form)

    assert answer.status == 200
    assert "SANDBOX" in await answer.text()
    assert (await ask("payment", "get", made["id"]))[1]["transaction_amount"] == 1
