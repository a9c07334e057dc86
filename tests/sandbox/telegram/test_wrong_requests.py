from typing import Any

import pytest

from bot.sandbox.telegram.server import DEFAULT_TOKEN
from tests.sandbox.telegram.conftest import Phone


async def test_a_form_is_read_like_json(phone: Phone, ana: int) -> None:
    form = {"chat_id": str(ana), "text": "a", "reply_markup": '{"inline_keyboard": []}'}
    async with phone.session.post(f"{phone.address}/bot{DEFAULT_TOKEN}/SENDMESSAGE", data=form) as reply:
        answer = await reply.json()

    assert answer["result"]["text"] == "a"


@pytest.mark.parametrize(
    ("kind", "body", "refusal"),
    [
        ("application/json", b"{", "can't parse request: can't parse JSON object"),
        ("application/json", b"[]", "can't parse request: JSON object expected"),
        ("application/json", b'"\xff"', "strings must be encoded in UTF-8"),
        ("multipart/form-data; boundary=x", b"--y", "can't parse request: wrong multipart/form-data"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    phone: Phone, kind: str, body: bytes, refusal: str
) -> None:
    address = f"{phone.address}/bot{DEFAULT_TOKEN}/sendMessage"
    async with phone.session.post(address, data=body, headers={"Content-Type": kind}) as reply:
        answer = await reply.json()

    assert (reply.status, answer["description"]) == (400, f"Bad Request: {refusal}")


@pytest.mark.parametrize(
    ("path", "given", "sentence"),
    [
        ("/people", {}, "a person needs a first_name"),
        ("/people", {"first_name": "A", "id": 700000001}, "there is somebody with the id 700000001 already"),
        ("/people/700000001/say", {"text": " "}, "a message has between 1 and 4096 characters"),
        ("/people/700000001/tap", {"message_id": 5, "data": "a"}, "there is no such message"),
        ("/people/700000001/tap", {"message_id": "5"}, "message_id should be a number"),
        ("/people/700000001/tap", {"message_id": 1.5}, "message_id should be a whole number"),
        ("/people/700000001/tap", {"message_id": 5, "times": 101}, "times should be between 1 and 100"),
        ("/people/700000001/pay", {"message_id": 5}, "there is no such invoice"),
        ("/people/700000001/refund_stars", {"charge_id": "x"}, "there is no such payment"),
        ("/faults", {}, "name the method that should fail, or * for any"),
        ("/faults", {"method": "*", "reset": "never"}, "reset should be before or after"),
        ("/pace", {"burst": 0}, "a pace is more than nothing, and a burst one message at least"),
    ],
)
async def test_the_world_says_why_it_does_not_do_something(
    phone: Phone, ana: int, path: str, given: dict[str, Any], sentence: str
) -> None:
    assert (await phone.do(path, 400, **given))["error"] == sentence


async def test_whoever_blocked_the_bot_says_nothing_and_nobody_is_not_there(phone: Phone, ana: int) -> None:
    await phone.do(f"/people/{ana}", verb="PATCH", blocked=True, first_name="Anna", language_code="en")

    silent = await phone.do(f"/people/{ana}/say", 400, text="hi")
    nobody = await phone.do("/people/5/say", 404, text="hi")

    assert silent["error"] == "Anna has blocked the bot; unblock it first"
    assert nobody["error"] == "there is nobody with the id 5"
