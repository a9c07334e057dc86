"""How one number stands, and what came of ending it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.errors import NotOffered, ProviderRefused, ProviderUnavailable
from services.ports.provider import (
    EndAnswer,
    Ended,
    Received,
    Standing,
    Status,
)
from services.providers.handler_api.answers import Data, Nothing, Refusal, Token
from services.providers.handler_api.parsing.endings import read_cancelled, read_finished
from services.providers.handler_api.parsing.statuses import read_status, read_status_v2
from tests.providers.handler_api.conftest import connect
from tests.providers.handler_api.upstream import Canned

ENDED = frozenset({"STATUS_CANCEL", "ACCESS_CANCEL"})


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("STATUS_WAIT_CODE", Status(Standing.WAITING)),
        ("STATUS_WAIT_RETRY:123", Status(Standing.WAITING_AGAIN, (Received("123"),))),
        ("STATUS_WAIT_RETRY", Status(Standing.WAITING_AGAIN)),
        ("STATUS_WAIT_RESEND", Status(Standing.WAITING_AGAIN)),
        ("STATUS_OK:123456", Status(Standing.RECEIVED, (Received("123456"),))),
        ("STATUS_OK: 123-456 ", Status(Standing.RECEIVED, (Received("123-456"),))),
        ("STATUS_OK:123 456", Status(Standing.RECEIVED, (Received("123 456"),))),
        ("STATUS_OK:12:34:56", Status(Standing.RECEIVED, (Received("12:34:56"),))),
        ("STATUS_OK:https://x.y/z?a=b:c", Status(Standing.RECEIVED, (Received("https://x.y/z?a=b:c"),))),
        (
            "STATUS_OK:Your code: 12\nDo not share",
            Status(Standing.RECEIVED, (Received(None, "Your code: 12\nDo not share"),)),
        ),
        ("STATUS_OK:", Status(Standing.RECEIVED)),
        ("STATUS_CANCEL", Status(Standing.ENDED)),
        ("ACCESS_CANCEL", Status(Standing.ENDED)),
    ],
)
def test_a_status_is_split_once(token: str, status: Status) -> None:
    assert read_status(Token(token), ENDED) == status


@pytest.mark.parametrize("answer", [Data([]), Token("ACCESS_READY"), Token("ACCESS_BALANCE:1"), Data(None)])
def test_another_answer_is_no_status(answer: Token | Data) -> None:
    with pytest.raises(ProviderUnavailable):
        read_status(answer, ENDED)


_NEW_CODE = {"data": [{"code": "77", "text": "code 77", "id": 5}]}


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (Token("ACCESS_CANCEL"), EndAnswer(Ended.DONE)),
        (Data(None), EndAnswer(Ended.DONE)),
        (Token("STATUS_CANCEL"), EndAnswer(Ended.ALREADY_ENDED)),
        (Token("CANCEL"), EndAnswer(Ended.UNCLEAR)),
        (Token("ACCESS_READY"), EndAnswer(Ended.UNCLEAR)),
        (Token("ACCESS_ACTIVATION"), EndAnswer(Ended.UNCLEAR)),
        (Data({}), EndAnswer(Ended.UNCLEAR)),
        (Nothing("reset"), EndAnswer(Ended.UNCLEAR)),
        (Refusal("EARLY_CANCEL_DENIED", info={"minActivationTime": 120}), EndAnswer(Ended.TOO_EARLY)),
        (Refusal("EARLY_CANCEL_DENIED", retry_after_seconds=9), EndAnswer(Ended.TOO_EARLY, 9)),
        (Refusal("OTP_RECEIVED"), EndAnswer(Ended.CODE_ARRIVED)),
        (
            Refusal("NEW_OTP_RECEIVED", info=_NEW_CODE),
            EndAnswer(Ended.CODE_ARRIVED, received=(Received("77", "code 77", message_id="5"),)),
        ),
        (Refusal("FREE_CANCELLATION_EXPIRED"), EndAnswer(Ended.WINDOW_OVER)),
        (Refusal("ACTIVATION_NOT_ACTIVE"), EndAnswer(Ended.ALREADY_ENDED)),
        (Refusal("NO_ACTIVATION"), EndAnswer(Ended.UNKNOWN_ID)),
        (Refusal("NOT_FOUND"), EndAnswer(Ended.UNKNOWN_ID)),
        (Refusal("BAD_STATUS"), EndAnswer(Ended.UNCLEAR)),
        (Refusal("RATE_LIMIT", retry_after_seconds=7), EndAnswer(Ended.UNCLEAR, 7)),
        (Refusal("NEW_WORD"), EndAnswer(Ended.UNCLEAR)),
    ],
)
def test_only_an_acknowledgement_ends_a_number(
    answer: Token | Data | Refusal | Nothing, ended: EndAnswer
) -> None:
    assert read_cancelled(answer) == ended


def test_finishing_has_an_acknowledgement_of_its_own() -> None:
    told = read_finished(Token("ACCESS_ACTIVATION")), read_finished(Token("ACCESS_CANCEL"))

    assert told == (EndAnswer(Ended.DONE), EndAnswer(Ended.UNCLEAR))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (
            {"verificationType": 0, "sms": {"dateTime": "x", "code": "12", "text": "code 12"}, "call": None},
            (Received("12", "code 12"),),
        ),
        (
            {"sms": None, "call": {"from": "+44", "text": "", "code": "12", "url": "", "parsingCount": 0}},
            (Received("12", sender="+44", is_call=True),),
        ),
        (
            {"verificationType": "sms", "data": {"id": 7, "phoneFrom": "App", "code": "12", "text": "t t"}},
            (Received("12", "t t", sender="App", message_id="7"),),
        ),
        ({"verificationType": "sms", "data": None}, ()),
        ([], ()),
    ],
)
def test_the_second_status_has_two_shapes(value: object, found: tuple[Received, ...]) -> None:
    assert read_status_v2(Data(value)) == found


async def test_a_number_nobody_knows_is_told_as_such(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server())
    canned.say("NO_ACTIVATION", '{"title":"NOT_FOUND"}', '{"title":"ACTIVATION_NOT_ACTIVE"}')

    told = [(await provider.status("1")).standing for _ in range(3)]

    assert told == [Standing.NOT_FOUND, Standing.NOT_FOUND, Standing.ENDED]


async def test_a_status_refused_for_another_reason_tells_nothing_of_the_number(
    canned: Canned, doors: Any
) -> None:
    provider = await connect(doors, canned.server())
    canned.say("BAD_KEY")

    with pytest.raises(ProviderRefused):
        await provider.status("1")


async def test_a_clone_without_the_second_status_tells_the_code_alone(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server(), "classic")
    canned.say("BAD_ACTION", "STATUS_OK:12")

    assert await provider.texts("1") == (Received("12"),)
    assert canned.actions() == ["getStatusV2", "getStatus"]


async def test_a_dialect_asks_only_for_what_its_provider_has(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server(), "smshub")
    now = datetime(2026, 11, 22, tzinfo=UTC)
    looks = [
        provider.active(),
        provider.history(now, now),
        provider.reactivation("1"),
        provider.services(),
        provider.countries(),
        provider.operators(),
    ]

    for look in looks:
        with pytest.raises(NotOffered):
            await look
    assert not canned.asked
