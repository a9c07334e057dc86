import asyncio
from datetime import datetime

import aiohttp
import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.telegram.errors import TooManyRequests
from bot.sandbox.telegram.pace import Pace
from tests.sandbox.telegram.conftest import Phone, until


class StandingClock(Clock):
    """A clock that goes only when it is moved."""

    def __init__(self) -> None:
        super().__init__()
        self._stands_at = super().now()

    def now(self) -> datetime:
        return self._stands_at + self._ahead


def test_the_31st_message_of_a_second_has_to_wait() -> None:
    clock = StandingClock()
    pace = Pace(clock)
    for person in range(30):
        pace.check(person)

    with pytest.raises(TooManyRequests) as refused:
        pace.check(30)
    clock.advance(1)

    assert refused.value.retry_after == 1
    pace.check(30)


def test_a_refused_message_does_not_count() -> None:
    clock = StandingClock()
    pace = Pace(clock)
    pace.set(per_second=30, per_chat_per_second=1, burst=1)
    pace.check(1)
    for _ in range(5):
        with pytest.raises(TooManyRequests):
            pace.check(1)

    clock.advance(1)

    pace.check(1)


async def test_a_chat_takes_a_burst_and_then_one_a_second(phone: Phone, ana: int) -> None:
    await phone.do("/pace", per_second=30, per_chat_per_second=0.1, burst=2)
    await phone.call("sendMessage", chat_id=ana, text="1")
    await phone.call("sendMessage", chat_id=ana, text="2")

    refused = await phone.ask("sendMessage", chat_id=ana, text="3")
    phone.clock.advance(refused["parameters"]["retry_after"])

    assert refused["parameters"] == {"retry_after": 10}
    await phone.call("sendMessage", chat_id=ana, text="3")


async def test_a_pace_can_be_turned_off(phone: Phone, ana: int) -> None:
    await phone.do("/pace", off=True)

    for number in range(40):
        await phone.call("sendMessage", chat_id=ana, text=str(number))


async def test_a_fault_hits_as_often_as_it_was_asked_for(phone: Phone, ana: int) -> None:
    await phone.do("/faults", method="sendMessage", times=2, status=502, description="Bad Gateway")

    answers = [await phone.ask("sendMessage", chat_id=ana, text="a") for _ in range(3)]

    assert [answer.get("description") for answer in answers] == ["Bad Gateway", "Bad Gateway", None]


async def test_a_fault_may_be_one_persons(phone: Phone, ana: int) -> None:
    bea = await newcomer(phone)
    await phone.do("/faults", method="*", status=429, retry_after=7, person_id=bea)

    await phone.call("sendMessage", chat_id=ana, text="a")
    refused = await phone.ask("sendMessage", chat_id=bea, text="a")

    assert refused["parameters"] == {"retry_after": 7}
    assert refused["description"] == "Too Many Requests: retry after 7"


@pytest.mark.parametrize(("reset", "seen"), [("before", 0), ("after", 1)])
async def test_a_connection_is_cut_before_or_after_acting(
    phone: Phone, ana: int, reset: str, seen: int
) -> None:
    last = (await phone.see(f"/people/{ana}/chat"))["last_event"]
    await phone.do("/faults", method="sendMessage", reset=reset)

    with pytest.raises(aiohttp.ClientError):
        await phone.ask("sendMessage", chat_id=ana, text="a")

    assert len((await phone.see(f"/people/{ana}/events.json?after={last}"))["events"]) == seen


async def test_a_delayed_call_waits_for_the_sandboxs_clock(phone: Phone, ana: int) -> None:
    await phone.do("/faults", method="sendMessage", delay_seconds=3600)
    async with asyncio.TaskGroup() as group:
        call = group.create_task(phone.ask("sendMessage", chat_id=ana, text="a"))
        await until(lambda: phone.clock.has_sleepers)
        phone.clock.advance(3600)

    assert call.result()["ok"]


async def test_faults_can_be_taken_back(phone: Phone, ana: int) -> None:
    await phone.do("/faults", method="sendMessage", times=9, status=500)

    await phone.do("/faults", verb="DELETE")

    await phone.call("sendMessage", chat_id=ana, text="a")


async def test_calls_are_told_with_their_refusals_and_without_the_secret(phone: Phone, ana: int) -> None:
    last = (await phone.see("/calls"))["last"]
    await phone.refusal("sendMessage", chat_id=ana, text="")
    await phone.refusal("setWebhook", url="http://a.io", secret_token="hush")

    told = await phone.see(f"/calls?after={last}")

    sent, hook = told["calls"]
    assert (sent["call"], sent["status"]) == ("sendMessage", 400)
    assert sent["answered"] == "Bad Request: message text is empty"
    assert hook["asked"]["secret_token"] == "•••"
    assert told["last"] == hook["number"]


async def newcomer(phone: Phone) -> int:
    person = await phone.do("/people", first_name="Bea")
    await phone.do(f"/people/{person['id']}/say", text="/start")
    return int(person["id"])
