import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.sandbox.sms_active.conftest import Caller, OpenUpstream, StoppedClock


class Shop:
    """Listens for webhooks and answers as told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.slow_seconds = 0.0
        self.url = ""
        self.has_heard = asyncio.Event()

    async def listen(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        self.headers.append(dict(request.headers))
        self.has_heard.set()
        await asyncio.sleep(self.slow_seconds)
        return web.Response(status=self.status)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    listening = Shop()
    app = web.Application()
    app.router.add_post("/webhooks/sms/active/secret", listening.listen)
    async with TestServer(app) as server:
        listening.url = str(server.make_url("/webhooks/sms/active/secret"))
        yield listening


async def test_each_sms_is_told_once(hero: Caller, shop: Shop) -> None:
    hero.upstream.add_webhook(shop.url)
    number = await hero.buy()
    hero.upstream.push_sms(number, code="123456", text="code 123456")

    await hero.upstream.deliver_webhooks()
    await hero.upstream.deliver_webhooks()

    [told] = shop.heard
    assert told == {
        "activationId": int(number),
        "service": "wa",
        "text": "code 123456",
        "code": "123456",
        "country": 73,
        "receivedAt": "2026-11-22T15:00:00+03:00",
        "phoneFrom": "WhatsApp",
    }


async def test_what_was_refused_is_told_again_until_given_up(
    hero: Caller, shop: Shop, clock: StoppedClock
) -> None:
    hero.upstream.add_webhook(shop.url)
    shop.status = 500
    hero.upstream.push_sms(await hero.buy())

    for _ in range(12):
        await hero.upstream.deliver_webhooks()
        clock.advance(25)

    assert len(shop.heard) == 8
    assert hero.upstream.list_webhooks()["notices"][0]["given_up"]


async def test_an_answer_after_the_deadline_does_not_count(hero: Caller, shop: Shop) -> None:
    hero.upstream.add_webhook(shop.url, deadline_seconds=0.05)
    shop.slow_seconds = 0.2
    hero.upstream.push_sms(await hero.buy())

    outcome = await hero.upstream.deliver_webhooks()

    assert outcome == {"delivered": 0}
    assert hero.upstream.list_webhooks()["notices"][0]["statuses"] == [0]


async def test_notices_may_be_doubled(hero: Caller, shop: Shop) -> None:
    hero.upstream.add_webhook(shop.url, copies=3)
    hero.upstream.push_sms(await hero.buy())

    await hero.upstream.deliver_webhooks()

    assert len(shop.heard) == 3
    assert shop.heard[0] == shop.heard[2]


async def test_notices_may_come_out_of_order(hero: Caller, shop: Shop, clock: StoppedClock) -> None:
    hero.upstream.add_webhook(shop.url, swap_seconds=5)
    number = await hero.buy()
    hero.upstream.push_sms(number, code="111111")
    hero.upstream.push_sms(number, code="222222")

    await hero.upstream.deliver_webhooks()
    clock.advance(5)
    await hero.upstream.deliver_webhooks()

    assert [told["code"] for told in shop.heard] == ["222222", "111111"]


async def test_a_code_may_be_told_before_the_purchase_is_answered(hero: Caller, shop: Shop) -> None:
    hero.upstream.add_webhook(shop.url)
    hero.upstream.add_fault("code_before_reply")

    number = await hero.buy()

    assert [told["activationId"] for told in shop.heard] == [int(number)]


async def test_a_forged_notice_looks_real_and_changes_nothing(hero: Caller, shop: Shop) -> None:
    number = await hero.buy()

    outcome = await hero.upstream.forge_webhook(shop.url, code="999999")

    assert outcome == {"status": 200}
    assert shop.heard[0]["activationId"] == int(number)
    assert shop.headers[0]["X-Forwarded-For"] == "84.32.223.53"
    assert await hero.ask("getStatus", id=number) == (200, "STATUS_WAIT_CODE")


async def test_bodies_may_be_of_another_dialect(hero: Caller, shop: Shop) -> None:
    hero.upstream.add_webhook(shop.url, variant="classic", with_id=True)
    hero.upstream.push_sms(await hero.buy(), text="no code in here", code=None)

    await hero.upstream.deliver_webhooks()

    assert shop.heard[0]["receivedAt"] == "2026-11-22 15:00:00"
    assert shop.heard[0]["code"] == ""
    assert shop.heard[0]["id"] == 1


async def test_nobody_beyond_this_machine_is_called(hero: Caller) -> None:
    for address in ("https://example.org/hook", "http://127.evil.example/"):
        with pytest.raises(ValueError, match="stays on this machine"):
            hero.upstream.add_webhook(address)


async def test_codes_planned_for_later_are_told_without_being_asked(
    open_upstream: OpenUpstream, shop: Shop
) -> None:
    caller = await open_upstream("hero")
    caller.upstream.add_webhook(shop.url)
    caller.upstream.set_auto(0)
    app = web.Application()
    app.cleanup_ctx.append(caller.upstream.webhook_sender)

    async with TestServer(app):
        await caller.buy()
        async with asyncio.timeout(2):
            await shop.has_heard.wait()

    assert shop.heard[0]["service"] == "wa"
