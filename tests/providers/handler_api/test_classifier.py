import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.providers.handler_api.answers import Data, Nothing, Refusal, Token
from services.providers.handler_api.classifier import classify

_TOKENS = [
    "ACCESS_NUMBER:4300000001:5511987654321",
    "ACCESS_BALANCE:100.5",
    "ACCESS_READY",
    "ACCESS_RETRY_GET",
    "ACCESS_ACTIVATION",
    "ACCESS_CANCEL",
    "STATUS_WAIT_CODE",
    "STATUS_WAIT_RETRY:123",
    "STATUS_WAIT_RESEND",
    "STATUS_OK:12:34",
    "STATUS_OK:NO_NUMBERS",
    "STATUS_OK:this service is prohibited for sale",
    "STATUS_OK:first line\nerror code: 1020",
    "STATUS_CANCEL",
    "FULL_SMS:your code is BAD_KEY",
]


@pytest.mark.parametrize("body", _TOKENS)
def test_a_known_word_is_a_token_whatever_follows_it(body: str) -> None:
    assert classify(200, body) == Token(body)


@pytest.mark.parametrize(
    "body",
    ['"STATUS_WAIT_CODE"', "  STATUS_WAIT_CODE\r\n", "\ufeffSTATUS_WAIT_CODE", '\ufeff "STATUS_WAIT_CODE" '],
)
def test_quotes_blanks_and_byte_order_marks_around_a_token_do_not_count(body: str) -> None:
    assert classify(200, body) == Token("STATUS_WAIT_CODE")


_REFUSALS = [
    # classic: words at 200, with suffixes
    (200, "NO_NUMBERS", "NO_NUMBERS"),
    (200, "BAD_KEY", "BAD_KEY"),
    (200, '"NO_BALANCE"', "NO_BALANCE"),
    (200, "BANNED:'2026-01-02 03-04-05'", "BANNED"),
    (200, "BANNED", "BANNED"),
    (200, "WRONG_MAX_PRICE:0.51", "WRONG_MAX_PRICE"),
    (200, "UNPROCESSABLE_ENTITY:country:REQUIRED", "UNPROCESSABLE_ENTITY"),
    (200, "SOME_NEW_WORD", "SOME_NEW_WORD"),
    # envelope: on every status
    (400, '{"title":"WRONG_MAX_PRICE","details":"low","info":{"min":"0.51"}}', "WRONG_MAX_PRICE"),
    (401, '{"title":"BAD_KEY","details":"Unauthorized"}', "BAD_KEY"),
    (402, '{"title":"NO_BALANCE","details":""}', "NO_BALANCE"),
    (403, '{"title":"BANNED","info":{"scope":"global"}}', "BANNED"),
    (404, '{"title":"NOT_FOUND","details":"Activation Not Found"}', "NOT_FOUND"),
    (409, '{"title":"EARLY_CANCEL_DENIED","info":{"minActivationTime":120}}', "EARLY_CANCEL_DENIED"),
    (422, '{"title":"UNPROCESSABLE_ENTITY","info":{"field":"api_key"}}', "UNPROCESSABLE_ENTITY"),
    (429, '{"title":"RATE_LIMIT","details":"Too Many Requests"}', "RATE_LIMIT"),
    (200, '{"title":"NO_NUMBERS","details":"Tiger says so at 200"}', "NO_NUMBERS"),
    # real statuses with words (privatesms.vip, Tiger)
    (401, "BAD_KEY", "BAD_KEY"),
    (404, "NO_NUMBERS", "NO_NUMBERS"),
    (400, "BAD_SERVICE", "BAD_SERVICE"),
    # JSON failures at 200
    (200, '{"status":"error","error":"NO_ACTIVATIONS"}', "NO_ACTIVATIONS"),
    (200, '{"status":"error","message":"NO_BALANCE","info":[]}', "NO_BALANCE"),
    (200, '{"status":"false","msg":"service is incorrect"}', "BAD_SERVICE"),
    (200, '{"status":false,"error":"BAD_COUNTRY"}', "BAD_COUNTRY"),
    (200, '{"error":"Bad service"}', "BAD_SERVICE"),
    (200, '{"status":0,"message":"No access","data":[]}', "BAD_KEY"),
    (401, '{"status":0,"message":"No access","data":[]}', "BAD_KEY"),
    (200, '{"status":"error"}', "FAILED"),
    (200, '{"status":"error","message":"we have NO_NUMBERS today"}', "FAILED"),
    # statuses alone
    (401, "", "BAD_KEY"),
    (402, "<html>pay</html>", "NO_BALANCE"),
    (404, "gone", "HTTP_404"),
    (404, "<html>Not Found</html>", "HTTP_404"),
    (405, '{"message":"GET only"}', "HTTP_405"),
    (429, "Too Many Requests", "RATE_LIMIT"),
    (429, '{"title":"SLOW_DOWN"}', "RATE_LIMIT"),
    (429, "ERROR_SQL", "RATE_LIMIT"),
    # the front door
    (403, "<!DOCTYPE html><html><body>Attention required</body></html>", "EDGE_BLOCK"),
    (403, "error code: 1020", "EDGE_BLOCK"),
    (400, "error code: 1020\n", "EDGE_BLOCK"),
    # the documented sentence
    (200, 'service is prohibited for sale in "Brazil"', "PROHIBITED_FOR_SALE"),
    (200, "Too Many Requests", "RATE_LIMIT"),
]


