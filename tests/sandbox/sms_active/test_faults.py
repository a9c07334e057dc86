import asyncio
import json
from typing import Any

import httpx
import pytest

from bot.sandbox.sms_active.faults import KINDS
from tests.sandbox.sms_active.conftest import PATH, Caller, OpenUpstream, StoppedClock

WHATSAPP_BRAZIL: dict[str, object] = {"service": "wa", "country": 73, "maxPrice": "0.6"}

BOUGHT_BUT_UNREADABLE = [
    "reset_after",
    "server_error_bought",
    "bad_gateway_bought",
    "empty_bought",
    "garbled",
    "truncated",
    "no_activation_id",
]
NOT_BOUGHT = [
    "reset_before",
    "server_error",
    "bad_gateway",
    "empty",
    "forbidden_page",
    "blocked_1020",
    "unknown_400",
    "page_not_found",
    "echo_url",
    "bad_key",
    "no_balance",
    "no_numbers",
    "bad_service",
    "banned_global",
    "banned_specific",
    "banned_text",
    "channels_limit",
    "order_exists",
    "unprocessable",
    "too_many",
    "too_many_with_retry_after",
    "error_sql",
]


async def try_to_buy(caller: Caller) -> tuple[int, str]:
    """Buy once; a reset is told as status 0."""
    try:
        return await caller.ask("getNumberV2", **WHATSAPP_BRAZIL)
    except httpx.TransportError:
        return 0, ""


def id_of(body: str) -> str | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content.get("activationId") if isinstance(content, dict) else None


@pytest.mark.parametrize("kind", BOUGHT_BUT_UNREADABLE)
async def test_a_number_is_bought_though_the_answer_does_not_say_so(hero: Caller, kind: str) -> None:
    hero.upstream.add_fault(kind)

    _, body = await try_to_buy(hero)

    assert id_of(body) is None
    assert len(hero.upstream.list_activations()) == 1
    assert hero.upstream.audit()["ok"]


@pytest.mark.parametrize("profile", ["hero", "classic"])
@pytest.mark.parametrize("kind", NOT_BOUGHT)
async def test_a_refusal_buys_nothing(open_upstream: OpenUpstream, profile: str, kind: str) -> None:
    caller = await open_upstream(profile)
    caller.upstream.add_fault(kind, action="buy")

    _, body = await try_to_buy(caller)

    assert id_of(body) is None
    assert caller.upstream.list_activations() == []


async def test_a_fault_lets_some_pass_befalls_some_and_is_over(hero: Caller) -> None:
    hero.upstream.add_fault("server_error", skip=1, times=2)

    statuses = [(await try_to_buy(hero))[0] for _ in range(4)]

    assert statuses == [200, 500, 500, 200]


async def test_a_fault_may_wait_for_a_parameter(hero: Caller) -> None:
    hero.upstream.add_fault("no_numbers", only_if={"country": "6"})

    brazil = await hero.ask("getNumber", service="wa", country=73)
    indonesia = await hero.ask("getNumber", service="wa", country=6)

    assert brazil[1].startswith("ACCESS_NUMBER:")
    assert indonesia == (200, "NO_NUMBERS")


@pytest.mark.parametrize(
    ("kind", "status", "title"),
    [
        ("bad_key", 401, "BAD_KEY"),
        ("no_balance", 402, "NO_BALANCE"),
        ("banned_global", 403, "BANNED"),
        ("channels_limit", 403, "CHANNELS_LIMIT"),
        ("unknown_activation", 404, "NOT_FOUND"),
        ("early_cancel", 409, "EARLY_CANCEL_DENIED"),
        ("otp_received", 409, "OTP_RECEIVED"),
        ("new_otp_received", 409, "NEW_OTP_RECEIVED"),
        ("cancellation_expired", 409, "FREE_CANCELLATION_EXPIRED"),
        ("not_active", 409, "ACTIVATION_NOT_ACTIVE"),
        ("unprocessable", 422, "UNPROCESSABLE_ENTITY"),
        ("too_many", 429, "RATE_LIMIT"),
    ],
)
async def test_heros_refusals_have_their_status(hero: Caller, kind: str, status: int, title: str) -> None:
    hero.upstream.add_fault(kind, action="*")

    answered, body = await hero.ask("getNumberV2", **WHATSAPP_BRAZIL)

    assert (answered, json.loads(body)["title"]) == (status, title)


