import asyncio
from typing import Any

import pytest

from tests.sandbox.telegram.conftest import Phone

INVOICE: dict[str, Any] = {
    "title": "Credits",
    "description": "R$ 25,00",
    "payload": "topup:7",
    "currency": "XTR",
    "prices": [{"label": "Credits", "amount": 960}],
}
YES = {"ok": True}
NO = {"ok": False, "error_message": "This bill has expired"}


async def pay(phone: Phone, person: int, verdict: dict[str, Any], **how: Any) -> dict[str, Any]:
    """Pay, with a bot that gives this verdict."""
    async with asyncio.TaskGroup() as group:
        payment = group.create_task(phone.do(f"/people/{person}/pay", **how))
        (update,) = await phone.updates(timeout=5)
        question = update["pre_checkout_query"]
        assert (question["currency"], question["total_amount"]) == ("XTR", 960)
        assert question["invoice_payload"] == "topup:7"
        await phone.call("answerPreCheckoutQuery", pre_checkout_query_id=question["id"], **verdict)
    paid: dict[str, Any] = payment.result()
    return paid


async def stars_of(phone: Phone, person: int) -> int:
    people = await phone.see("/people")
    return int(next(one["stars"] for one in people if one["id"] == person))


async def bill(phone: Phone, person: int) -> int:
    sent = await phone.call("sendInvoice", chat_id=person, **INVOICE)
    return int(sent["message_id"])


async def test_a_paid_invoice_moves_stars_and_tells_the_bot(phone: Phone, ana: int) -> None:
    message_id = await bill(phone, ana)

    paid = await pay(phone, ana, YES, message_id=message_id)

    (update,) = await phone.updates()
    payment = update["message"]["successful_payment"]
    assert paid == {"ok": True, "charge_id": payment["telegram_payment_charge_id"]}
    assert (payment["total_amount"], payment["invoice_payload"]) == (960, "topup:7")
    assert await stars_of(phone, ana) == 10_000 - 960
    assert (await phone.see(f"/people/{ana}/chat"))["messages"][-2]["paid"] is True
    assert await phone.call("getMyStarBalance") == {"amount": 960}
    ((told),) = (await phone.call("getStarTransactions"))["transactions"]
    assert told["id"] == paid["charge_id"]
    assert told["source"]["invoice_payload"] == "topup:7"