@pytest.mark.parametrize(("status", "body", "code"), _REFUSALS)
def test_a_refusal_is_known_in_either_family(status: int, body: str, code: str) -> None:
    answer = classify(status, body)

    assert isinstance(answer, Refusal)
    assert answer.code == code


_NOTHINGS = [
    (200, ""),
    (200, "  \n"),
    (200, "<html><body>NO_NUMBERS</body></html>"),
    (200, "error code: 1020"),
    (200, '{"activationId": 12, "phoneNu'),
    (200, '"ACCESS_NUMBER:1:551'),
    (200, "[1, 2"),
    (200, "ok"),
    (200, "OK"),
    (200, "ERROR"),
    (200, "no_numbers"),
    (200, "sorry, NO_NUMBERS left"),
    (200, "Warning: NO_BALANCE in /var/www/x.php"),
    (200, "ERROR_SQL"),
    (200, "SQL_ERROR"),
    (200, "SERVER ERROR"),
    (200, '{"title":"SERVER_ERROR"}'),
    (200, "<p>" + "the service is prohibited for sale " * 20),
    (201, "null"),
    (302, "NO_NUMBERS"),
    (400, ""),
    (400, "nonsense"),
    (400, "ACCESS_NUMBER:1:5511987654321"),
    (404, '{"activationId": 7, "phoneNumber": "5511987654321"}'),
    (408, "<html>timeout</html>"),
    (409, "conflict"),
    (499, ""),
    (500, "NO_NUMBERS"),
    (500, '{"title":"NO_BALANCE"}'),
    (502, "<html>Bad Gateway</html>"),
    (503, "BAD_KEY"),
    (504, ""),
    (520, "error code: 520"),
]


@pytest.mark.parametrize(("status", "body"), _NOTHINGS)
def test_what_proves_nothing_is_nothing(status: int, body: str) -> None:
    assert isinstance(classify(status, body), Nothing)


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "[1]",
        '{"activationId":"1","status":0}',
        '{"status":"success","data":[]}',
        '{"2":{"wa":{}}}',
    ],
)
def test_json_without_a_failure_in_it_is_data(body: str) -> None:
    assert isinstance(classify(200, body), Data)


def test_no_content_is_an_acknowledgement() -> None:
    assert classify(204, "") == Data(None)


def test_a_suffix_and_an_envelope_both_tell_the_details() -> None:
    told = (
        classify(200, "WRONG_MAX_PRICE:0.51"),
        classify(400, '{"title":"X_Y","details":"d","info":{"min":1}}'),
    )

    assert told == (Refusal("WRONG_MAX_PRICE", "0.51"), Refusal("X_Y", "d", {"min": 1}))


@pytest.mark.parametrize(
    ("status", "body", "told", "pause"),
    [
        (429, "", None, 5.0),
        (429, "", 30.0, 30.0),
        (403, "error code: 1020", None, 10.0),
        (200, "Too Many Requests", None, 5.0),
        (200, "NO_NUMBERS", None, None),
    ],
)
def test_every_throttle_tells_how_long_to_keep_away(
    status: int, body: str, told: float | None, pause: float | None
) -> None:
    answer = classify(status, body, told)

    assert isinstance(answer, Refusal)
    assert answer.retry_after_seconds == pause


@given(st.integers(200, 599), st.text())
def test_no_text_breaks_the_classifier(status: int, body: str) -> None:
    assert isinstance(classify(status, body), Token | Data | Refusal | Nothing)
