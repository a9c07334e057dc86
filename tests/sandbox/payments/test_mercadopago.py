import asyncio
import base64
import io
import json
from collections.abc import Callable
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import mercadopago
import pytest
import zxingcpp
from aiohttp import ClientSession, web
from mercadopago.config import RequestOptions
from mercadopago.http import HttpClient
from mercadopago.webhook import InvalidWebhookSignatureError, WebhookSignatureValidator
from PIL import Image

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.mercadopago import MercadoPago
from bot.sandbox.payments.mercadopago.payers import Paying
from tests.sandbox.payments.conftest import Rung, Serve, Shop

Ask = Callable[..., Any]


class Loopback(HttpClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's own transport, turned towards another host."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def request(self, method: str, url: str, **said: Any) -> Any:
        return super().request(method, f"{self._origin}/mercadopago{urlsplit(url).path}", **said)


@pytest.fixture
async def played(clock: Clock, journal: Journal, serve: Serve) -> MercadoPago:
    origin: list[str] = []
    played = MercadoPago(clock, journal, public_url=lambda: origin[0])
    app = web.Application()
    app.add_routes([*played.routes(), *played.world_routes()])
    app.cleanup_ctx.append(played.running)
    origin.append(await serve(app))
    return played


@pytest.fixture
def origin(played: MercadoPago) -> str:
    return played.account.public_url()


@pytest.fixture
def ask(origin: str) -> Ask:
    """Call the official SDK in a thread, as it blocks; answers (status, body)."""
    sdk = mercadopago.SDK("TEST-sandbox", http_client=Loopback(origin))

    async def ask(resource: str, call: str, *said: Any, key: str | None = None) -> tuple[int, Any]:
        options = RequestOptions(custom_headers={"x-idempotency-key": key} if key else None)
        act = getattr(getattr(sdk, resource)(), call)
        answer = await asyncio.to_thread(act, *said, request_options=options)
        return answer["status"], answer["response"]

    return ask


def order(clock: Clock, **changes: Any) -> dict[str, Any]:
    end = (clock.now() + timedelta(minutes=45)).astimezone(timezone(timedelta(hours=-3)))
    return {
        "transaction_amount": 12.34,
        "payment_method_id": "pix",
        "description": "Créditos",
        "external_reference": "topup-7",
        "date_of_expiration": end.isoformat(timespec="milliseconds"),
        "payer": {"email": "ana@example.com"},
        "metadata": {"made_by": "shop"},
        **changes,
    }


def preference(**changes: Any) -> dict[str, Any]:
    return {
        "items": [{"title": "Créditos", "quantity": 1, "unit_price": 10.5, "currency_id": "BRL"}],
        "external_reference": "topup-8",
        "back_urls": {"success": "https://t.me/shop?start=paid_8"},
        "auto_return": "approved",
        "metadata": {"made_by": "shop"},
        **changes,
    }


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


async def test_a_page_may_gather_several_payments(ask: Ask, played: MercadoPago, origin: str) -> None:
    _, made = await ask("preference", "create", preference())
    played.pay_preference(made["id"], Paying("fail"))
    played.pay_preference(made["id"], Paying("twice"))

    _, found = await ask("payment", "search", {"external_reference": "topup-8", "criteria": "asc"})

    assert made["init_point"] == f"{origin}/pay/mercadopago/{made['id']}"
    assert [one["status"] for one in found["results"]] == ["rejected", "approved", "approved"]
    assert found["results"][0]["metadata"] == {"made_by": "shop"}
    assert found["paging"]["total"] == 3


async def test_the_index_may_lag_behind_the_payments(ask: Ask, played: MercadoPago, clock: Clock) -> None:
    played.switches.search_lag_seconds = 30
    await ask("payment", "create", order(clock))

    early = await ask(
        "payment", "search", {"range": "date_created", "begin_date": "NOW-1DAYS", "end_date": "NOW"}
    )
    clock.advance(30)
    late = await ask(
        "payment", "search", {"range": "date_created", "begin_date": "NOW-1DAYS", "end_date": "NOW"}
    )

    assert (len(early[1]["results"]), len(late[1]["results"])) == (0, 1)


@pytest.mark.parametrize("success", ["http://t.me/shop", "https://localhost/paid", "https://10.0.0.1/x", ""])
async def test_returning_by_itself_needs_a_public_address(ask: Ask, success: str) -> None:
    status, refused = await ask("preference", "create", preference(back_urls={"success": success}))

    assert (status, refused["error"]) == (400, "invalid_auto_return")


async def test_an_ended_page_takes_no_payment(
    ask: Ask, played: MercadoPago, origin: str, browser: ClientSession, clock: Clock
) -> None:
    _, made = await ask("preference", "create", preference())
    ended = {"expires": True, "expiration_date_to": order(clock)["date_of_expiration"]}
    await ask("preference", "update", made["id"], ended)

    clock.advance(45 * 60)

    answer = await browser.post(f"{origin}/world/mercadopago/preferences/{made['id']}/pay", json={})
    assert answer.status == 409


async def test_a_partly_refunded_payment_is_still_approved(
    ask: Ask, clock: Clock, played: MercadoPago
) -> None:
    _, made = await ask("payment", "create", order(clock))
    played.pay(made["id"])

    first = await ask("refund", "create", made["id"], {"amount": 2.34}, key="r1")
    again = await ask("refund", "create", made["id"], {"amount": 2.34}, key="r1")
    over, _ = await ask("refund", "create", made["id"], {"amount": 10.01}, key="r2")

    _, partly = await ask("payment", "get", made["id"])
    assert (first, over) == (again, 400)
    assert (partly["status"], partly["status_detail"]) == ("approved", "partially_refunded")
    assert partly["transaction_amount_refunded"] == 2.34
    await ask("refund", "create", made["id"], None, key="r3")
    assert (await ask("payment", "get", made["id"]))[1]["status"] == "refunded"
    assert played.account.ledger.balance() == {"BRL": Decimal(0)}


async def test_a_chargeback_takes_the_money_and_may_give_it_back(
    ask: Ask, clock: Clock, played: MercadoPago
) -> None:
    _, made = await ask("payment", "create", order(clock))
    played.pay(made["id"])

    case = played.dispute(made["id"])

    _, told = await ask("chargeback", "get", case["id"])
    _, open_case = await ask("payment", "get", made["id"])
    assert (told["payments"], open_case["status"], open_case["status_detail"]) == (
        [made["id"]],
        "charged_back",
        "in_process",
    )
    assert played.account.ledger.balance() == {"BRL": Decimal(0)}
    played.dispute(made["id"], "won")
    assert (await ask("payment", "get", made["id"]))[1]["status_detail"] == "reimbursed"
    assert played.account.ledger.balance() == {"BRL": Decimal("12.34")}


def validate(ring: Rung, secret: str = "mp-sandbox", **said: Any) -> None:
    WebhookSignatureValidator.validate(
        ring.headers.get("x-signature"), ring.headers["x-request-id"], ring.query["data.id"], secret, **said
    )


@pytest.mark.parametrize("unit", ["ms", "s"])
async def test_notices_bear_a_signature_that_the_official_sdk_accepts(
    ask: Ask, clock: Clock, played: MercadoPago, shop: Shop, unit: str
) -> None:
    played.switches.timestamps_in = unit
    played.deliveries.configure({"urls": [shop.url]})
    _, made = await ask("payment", "create", order(clock))
    played.pay(made["id"])
    await played.deliveries.settled()

    bodies = [json.loads(ring.body) for ring in shop.rings]

    assert [body["action"] for body in bodies] == ["payment.created", "payment.updated"]
    assert shop.rings[1].query == {"data.id": str(made["id"]), "type": "payment"}
    assert bodies[1]["data"] == {"id": str(made["id"])}
    validate(shop.rings[1])
    if unit == "s":
        validate(shop.rings[1], tolerance_seconds=60)


@pytest.mark.parametrize("signature", ["wrong", "absent"])
async def test_a_forged_notice_is_told_from_a_true_one(
    played: MercadoPago, shop: Shop, signature: Any
) -> None:
    played.deliveries.configure({"urls": [shop.url]})

    played.forge("123", signature)
    await played.deliveries.settled()

    with pytest.raises(InvalidWebhookSignatureError):
        validate(shop.rings[0])


async def test_a_payer_pays_on_the_page(ask: Ask, clock: Clock, origin: str, browser: ClientSession) -> None:
    _, made = await ask("payment", "create", order(clock))
    form = {"outcome": "paid", "amount": "1.00", "back": f"/pay/pix/{made['id']}"}

    answer = await browser.post(f"{origin}/world/mercadopago/payments/{made['id']}/pay", data=form)

    assert answer.status == 200
    assert "SANDBOX" in await answer.text()
    assert (await ask("payment", "get", made["id"]))[1]["transaction_amount"] == 1
