"""What is read from a purchase's reply, byte by byte."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ports.provider import Bought, Rejected, Rejection, Unknown
from services.providers.handler_api import errors
from services.providers.handler_api.answers import Nothing, Refusal, Token
from services.providers.handler_api.classifier import classify
from services.providers.handler_api.money import read_currency, read_money, write_cap
from services.providers.handler_api.parsing.purchases import read_purchase

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_WHOLE: dict[str, Any] = {
    "activationId": "4300000001",
    "phoneNumber": "5511987654321",
    "activationCost": "0.2500",
    "currency": 840,
    "countryCode": "73",
    "canGetAnotherSms": "1",
    "activationTime": "2026-11-22T12:00:00+03:00",
    "activationEndTime": "2026-11-22T15:20:00+03:00",
    "activationOperator": "claro",
    "status": "4",
}


def judge(status: int, body: str) -> Bought | Rejected | Unknown:
    return read_purchase(classify(status, body), None, NOW)


def test_a_whole_reply_is_read_whole() -> None:
    assert judge(200, json.dumps(_WHOLE)) == Bought(
        "4300000001",
        "5511987654321",
        cost=Decimal("0.2500"),
        currency="USD",
        country="73",
        operator="claro",
        ends_at=datetime(2026, 11, 22, 12, 20, tzinfo=UTC),
        can_repeat=True,
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"activationId": 4300000001}, ("upstream_id", "4300000001")),
        ({"phoneNumber": 5511987654321}, ("phone", "5511987654321")),
        ({"phoneNumber": "+55 (11) 98765-4321"}, ("phone", "5511987654321")),
        ({"activationCost": 0.1}, ("cost", Decimal("0.1"))),
        ({"activationCost": 3}, ("cost", Decimal(3))),
        ({"activationCost": "NaN"}, ("cost", None)),
        ({"activationCost": "1e999"}, ("cost", None)),
        ({"activationCost": -1}, ("cost", None)),
        ({"activationCost": None}, ("cost", None)),
        ({"activationCost": True}, ("cost", None)),
        ({"currency": "986"}, ("currency", "BRL")),
        ({"currency": "usd"}, ("currency", "USD")),
        ({"currency": 999}, ("currency", "999")),
        ({"currency": None}, ("currency", None)),
        ({"activationEndTime": "2026-11-22 15:20:00"}, ("ends_at", None)),
        ({"activationEndTime": 1_795_000_000}, ("ends_at", datetime.fromtimestamp(1_795_000_000, UTC))),
        ({"activationEndTime": "0000-00-00"}, ("ends_at", None)),
        ({"canGetAnotherSms": False}, ("can_repeat", False)),
        ({"canGetAnotherSms": "perhaps"}, ("can_repeat", None)),
        ({"activationOperator": None}, ("operator", None)),
    ],
)
def test_each_field_may_come_in_several_ways(changed: dict[str, Any], expected: tuple[str, Any]) -> None:
    bought = judge(200, json.dumps(_WHOLE | changed))

    assert isinstance(bought, Bought)
    assert getattr(bought, expected[0]) == expected[1]


def test_an_absurd_exponent_is_no_cost_and_breaks_nothing() -> None:
    body = json.dumps(_WHOLE).replace('"0.2500"', "1E+9999999999999999999")

    bought = judge(200, body)

    assert isinstance(bought, Bought)
    assert bought.cost is None


@pytest.mark.parametrize(
    "changed",
    [
        {"activationId": None},
        {"activationId": ""},
        {"activationId": 0},
        {"activationId": "0"},
        {"activationId": True},
        {"activationId": 1.5},
        {"activationId": ["1"]},
        {"activationId": "one two"},
        {"phoneNumber": None},
        {"phoneNumber": "55"},
        {"phoneNumber": "NO_NUMBERS"},
        {"phoneNumber": "5511987654321:7"},
        {"phoneNumber": {}},
    ],
)
def test_without_an_id_and_a_phone_nothing_is_certain(changed: dict[str, Any]) -> None:
    assert isinstance(judge(200, json.dumps(_WHOLE | changed)), Unknown)


@pytest.mark.parametrize(
    "body",
    [
        "ACCESS_NUMBER",
        "ACCESS_NUMBER:",
        "ACCESS_NUMBER:1",
        "ACCESS_NUMBER::5511987654321",
        "ACCESS_NUMBER:1:",
        "ACCESS_NUMBER:1:55119",
        "ACCESS_NUMBER:1:5511987654321:99",
        "ACCESS_NUMBER:1:551198765NO_NUMBERS",
        "ACCESS_READY",
        "STATUS_OK:1:5511987654321",
        "[]",
        "{}",
        "[1, 2]",
    ],
)
def test_a_reply_that_names_no_number_is_unknown(body: str) -> None:
    assert isinstance(judge(200, body), Unknown)


@pytest.mark.parametrize("code", sorted(errors.PURCHASE_REJECTIONS))
def test_every_listed_code_is_a_rejection_in_both_families(code: str) -> None:
    reason = errors.PURCHASE_REJECTIONS[code]
    told = [read_purchase(Refusal(code), None, NOW), judge(400, json.dumps({"title": code}))]
    if "_" in code:
        told.append(judge(200, f"{code}:some:suffix"))

    assert {each.reason for each in told if isinstance(each, Rejected)} == {reason}


@pytest.mark.parametrize(
    "code",
    ["ORDER_ALREADY_EXISTS", "BAD_STATUS", "NOT_FOUND", "NO_ACTIVATION", "ERROR_SQL", "FAILED", "NEW_WORD"],
)
def test_every_other_code_leaves_it_open(code: str) -> None:
    assert isinstance(judge(200, code), Unknown)
    assert isinstance(judge(400, json.dumps({"title": code})), Unknown)


@pytest.mark.parametrize(
    ("refusal", "until"),
    [
        (Refusal("BANNED", info={"retry_after_seconds": 60, "banned_until": 1}), NOW + timedelta(minutes=1)),
        (Refusal("BANNED", info={"banned_until": 1_795_000_000}), datetime.fromtimestamp(1_795_000_000, UTC)),
        (Refusal("BANNED", info={"banned_until": "2026-11-22T15:30:00+03:00"}), NOW + timedelta(minutes=30)),
        (Refusal("BANNED", "'2026-01-02 03-04-05'"), None),  # nobody says in which zone
        (Refusal("BANNED"), None),
    ],
)
def test_a_bans_end_is_told_where_it_is_certain(refusal: Refusal, until: datetime | None) -> None:
    rejected = read_purchase(refusal, None, NOW)

    assert isinstance(rejected, Rejected)
    assert rejected.until == until


@pytest.mark.parametrize(
    ("refusal", "minimum"),
    [
        (Refusal("WRONG_MAX_PRICE", "0.51"), Decimal("0.51")),
        (Refusal("WRONG_MAX_PRICE", "too low", {"min": "0.51"}), Decimal("0.51")),
        (Refusal("WRONG_MAX_PRICE", "", {"min": 1}), Decimal(1)),
        (Refusal("WRONG_MAX_PRICE", "who knows"), None),
    ],
)
def test_a_price_that_rose_tells_todays(refusal: Refusal, minimum: Decimal | None) -> None:
    rejected = read_purchase(refusal, None, NOW)

    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.minimum) == (Rejection.PRICE_ROSE, minimum)


def test_an_unknown_id_is_a_definite_no_to_renting_again_and_only_there() -> None:
    refusal = Refusal("WRONG_ACTIVATION_ID")

    again = read_purchase(refusal, None, NOW, errors.REACTIVATION_REJECTIONS)

    assert isinstance(again, Rejected)
    assert isinstance(read_purchase(refusal, None, NOW), Unknown)


def test_only_what_never_left_is_not_sent() -> None:
    away, here = Nothing("reset"), Nothing("refused", was_sent=False)

    told = read_purchase(away, None, NOW), read_purchase(here, None, NOW)

    assert isinstance(told[0], Unknown)
    assert isinstance(told[1], Rejected)


# A status that is a refusal by itself; every other one must say so in a listed word.
_REFUSING = {401, 402, 404, 405, 429}
_NAMES = st.sampled_from(
    ["activationId", "phoneNumber", "status", "title", "error", "message", "info", "data"]
)
# A listed word is a no wherever it stands alone, so none may turn up by chance.
_PROSE = st.text(max_size=12).filter(lambda text: Token(text.strip()).word not in errors.PURCHASE_REJECTIONS)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(allow_nan=False) | _PROSE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=8,
)


@given(st.integers(200, 599), st.binary(max_size=200))
@settings(max_examples=300)
def test_no_bytes_are_ever_taken_for_a_number_or_for_a_no(status: int, body: bytes) -> None:
    answer = judge(status, body.decode("utf-8", errors="replace"))

    assert isinstance(answer, Rejected if status in _REFUSING else Unknown)


@given(_VALUES)
@settings(max_examples=300)
def test_no_json_is_ever_taken_for_a_number_or_for_a_no(value: object) -> None:
    assert isinstance(judge(200, json.dumps(value)), Unknown)


@given(st.integers(0, len(json.dumps(_WHOLE)) - 1))
def test_a_torn_reply_is_never_taken_for_a_number(length: int) -> None:
    assert isinstance(judge(200, json.dumps(_WHOLE)[:length]), Unknown)


@given(st.text(), st.sampled_from(sorted(errors.PURCHASE_REJECTIONS)), st.text())
def test_a_code_inside_prose_counts_for_nothing(before: str, code: str, after: str) -> None:
    body = f"x{before} {code} {after}"

    assert isinstance(judge(200, body), Unknown)


@given(st.decimals(min_value="0.0001", max_value=1_000_000, places=12))
def test_a_cap_is_never_written_higher_than_it_is(cap: Decimal) -> None:
    written = write_cap(cap)

    assert written is not None
    assert "e" not in written.lower()
    assert 0 <= cap - Decimal(written) < Decimal("0.0001")


@given(st.text() | st.integers() | st.decimals() | st.none() | st.booleans())
def test_any_value_is_an_amount_or_none(told: object) -> None:
    amount = read_money(told)

    assert amount is None or (amount.is_finite() and abs(amount) <= 1_000_000)
    assert read_currency(told) is None or isinstance(told, int | str)
