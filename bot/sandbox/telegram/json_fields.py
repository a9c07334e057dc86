"""Reading fields of JSON objects the way the Bot API does, with its words for what is wrong."""

import json
from typing import Any

from bot.sandbox.telegram.errors import BadRequest

Json = dict[str, Any]

_TYPES: dict[type, str] = {str: "String", int: "Number", bool: "Boolean", dict: "Object", list: "Array"}


class WrongField(Exception):
    """A field is missing or of another type."""


def parse(text: str, refusal: str) -> Any:
    """Read JSON; half a surrogate pair, which JSON can spell, is no text."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadRequest("strings must be encoded in UTF-8") from None
    except (ValueError, RecursionError):
        raise BadRequest(refusal) from None
    return value


def object_in(value: Any, refusal: str) -> Json:
    if not isinstance(value, dict):
        raise WrongField(refusal)
    return value


def string(source: Json, name: str, *, required: bool = False) -> str:
    value = _present(source, name, required=required)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise WrongField(f'Field "{name}" must be of type String')
    return str(value)


def integer(source: Json, name: str, *, required: bool = False) -> int:
    value = _present(source, name, required=required)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise WrongField(f'Field "{name}" must be of type Number')
    try:
        return int(value)
    except ValueError:
        raise WrongField(f'Field "{name}" must be of type Number') from None


def typed(source: Json, name: str, kind: type, *, required: bool = False) -> Any:
    value = _present(source, name, required=required)
    if value is not None and not isinstance(value, kind):
        raise WrongField(f'Field "{name}" must be of type {_TYPES[kind]}')
    return value


def _present(source: Json, name: str, *, required: bool) -> Any:
    if required and source.get(name) is None:
        raise WrongField(f'Can\'t find field "{name}"')
    return source.get(name)
