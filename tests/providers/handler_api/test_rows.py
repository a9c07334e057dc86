"""Rows of lists and histories, and the messages in them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.errors import ProviderUnavailable
from services.ports.provider import (
    Received,
)
from services.providers.handler_api.parsing.history import read_past
from services.providers.handler_api.parsing.lists import find_rows, read_listed
from services.providers.handler_api.parsing.messages import read_messages


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


def test_no_nul_is_read_out_of_a_row() -> None:
    row = {
        "activationId": 1,
        "smsCode": "48\0",
        "smsText": "code 48\0\n",
        "currency": "EU\0R",
        "activationOperator": "\0",
    }

    listed = read_listed(row)

    assert listed is not None
    assert listed.received == (Received("48", "code 48"),)
    assert (listed.currency, listed.operator) == ("EUR", None)


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


@pytest.mark.parametrize("row", [{}, {"id": None}, None, {"id": 0}])
def test_a_row_of_the_history_without_an_id_fails_the_history(row: object) -> None:
    with pytest.raises(ProviderUnavailable):
        read_past(row, None)
