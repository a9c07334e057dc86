"""What a body means, whichever of the protocol's two error families it speaks.

Classic (SMS-Activate): failures are words at status 200. Envelope (HeroSMS): real statuses and
`{"title": CODE, "details": …, "info": …}`. Both are accepted on every call, since clones mix them.
The Content-Type says nothing (HeroSMS: text/html for everything) and is not looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from services.providers.handler_api import errors
from services.providers.handler_api.answers import Answer, Data, Nothing, Refusal, Token
from services.providers.handler_api.reading import NotJson, read_json

_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_ONE_WORD_CODES = frozenset({"BANNED"})
_SUCCESS_WORDS = frozenset(
    {
        "ACCESS_BALANCE",
        "ACCESS_NUMBER",
        "ACCESS_READY",
        "ACCESS_RETRY_GET",
        "ACCESS_ACTIVATION",
        "ACCESS_CANCEL",
        "STATUS_WAIT_CODE",
        "STATUS_WAIT_RETRY",
        "STATUS_WAIT_RESEND",
        "STATUS_OK",
        "STATUS_CANCEL",
        "FULL_SMS",
        "CANCEL",  # sms24h: its own word for a number that has ended
    }
)
# Sentences some providers say instead of a code; compared whole, never searched for.
_PHRASES: Mapping[str, str] = {
    "no access": "BAD_KEY",  # SMSBower, at 401
    "service is incorrect": "BAD_SERVICE",  # HeroSMS, getPrices
    "country is incorrect": "BAD_COUNTRY",
    "bad service": "BAD_SERVICE",  # SMSBower, getPrices
    "bad country": "BAD_COUNTRY",
    "too many requests": "RATE_LIMIT",
    "server error": "SERVER_ERROR",  # privatesms.vip, with a blank
}
# GrizzlySMS: the one sentence with words of its own around it: "service is prohibited for sale in …".
_PROHIBITED = "prohibited for sale"
_LONGEST_SENTENCE = 300
_EDGE_1020 = "error code: 1020"
_PAGE = re.compile(r"\s*<(!doctype|html|head|body)\b", re.IGNORECASE)
# 408, 425 and 499 tell of a request that broke on its way; 409 without a word tells of a state.
_INDEFINITE = frozenset({408, 409, 425, 499})
_CODES: Mapping[int, str] = {
    401: "BAD_KEY",
    402: "NO_BALANCE",
    404: "HTTP_404",
    405: "HTTP_405",
    429: "RATE_LIMIT",
}
_LEAST_PAUSE_SECONDS = 5.0
_EDGE_PAUSE_SECONDS = 10.0  # HeroSMS: its front door blocks for 10 s


def classify(status: int, body: str, retry_after_seconds: float | None = None) -> Answer:
    """Tell what a reply says: a token, data, a refusal, or nothing that can be used."""
    if status == HTTPStatus.NO_CONTENT:
        return Data(None)
    said = _open(body.strip().removeprefix("\ufeff").strip())
    answer = _by_status(status, said, body)
    if isinstance(answer, Refusal):
        return _settle(status, answer, retry_after_seconds)
    if isinstance(answer, Nothing):
        return replace(answer, retry_after_seconds=retry_after_seconds)
    return answer


def _by_status(status: int, said: Token | Data | Nothing, body: str) -> Answer:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _refusal_in(said) or said
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _refused(status, said, body)
    # A fault of theirs proves nothing about what was done before it, whatever its text.
    return Nothing(f"HTTP {status}")


def _settle(status: int, refusal: Refusal, retry_after_seconds: float | None) -> Refusal | Nothing:
    """Tell their own faults from refusals, and with every throttle how long to keep away."""
    throttled = status == HTTPStatus.TOO_MANY_REQUESTS
    if refusal.code in errors.SERVER_FAULTS and not throttled:
        return Nothing(refusal.code, retry_after_seconds=retry_after_seconds)
    if not throttled and refusal.code not in errors.THROTTLES:
        return replace(refusal, retry_after_seconds=retry_after_seconds)
    pause = retry_after_seconds or refusal.retry_after_seconds or _LEAST_PAUSE_SECONDS
    code = refusal.code if refusal.code in errors.PURCHASE_REJECTIONS else "RATE_LIMIT"
    return replace(refusal, code=code, retry_after_seconds=pause)


def _open(body: str) -> Token | Data | Nothing:
    if not body:
        return Nothing("empty body")
    if body[0] not in '{["':
        return Token(body)
    value = read_json(body)
    if isinstance(value, NotJson):
        return Nothing(f"not JSON: {value.reason}")
    return Token(value.strip()) if isinstance(value, str) else Data(value)


def _refusal_in(said: Token | Data | Nothing) -> Refusal | Nothing | None:
    match said:
        case Token():
            return _refusal_in_text(said)
        case Data(dict(fields)):
            return _refusal_in_fields(fields)
        case _:
            return None


def _refusal_in_text(said: Token) -> Refusal | Nothing | None:
    if said.word in _SUCCESS_WORDS:
        return None
    if is_code(said.word):
        return Refusal(said.word, said.rest)
    code = _phrase(said.text)
    return Refusal(code, said.text) if code else Nothing("text without a known word")


def _refusal_in_fields(fields: Mapping[str, Any]) -> Refusal | None:
    if "activationId" in fields:  # HeroSMS: a purchase carries `status` as well
        return None
    title = fields.get("title")
    if isinstance(title, str) and is_code(Token(title).word):
        return _refusal_of(fields, title, _text(fields.get("details")))
    if _has_failed(fields):
        return _refusal_of(fields, _message(fields), "")
    return None


def _refusal_of(fields: Mapping[str, Any], message: str, details: str) -> Refusal:
    said = Token(message.strip())
    info = fields.get("info")
    info = info if isinstance(info, dict) else {}
    if is_code(said.word):
        return Refusal(said.word, details or said.rest, info)
    return Refusal(_phrase(said.text) or errors.FAILED, details or said.text, info)


def _has_failed(fields: Mapping[str, Any]) -> bool:
    """SMS-Activate: status "error" or "false"; SMSBower: status 0, or nothing but `error`."""
    status = fields.get("status", True)
    if status is False or (isinstance(status, int) and status == 0):
        return True
    if isinstance(status, str) and status.lower() in {"false", "error", "0"}:
        return True
    error = fields.get("error")
    return "status" not in fields and isinstance(error, str) and bool(error)


def _message(fields: Mapping[str, Any]) -> str:
    told = (fields.get(name) for name in ("error", "message", "msg", "code"))
    return next((text for text in told if isinstance(text, str) and text.strip()), "")


def _refused(status: int, said: Token | Data | Nothing, body: str) -> Refusal | Nothing:
    refusal = _refusal_in(said)
    if isinstance(refusal, Refusal):
        return refusal
    if status in _INDEFINITE or _claims_success(said):
        return Nothing(f"HTTP {status}")
    if code := _CODES.get(status):
        return Refusal(code, f"HTTP {status}")
    if _is_page(body):
        return Refusal(errors.EDGE_BLOCK, f"HTTP {status}", retry_after_seconds=_EDGE_PAUSE_SECONDS)
    return Nothing(f"HTTP {status}")


def _claims_success(said: Token | Data | Nothing) -> bool:
    match said:
        case Token():
            return said.word in _SUCCESS_WORDS
        case Data(dict(fields)):
            return "activationId" in fields
        case _:
            return False


def is_code(word: str) -> bool:
    """A word in capitals with an underscore; single words (OK, ERROR) only where documented."""
    return word in _ONE_WORD_CODES or ("_" in word and _CODE.fullmatch(word) is not None)


def _phrase(text: str) -> str | None:
    sentence = text.strip().rstrip(".").lower()
    if _is_page(text) or len(sentence) > _LONGEST_SENTENCE:
        return None
    return _PHRASES.get(sentence) or ("PROHIBITED_FOR_SALE" if _PROHIBITED in sentence else None)


def _is_page(body: str) -> bool:
    return _PAGE.match(body) is not None or body.strip().lower() == _EDGE_1020


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
