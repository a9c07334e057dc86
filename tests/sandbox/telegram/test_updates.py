import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.sandbox.telegram.conftest import Phone, until


async def say(phone: Phone, person: int, *texts: str) -> list[int]:
    said = [await phone.do(f"/people/{person}/say", text=text) for text in texts]
    return [one["update_id"] for one in said]


async def test_updates_are_told_until_a_later_offset_confirms_them(phone: Phone, ana: int) -> None:
    one, two, three = await say(phone, ana, "1", "2", "3")

    assert numbers(await phone.call("getUpdates")) == [one, two, three]
    assert numbers(await phone.call("getUpdates", limit=1)) == [one]
    assert numbers(await phone.call("getUpdates", offset=two)) == [two, three]
    assert numbers(await phone.call("getUpdates")) == [two, three]
    assert numbers(await phone.call("getUpdates", offset=three + 1)) == []


async def test_a_negative_offset_keeps_the_last_ones_alone(phone: Phone, ana: int) -> None:
    _, two, three = await say(phone, ana, "1", "2", "3")

    assert numbers(await phone.call("getUpdates", offset=-2)) == [two, three]
    assert numbers(await phone.call("getUpdates")) == [two, three]


async def test_a_poll_waits_for_what_comes(phone: Phone, ana: int) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(phone.call("getUpdates", timeout=30))
        await until(lambda: phone.is_polled)
        (said,) = await say(phone, ana, "hi")

    assert numbers(poll.result()) == [said]


async def test_of_two_pollers_the_first_is_told_of_the_conflict(phone: Phone, ana: int) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(phone.ask("getUpdates", timeout=30))
        await until(lambda: phone.is_polled)
        await phone.call("getUpdates")

    assert first.result()["error_code"] == 409
    assert first.result()["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_a_held_poll_can_be_ended(phone: Phone) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(phone.ask("getUpdates", timeout=30))
        await until(lambda: phone.is_polled)
        await phone.do("/reset_poller")

    assert poll.result()["error_code"] == 409


async def test_kinds_that_are_not_wanted_do_not_come(phone: Phone, ana: int) -> None:
    await phone.call("getUpdates", allowed_updates=["callback_query"])

    await say(phone, ana, "unheard")

    assert await phone.call("getUpdates") == []


async def test_updates_are_kept_for_a_day(phone: Phone, ana: int) -> None:
    await say(phone, ana, "yesterday")

    phone.clock.advance(25 * 3600)

    assert await phone.call("getUpdates") == []


class Shop:
    """A webhook that takes updates, or not, as it is told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.secrets: list[str] = []
        self.status = 200
        self.came = asyncio.Event()

    async def hear(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.heard.append(await request.json())
        self.came.set()
        return web.Response(status=self.status)

    async def wait_for(self, count: int) -> None:
        while len(self.heard) < count:
            self.came.clear()
            await asyncio.wait_for(self.came.wait(), 5)


@pytest.fixture
async def shop() -> AsyncIterator[tuple[Shop, str]]:
    shop = Shop()
    application = web.Application()
    application.add_routes([web.post("/telegram", shop.hear)])
    server = TestServer(application)
    async with server:
        yield shop, str(server.make_url("/telegram"))


async def test_a_webhook_is_brought_updates_with_its_secret(
    phone: Phone, ana: int, shop: tuple[Shop, str]
) -> None:
    listening, address = shop
    await phone.call("setWebhook", url=address, secret_token="s-1")

    (one,) = await say(phone, ana, "1")
    await listening.wait_for(1)
    (two,) = await say(phone, ana, "2")
    await listening.wait_for(2)

    assert numbers(listening.heard) == [one, two]
    assert listening.secrets == ["s-1", "s-1"]
    refusal = await phone.refusal("getUpdates")
    assert refusal.startswith("Conflict: can't use getUpdates method while webhook is active")


async def test_what_a_webhook_did_not_take_comes_again_and_in_order(
    phone: Phone, ana: int, shop: tuple[Shop, str]
) -> None:
    listening, address = shop
    listening.status = 503
    await phone.call("setWebhook", url=address)
    one, two = await say(phone, ana, "1", "2")
    await listening.wait_for(1)
    told = await webhook_with_an_error(phone)

    listening.status = 200
    phone.clock.advance(1)
    await listening.wait_for(3)

    assert told["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert told["pending_update_count"] == 2
    assert numbers(listening.heard) == [one, one, two]
    calls = (await phone.see("/calls"))["calls"]
    assert next(call["status"] for call in calls if call["wire"] == "webhook") == 503


async def test_a_webhook_where_nobody_listens_is_an_error_too(phone: Phone, ana: int) -> None:
    await phone.call("setWebhook", url="http://127.0.0.1:9/", max_connections=1)
    await say(phone, ana, "1")

    told = await webhook_with_an_error(phone)

    assert told["last_error_message"] == "Connection refused"
    assert (told["max_connections"], told["pending_update_count"]) == (1, 1)
    await phone.call("deleteWebhook", drop_pending_updates=True)
    assert (await phone.call("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_webhook_set_anew_is_tried_at_once(phone: Phone, ana: int, shop: tuple[Shop, str]) -> None:
    listening, address = shop
    listening.status = 500
    await phone.call("setWebhook", url=address)
    (said,) = await say(phone, ana, "1")
    for failures, pause_seconds in enumerate((1, 2, 4), start=1):
        await listening.wait_for(failures)
        await until(lambda: phone.clock.has_sleepers)
        phone.clock.advance(pause_seconds)
    await listening.wait_for(4)
    await until(lambda: phone.clock.has_sleepers)

    listening.status = 200
    await phone.call("setWebhook", url=address, secret_token="new")
    await listening.wait_for(5)

    assert set(numbers(listening.heard)) == {said}
    assert listening.secrets == ["", "", "", "", "new"]


async def test_one_persons_trouble_holds_up_nobody_else(
    phone: Phone, ana: int, shop: tuple[Shop, str]
) -> None:
    listening, address = shop
    bea = await phone.do("/people", first_name="Bea")
    listening.status = 500
    await phone.call("setWebhook", url=address)
    await say(phone, ana, "1")
    await webhook_with_an_error(phone)

    (said,) = await say(phone, bea["id"], "2")
    await listening.wait_for(2)

    assert numbers(listening.heard)[-1] == said


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"url": "http://shop.example/t"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://a.io", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://a.io", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_a_wrong_webhook_is_refused(phone: Phone, fields: dict[str, str], refusal: str) -> None:
    assert await phone.refusal("setWebhook", **fields) == f"Bad Request: {refusal}"


async def test_a_webhook_taken_away_leaves_the_updates_to_polling(
    phone: Phone, ana: int, shop: tuple[Shop, str]
) -> None:
    listening, address = shop
    listening.status = 500
    await phone.call("setWebhook", url=address)
    (said,) = await say(phone, ana, "hi")
    await webhook_with_an_error(phone)

    await phone.call("deleteWebhook")

    assert (await phone.call("getWebhookInfo"))["url"] == ""
    assert numbers(await phone.call("getUpdates")) == [said]


async def webhook_with_an_error(phone: Phone) -> dict[str, Any]:
    told: dict[str, Any] = {}
    while "last_error_message" not in told:
        told = await phone.call("getWebhookInfo")
    return told


def numbers(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] for update in updates]