async def test_too_many_may_say_when_to_come_back(hero: Caller) -> None:
    hero.upstream.add_fault("too_many_with_retry_after", seconds=9)

    response = await hero.client.get(PATH, params={"action": "getBalance"})

    assert response.headers["Retry-After"] == "9"


async def test_an_error_page_may_echo_the_key(hero: Caller) -> None:
    hero.upstream.add_fault("echo_url")

    _, body = await try_to_buy(hero)

    assert hero.upstream.api_key in body
    assert hero.upstream.api_key not in str(hero.upstream._journal.entries())


async def test_silence_does_nothing_until_released(hero: Caller) -> None:
    hero.upstream.add_fault("silence")
    asyncio.get_running_loop().call_later(0.1, hero.upstream.release_hanging)

    answer = await try_to_buy(hero)

    assert answer == (0, "")
    assert hero.upstream.requests()[0]["fault"] == "silence"
    assert hero.upstream.list_activations() == []


async def test_a_hanging_purchase_is_bought_at_once(hero: Caller) -> None:
    hero.upstream.add_fault("hang_bought")

    with pytest.raises(httpx.ReadTimeout):
        await hero.client.get(
            PATH,
            params={
                "api_key": hero.upstream.api_key,
                "action": "getNumber",
                "service": "wa",
                "country": "73",
            },
            timeout=0.1,
        )

    assert len(hero.upstream.list_activations()) == 1


async def test_a_late_answer_is_still_an_answer(hero: Caller) -> None:
    hero.upstream.add_fault("hang_then_answer", seconds=0.05)
    hero.upstream.add_fault("delay", "getBalance", seconds=0.05)

    bought = await try_to_buy(hero)
    balance = await hero.ask("getBalance")

    assert id_of(bought[1])
    assert balance == (200, "ACCESS_BALANCE:99.5")


async def test_a_dropped_purchase_may_be_made_later(hero: Caller, clock: StoppedClock) -> None:
    start = clock.now()
    hero.upstream.add_fault("purchase_lag", seconds=40)
    await try_to_buy(hero)

    clock.advance(39)
    _, before = await hero.ask("getActiveActivations")
    clock.advance(60)
    _, after = await hero.ask("getActiveActivations")

    assert json.loads(before)["data"] == []
    [row] = json.loads(after)["data"]
    assert row["activationTime"] == "2026-11-22 15:00:40"
    assert (hero.upstream.list_activations()[0]["bought_at"] - start).total_seconds() == 40


async def test_a_purchase_may_be_answered_in_old_or_quoted_words(hero: Caller) -> None:
    hero.upstream.add_fault("text_number")
    hero.upstream.add_fault("quoted_token")

    text, quoted = await try_to_buy(hero), await try_to_buy(hero)

    assert text[1].startswith("ACCESS_NUMBER:")
    assert quoted[1].startswith('"ACCESS_NUMBER:')


async def test_a_purchase_may_be_in_another_currency(hero: Caller) -> None:
    hero.upstream.add_fault("wrong_currency")

    first, second = await try_to_buy(hero), await try_to_buy(hero)

    assert [json.loads(body)["currency"] for _, body in (first, second)] == [978, 840]


async def test_a_purchase_may_cost_more_than_the_cap(hero: Caller) -> None:
    hero.upstream.add_fault("above_cap")

    _, body = await try_to_buy(hero)

    assert json.loads(body)["activationCost"] == "1.2000"
    assert await hero.ask("getBalance") == (200, "ACCESS_BALANCE:98.8")


async def listed_ids(hero: Caller, start: int) -> list[str]:
    _, body = await hero.ask("getActiveActivations", start=start, limit=2)
    rows: list[dict[str, Any]] = json.loads(body)["data"]
    return [row["activationId"] for row in rows]


