"""Codes and texts, in the many ways providers write them."""

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from services.ports.provider import Received
from services.providers.handler_api.parsing.values import read_fields, read_id, read_text, read_time
from services.providers.handler_api.reading import NotJson, read_json

# "[CODE]" in a string, with or without quotes of its own around it.
_BRACKETED = re.compile(r'"?(\[[^\[]*\])"?', re.DOTALL)
# "123 456" and "G-123456" are codes; a sentence is a text that holds one.
_SPACED_CODE = re.compile(r"[\d \-]{1,16}")


def read_message(said: object, text: object = None, *, is_call: bool = False) -> Received | None:
    """Read one message; what stands in the code's place may be the whole text (SMS-Activate)."""
    code, full = read_text(said), read_text(text)
    if code and _is_sentence(code):
        code, full = None, full or code
    if code is None and full is None:
        return None
    return Received(code, full, is_call=is_call)


def read_messages(codes: object, text: object = None, *, is_call: bool = False) -> tuple[Received, ...]:
    """Read a row's codes, oldest first; its one text belongs to the newest of them.

    `smsCode` is null, blank, "null", a code, "[CODE]" in a string, or a list (sms.online).
    """
    listed = _listed(codes)
    texts = _texts(text)
    told = max(len(listed), len(texts))
    listed = [None] * (told - len(listed)) + listed
    texts = [None] * (told - len(texts)) + texts
    found = (read_message(code, full, is_call=is_call) for code, full in zip(listed, texts, strict=True))
    return tuple(each for each in found if each is not None)


def read_record(row: object, zone: tzinfo | None = None) -> Received | None:
    """Read one message told as an object.

    HeroSMS: id, phoneFrom, code, text, date, type. SMS-Activate: code, text, dateTime; calls with `from`.
    """
    fields = read_fields(row)
    found = read_message(fields.get("code"), fields.get("text"), is_call=_is_call(fields))
    if found is None:
        return None
    return Received(
        code=found.code,
        text=found.text,
        sender=read_text(fields.get("phoneFrom") or fields.get("from")),
        received_at=read_time(fields.get("date") or fields.get("dateTime"), zone),
        message_id=read_id(fields.get("id")),
        is_call=found.is_call,
    )


def read_records(rows: object, zone: tzinfo | None = None) -> tuple[Received, ...]:
    listed = rows if isinstance(rows, list) else []
    found = (read_record(row, zone) for row in listed)
    return tuple(each for each in found if each is not None)


def _is_call(fields: Mapping[str, Any]) -> bool:
    return fields.get("type") == "call" or "parsingCount" in fields


def _is_sentence(code: str) -> bool:
    return any(sign.isspace() for sign in code) and not _SPACED_CODE.fullmatch(code)


def _listed(told: object) -> list[object]:
    if isinstance(told, str):
        bracketed = _BRACKETED.fullmatch(told.strip())
        told = _opened(bracketed[1]) if bracketed else told
    return _texts(told)


def _opened(bracketed: str) -> object:
    value = read_json(bracketed)
    return bracketed[1:-1] if isinstance(value, NotJson) else value


def _texts(told: object) -> list[object]:
    listed = told if isinstance(told, list) else [told]
    return [each for each in listed if read_text(each) is not None]
