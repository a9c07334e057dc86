"""What looks tell, in the shapes seen at several providers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.errors import NotOffered, ProviderRefused, ProviderUnavailable
from services.ports.provider import (
    CountryRow,
    EndAnswer,
    Ended,
    PriceRow,
    Reactivation,
    Received,
    ServiceRow,
    Standing,
    Status,
)
from services.providers.handler_api.answers import Data, Nothing, Refusal, Token
from services.providers.handler_api.parsing.accounts import read_balance, read_reactivation
from services.providers.handler_api.parsing.catalogue import read_countries, read_operators, read_services
from services.providers.handler_api.parsing.endings import read_cancelled, read_finished
from services.providers.handler_api.parsing.history import read_past
from services.providers.handler_api.parsing.lists import find_rows, read_listed
from services.providers.handler_api.parsing.messages import read_messages
from services.providers.handler_api.parsing.prices import read_prices
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


@pytest.mark.parametrize(
    ("codes", "text", "found"),
    [
        (None, None, ()),
        ("", "", ()),
        ("null", "null", ()),
        ([], None, ()),
        ([None, ""], None, ()),
        ("1234", None, (Received("1234"),)),
        (1234, None, (Received("1234"),)),
        ("[1234]", None, (Received("1234"),)),
        ('["12:34"]', None, (Received("12:34"),)),
        ('"[1234]"', None, (Received("1234"),)),
        ("[A-77]", None, (Received("A-77"),)),
        (["12", "34"], None, (Received("12"), Received("34"))),
        (["12", "34"], "code 34", (Received("12"), Received("34", "code 34"))),
        (["12", "34"], ["code 12", "code 34"], (Received("12", "code 12"), Received("34", "code 34"))),
        ("12", "[App] your code is 12 [x]", (Received("12", "[App] your code is 12 [x]"),)),
        (None, "Tap the link", (Received(None, "Tap the link"),)),
        ("Tap the link", None, (Received(None, "Tap the link"),)),
        ({"odd": 1}, None, ()),
    ],
)
def test_codes_of_a_row_come_in_many_ways(codes: object, text: object, found: tuple[Received, ...]) -> None:
    assert read_messages(codes, text) == found


@pytest.mark.parametrize(
    "value",
    [
        [{"activationId": 1}],
        {"status": "success", "data": [{"activationId": 1}], "activeActivations": {"rows": []}},
        {"status": "success", "activeActivations": [{"activationId": 1}]},
        {"status": "success", "activeActivations": {"num_rows": 1, "rows": [{"activationId": 1}]}},
        {"status": "success", "data": None, "activeActivations": {"rows": [{"activationId": 1}]}},
    ],
)
def test_the_rows_of_a_list_are_found_wherever_they_are(value: object) -> None:
    assert find_rows(value) == [{"activationId": 1}]


def test_a_row_of_the_list_is_read_with_its_code() -> None:
    row = {
        "activationId": 4300000001,
        "serviceCode": "wa",
        "phoneNumber": "+5511987654321",
        "activationCost": "0.2500",
        "smsCode": "12:34",
        "smsText": "code 12:34",
        "activationTime": "2026-11-22 12:00:00",
        "countryCode": 73,
        "canGetAnotherSms": "1",
        "currency": "840",
        "verificationType": "call",
    }

    listed = read_listed(row)

    assert listed is not None
    assert (listed.upstream_id, listed.phone, listed.country) == ("4300000001", "5511987654321", "73")
    assert (listed.cost, listed.currency, listed.can_repeat) == (Decimal("0.2500"), "USD", True)
    assert listed.received == (Received("12:34", "code 12:34", is_call=True),)
    assert listed.started_at is None  # the row does not say in which zone


def test_a_rented_line_is_no_number_of_ours() -> None:
    assert read_listed({"activationId": 1, "subtype": "2"}) is None


@pytest.mark.parametrize(
    ("row", "has_code", "returned"),
    [
        ({"status": "4", "sms": None}, False, None),
        ({"status": 6, "sms": '["12"]'}, True, False),
        ({"status": "6", "sms": None}, True, False),
        ({"status": "8", "sms": "null"}, False, True),
        ({"status": "10", "sms": "[]"}, False, True),
        ({"status": "8", "sms": "code 12"}, True, None),
        ({"status": "99"}, False, None),
    ],
)
def test_a_state_number_proves_nothing_that_messages_deny(
    row: dict[str, Any],
    has_code: bool,  # noqa: FBT001  the fact itself
    returned: bool | None,  # noqa: FBT001  the fact itself
) -> None:
    past = read_past({"id": 1, "phone": 5511987654321, "cost": "0.25"} | row, None)

    assert (past.has_code, past.returned) == (has_code, returned)


@pytest.mark.parametrize(
    ("date", "started_at"),
    [
        (1_795_000_000, datetime.fromtimestamp(1_795_000_000, UTC)),
        ("1795000000", datetime.fromtimestamp(1_795_000_000, UTC)),
        ("2026-11-22T12:00:00Z", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("2026-11-22 12:00:00", None),
        (None, None),
        (10**30, None),
        ("yesterday", None),
    ],
)
def test_a_time_counts_where_its_zone_is_certain(date: object, started_at: datetime | None) -> None:
    assert read_past({"id": 1, "date": date}, None).started_at == started_at


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ({"73": {"wa": {"cost": Decimal("0.4"), "count": 56964, "physicalCount": 0}}}, [("0.4", 0)]),
        ({"73": {"wa": {"cost": "0.4512", "count": 7}}}, [("0.4512", 7)]),
        ({"73": {"wa": {"cost": 1, "count": "7", "physicalCount": None}}}, [("1", 7)]),
        ({"73": {"wa": {"0.697": 157, "0.683": 22, "0.5": 0}}}, [("0.683", 22)]),
        ({"73": {"wa": {"0.697": 0, "0.683": 0}}}, [("0.683", 0)]),
        (
            {"73": {"wa": {"12": {"count": 9, "price": Decimal("2.5")}, "13": {"count": 1, "price": 2}}}},
            [("2", 1)],
        ),
        ({"73": {"wa": {"count": 9, "price": "2.5"}}}, [("2.5", 9)]),
        ({"73": []}, []),
        ({"73": {"wa": []}}, []),
        ({"73": {"wa": {"cost": "free", "count": 1}}}, []),
        ({"73": {"wa": {"cost": 0, "count": 1}}}, []),
        ({"73": {"wa": {"cost": -1, "count": 1}}}, []),
        ({"73": {"wa": {"cost": 1, "count": -5}}}, []),
        ({}, []),
        ([], []),
    ],
)
def test_prices_are_read_in_all_their_shapes(table: object, rows: list[tuple[str, int]]) -> None:
    assert read_prices(table) == tuple(PriceRow("wa", "73", Decimal(cost), stock) for cost, stock in rows)


@pytest.mark.parametrize("value", [None, [1], "x", 7])
def test_what_is_no_table_is_no_empty_one(value: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_prices(value)


@pytest.mark.parametrize(
    "value",
    [
        {
            "status": "success",
            "services": [{"code": "wa", "name": "Whatsapp "}, {"code": "full", "name": "R"}],
        },
        {"wa": "Whatsapp"},
        [{"code": "wa", "name": "Whatsapp"}, {"name": "nameless"}, None],
        {"services": {"wa": "Whatsapp"}},
    ],
)
def test_services_are_a_list_or_a_map(value: object) -> None:
    assert read_services(value) == (ServiceRow("wa", "Whatsapp"),)


@pytest.mark.parametrize(
    "value",
    [
        {"73": {"id": 73, "eng": "Brazil", "visible": 1, "retry": 0}, "": {"id": "", "eng": ""}},
        {"73": {"id": "73", "eng": "Brazil", "visible": "1", "retry": "0"}},
        {"73": {"eng": "Brazil", "visible": True, "retry": False}},
        [{"id": 73, "eng": "Brazil", "visible": 1, "retry": 0}, [], {"eng": "Nowhere"}],
    ],
)
def test_countries_are_an_object_or_an_array(value: object) -> None:
    assert read_countries(value) == (CountryRow("73", "Brazil", visible=True, can_repeat=False),)


def test_country_zero_is_a_country() -> None:
    assert read_countries({"0": {"id": 0, "eng": "Russia"}}) == (CountryRow("0", "Russia"),)


@pytest.mark.parametrize("value", [{}, [], None, {"status": "success", "services": []}])
def test_an_empty_catalogue_is_no_catalogue(value: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_services(value)
    with pytest.raises(ProviderUnavailable):
        read_countries(value)


@pytest.mark.parametrize(
    ("value", "operators"),
    [
        (
            {"countryOperators": {"73": ["claro", "any", "vivo"], "6": [], "2": "x"}},
            {"73": ("claro", "vivo")},
        ),
        ({"countryOperators": []}, {}),
        ({}, {}),
    ],
)
def test_a_country_without_operators_is_absent(value: object, operators: dict[str, tuple[str, ...]]) -> None:
    assert read_operators(value) == operators


@pytest.mark.parametrize(
    ("answer", "balance"),
    [
        (Token("ACCESS_BALANCE:100.5"), "100.5"),
        (Token("ACCESS_BALANCE:-0.25"), "-0.25"),
        (Data({"balance": "4.6820", "currency": 840}), "4.6820"),
        (Data({"balance": Decimal("4.6")}), "4.6"),
    ],
)
def test_a_balance_is_exact(answer: Token | Data, balance: str) -> None:
    assert read_balance(answer) == Decimal(balance)


@pytest.mark.parametrize(
    "answer", [Token("ACCESS_BALANCE:"), Token("ACCESS_NUMBER:1:5511987654321"), Data({}), Data([5])]
)
def test_what_is_no_amount_is_no_balance(answer: Token | Data) -> None:
    with pytest.raises(ProviderUnavailable):
        read_balance(answer)


@pytest.mark.parametrize("value", [{}, {"cost": "free"}, {"price": -1}, None])
def test_renting_again_without_a_price_is_no_offer(value: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_reactivation(Data(value))


@pytest.mark.parametrize("row", [{}, {"id": None}, None, {"id": 0}])
def test_a_row_of_the_history_without_an_id_fails_the_history(row: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_past(row, None)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"status": "success", "cost": Decimal("0.3"), "phone": "1"}, Reactivation(Decimal("0.3"))),
        ({"price": "0.3000", "currency": 840, "durations": [20]}, Reactivation(Decimal("0.3000"), "USD")),
        (Decimal("0.3"), Reactivation(Decimal("0.3"))),
    ],
)
def test_the_price_of_renting_again_has_two_names(value: object, told: Reactivation) -> None:
    assert read_reactivation(Data(value)) == told


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


async def test_no_operators_anywhere_is_an_empty_map(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server())
    canned.say("OPERATORS_NOT_FOUND")

    assert await provider.operators() == {}


async def test_a_clone_without_the_second_status_tells_the_code_alone(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server(), "classic")
    canned.say("BAD_ACTION", "STATUS_OK:12")

    assert await provider.texts("1") == (Received("12"),)
    assert canned.actions() == ["getStatusV2", "getStatus"]


async def test_a_torn_price_table_is_no_table(canned: Canned, doors: Any) -> None:
    provider = await connect(doors, canned.server())
    canned.say('{"73":{"wa":{"cost":0.4,"count":1}},"6":{"wa":{"co')

    with pytest.raises(ProviderUnavailable):
        await provider.prices()


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