async def test_a_page_shift_hides_a_number(hero: Caller) -> None:
    numbers = [await hero.buy() for _ in range(4)]
    hero.upstream.add_fault("page_shift")

    seen = await listed_ids(hero, 0) + await listed_ids(hero, 2)

    assert seen == [numbers[3], numbers[2], numbers[0]]
    assert hero.upstream.audit()["ok"]


async def test_the_second_page_may_fail(hero: Caller) -> None:
    hero.upstream.add_fault("failed_second_page")

    first = await hero.ask("getActiveActivations", start=0)
    second = await hero.ask("getActiveActivations", start=100)

    assert (first[0], second[0]) == (200, 500)


async def test_the_list_may_be_empty_or_late(hero: Caller, clock: StoppedClock) -> None:
    older = await hero.buy()
    clock.advance(10)
    newer = await hero.buy()
    hero.upstream.add_fault("list_empty")
    hero.upstream.add_fault("list_lag", seconds=5)

    assert await listed_ids(hero, 0) == []
    assert await listed_ids(hero, 0) == [older]
    assert await listed_ids(hero, 0) == [newer, older]


async def test_a_code_may_come_during_the_cancel(hero: Caller, clock: StoppedClock) -> None:
    number = await hero.buy()
    clock.advance(120)
    hero.upstream.add_fault("otp_during_cancel")

    status, body = await hero.ask("setStatus", id=number, status=8)

    assert (status, json.loads(body)["title"]) == (409, "OTP_RECEIVED")
    assert (await hero.ask("getStatus", id=number))[1].startswith("STATUS_OK:")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("colon_code", "STATUS_OK:12:34:56"), ("null_code", "STATUS_OK:Tap the link we sent you")],
)
async def test_a_code_may_have_an_odd_shape(hero: Caller, kind: str, answer: str) -> None:
    hero.upstream.add_fault(kind)

    number = await hero.buy()

    assert await hero.ask("getStatus", id=number) == (200, answer)


async def test_a_text_without_a_code_has_none_in_the_list(hero: Caller) -> None:
    hero.upstream.add_fault("null_code")
    await hero.buy()

    _, body = await hero.ask("getActiveActivations")

    [row] = json.loads(body)["data"]
    assert (row["smsCode"], row["smsText"]) == (None, "Tap the link we sent you")


async def test_a_call_may_come_instead_of_an_sms(hero: Caller) -> None:
    hero.upstream.add_fault("call")
    number = await hero.buy()

    _, body = await hero.ask("getStatusV2", id=number)

    assert json.loads(body)["verificationType"] == "call"
    assert json.loads(body)["data"]["text"] is None


async def test_two_codes_may_come(hero: Caller, clock: StoppedClock) -> None:
    hero.upstream.add_fault("second_code", seconds=10)
    number = await hero.buy()

    clock.advance(10)
    first = await hero.ask("getStatus", id=number)
    clock.advance(10)
    second = await hero.ask("getStatus", id=number)

    assert first[1].startswith("STATUS_OK:")
    assert second[1].startswith("STATUS_OK:")
    assert first != second


async def test_a_code_may_come_too_late(hero: Caller, clock: StoppedClock) -> None:
    hero.upstream.add_fault("late_code")
    number = await hero.buy()

    clock.advance(20 * 60 + 1)

    assert await hero.ask("getStatus", id=number) == (200, "STATUS_CANCEL")
    [seen] = hero.upstream.list_activations()
    assert seen["late_messages"]
    assert hero.upstream.audit()["ok"]


async def test_upstream_may_cancel_by_itself(hero: Caller, clock: StoppedClock) -> None:
    hero.upstream.add_fault("upstream_cancels", seconds=30)
    number = await hero.buy()

    clock.advance(30)

    assert await hero.ask("getStatus", id=number) == (200, "STATUS_CANCEL")
    assert await hero.ask("getBalance") == (200, "ACCESS_BALANCE:100")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"silence", "hang_bought"}))
async def test_no_fault_unbalances_the_books(hero: Caller, clock: StoppedClock, kind: str) -> None:
    hero.upstream.add_fault(kind, action="*", seconds=0.01, code="NO_NUMBERS")

    await try_to_buy(hero)
    clock.advance(3_600)

    assert hero.upstream.audit()["ok"]