async def test_an_invoice_shows_a_button_to_pay_first(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendInvoice", chat_id=ana, **INVOICE)
    tap = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    refusal = await phone.refusal("sendInvoice", chat_id=ana, **INVOICE, reply_markup=tap)

    assert sent["reply_markup"] == {"inline_keyboard": [[{"text": "Pay ⭐️960", "pay": True}]]}
    assert refusal == "Bad Request: BUTTON_TYPE_INVALID"


async def test_an_invoice_is_paid_once_but_a_link_again_and_again(phone: Phone, ana: int) -> None:
    message_id = await bill(phone, ana)
    slug = (await phone.call("createInvoiceLink", **INVOICE)).removeprefix("https://t.me/$")
    await pay(phone, ana, YES, message_id=message_id)

    refused = await phone.do(f"/people/{ana}/pay", 400, message_id=message_id)
    await phone.updates()
    first = await pay(phone, ana, YES, slug=slug)
    await phone.updates()
    second = await pay(phone, ana, YES, slug=slug)

    assert refused["error"] == "this invoice has been paid already"
    assert first["charge_id"] != second["charge_id"]


async def test_the_bots_no_stops_a_payment(phone: Phone, ana: int) -> None:
    paid = await pay(phone, ana, NO, message_id=await bill(phone, ana))

    assert paid == {"ok": False, "error": "This bill has expired"}
    assert await stars_of(phone, ana) == 10_000


async def test_a_person_may_turn_back(phone: Phone, ana: int) -> None:
    paid = await pay(phone, ana, YES, message_id=await bill(phone, ana), outcome="decline")

    assert paid == {"ok": False, "error": "PAYMENT_DECLINED"}
    assert await stars_of(phone, ana) == 10_000


async def test_silence_ends_a_payment_after_ten_seconds(phone: Phone, ana: int) -> None:
    message_id = await bill(phone, ana)
    async with asyncio.TaskGroup() as group:
        payment = group.create_task(phone.do(f"/people/{ana}/pay", message_id=message_id))
        (update,) = await phone.updates(timeout=5)
        phone.clock.advance(10)

    late = await phone.refusal(
        "answerPreCheckoutQuery", pre_checkout_query_id=update["pre_checkout_query"]["id"], ok=True
    )

    assert payment.result() == {"ok": False, "error": "BOT_PRECHECKOUT_TIMEOUT"}
    assert late.startswith("Bad Request: query is too old")


async def test_too_few_stars_pay_nothing(phone: Phone, ana: int) -> None:
    await phone.do(f"/people/{ana}", verb="PATCH", stars=959)

    paid = await phone.do(f"/people/{ana}/pay", message_id=await bill(phone, ana))

    assert paid == {"ok": False, "error": "BALANCE_TOO_LOW"}
    assert await phone.updates() == []


async def test_a_refund_gives_the_stars_back_once(phone: Phone, ana: int) -> None:
    paid = await pay(phone, ana, YES, message_id=await bill(phone, ana))
    await phone.updates()
    charge = {"user_id": ana, "telegram_payment_charge_id": paid["charge_id"]}

    await phone.call("refundStarPayment", **charge)

    (update,) = await phone.updates()
    assert update["message"]["refunded_payment"]["telegram_payment_charge_id"] == paid["charge_id"]
    assert await stars_of(phone, ana) == 10_000
    assert await phone.call("getMyStarBalance") == {"amount": 0}
    transactions = (await phone.call("getStarTransactions"))["transactions"]
    assert [("source" in one, "receiver" in one) for one in transactions] == [(True, False), (False, True)]
    assert len({one["id"] for one in transactions}) == 1
    assert await phone.refusal("refundStarPayment", **charge) == "Bad Request: CHARGE_ALREADY_REFUNDED"


async def test_telegram_itself_may_take_a_payment_back(phone: Phone, ana: int) -> None:
    paid = await pay(phone, ana, YES, message_id=await bill(phone, ana))
    await phone.updates()

    await phone.do(f"/people/{ana}/refund_stars", charge_id=paid["charge_id"])

    (update,) = await phone.updates()
    assert update["message"]["refunded_payment"]["invoice_payload"] == "topup:7"


async def test_only_the_payer_is_given_back(phone: Phone, ana: int) -> None:
    bea = await phone.do("/people", first_name="Bea")
    paid = await pay(phone, ana, YES, message_id=await bill(phone, ana))

    charge = {"user_id": bea["id"], "telegram_payment_charge_id": paid["charge_id"]}

    assert await phone.refusal("refundStarPayment", **charge) == "Bad Request: CHARGE_NOT_FOUND"


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"prices": []}, "there must be at least one price"),
        ({"prices": [{"label": "a", "amount": 1}] * 2}, "STARS_INVOICE_INVALID"),
        ({"prices": [{"label": "a", "amount": 1.5}]},
         'can\'t parse labeled price: Can\'t parse "amount" as Number'),
        ({"prices": [{"label": "a", "amount": 0}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [{"amount": 1}]}, 'can\'t parse labeled price: Can\'t find field "label"'),
        ({"title": "a" * 33}, "INVOICE_TITLE_INVALID"),
        ({"description": "a" * 256}, "INVOICE_DESCRIPTION_INVALID"),
        ({"payload": "é" * 65}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": "BRL"}, "PAYMENT_PROVIDER_INVALID"),
        ({"title": ""}, 'parameter "title" is required'),
    ],
)  # fmt: skip
async def test_a_wrong_invoice_is_refused(
    phone: Phone, ana: int, wrong: dict[str, Any], refusal: str
) -> None:
    assert await phone.refusal("createInvoiceLink", **{**INVOICE, **wrong}) == f"Bad Request: {refusal}"
