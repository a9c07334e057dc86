"""Hold what our code put on the wire against the description of its API that Stripe publishes (OpenAPI).

`published.json` holds the calls we make as version 2026-05-27.dahlia of stripe/openapi (MIT) describes them,
without prose. It is made anew from the whole description by
`python -m tests.gateways.stripe.published spec3.json`.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft4Validator

from tests.gateways.stripe.forms import CALLS, call_of, unflatten
from tests.gateways.wire import Asked

_KEPT_IN = Path(__file__).with_name("published.json")
_FORM = "application/x-www-form-urlencoded"
_SAID = {"type", "properties", "required", "enum", "maxLength", "items", "anyOf", "additionalProperties"}
_INTO: dict[str, Callable[[str], object]] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def check(asked: Asked) -> None:
    """Raise on a name, a value, a kind or a length the description does not know, at any depth."""
    call = calls()[call_of(asked.route)]
    fields = parse_qsl(asked.body.decode(), keep_blank_values=True, strict_parsing=bool(asked.body))
    for part, sent in (("query", asked.query), ("body", fields)):
        Draft4Validator(call[part]).validate(_typed(call[part], unflatten(list(sent))))


@cache
def calls() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_KEPT_IN.read_text(encoding="utf-8"))
    return told


def _typed(schema: Mapping[str, Any], sent: Any) -> Any:
    """A form holds texts only: give each the kind that its schema wants, if it can be that."""
    if "anyOf" in schema:
        return next(_fitting(schema["anyOf"], sent), sent)
    if isinstance(sent, dict):
        inner = schema.get("properties", {})
        return {name: _typed(inner.get(name, {}), value) for name, value in sent.items()}
    if isinstance(sent, list):
        return [_typed(schema.get("items", {}), value) for value in sent]
    try:
        return _INTO[schema["type"]](sent)
    except (KeyError, ValueError):
        return sent


def _fitting(schemas: list[dict[str, Any]], sent: Any) -> Iterator[Any]:
    for schema in schemas:
        typed = _typed(schema, sent)
        if Draft4Validator(schema).is_valid(typed):
            yield typed


def trim(description: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the parameters of the calls we make; whatever names its fields has no others."""
    calls = {}
    for call in CALLS:
        method, path = call.split(" ", 1)
        told = _path_of(description["paths"], path)[method.lower()]
        query = [each for each in told.get("parameters", []) if each["in"] == "query"]
        body = told.get("requestBody", {}).get("content", {}).get(_FORM, {}).get("schema", {})
        calls[call] = {
            "query": _bare(
                {"type": "object", "properties": {each["name"]: each["schema"] for each in query}}
            ),
            "body": _bare({"type": "object", "properties": {}} | body),
        }
    return calls


def _path_of(paths: Mapping[str, Any], path: str) -> Any:
    """Their `/v1/refunds/{refund}` is our `/v1/refunds/*`."""
    words = path.split("/")
    for theirs, told in paths.items():
        names = theirs.split("/")
        pairs = zip(names, words, strict=False)
        if len(names) == len(words) and all(a == b or (b == "*" and a[0] == "{") for a, b in pairs if a or b):
            return told
    raise KeyError(path)


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in schema.items() if name in _SAID}
    if "properties" in kept:
        kept["properties"] = {name: _bare(inner) for name, inner in kept["properties"].items()}
        kept["additionalProperties"] = False
    if isinstance(kept.get("additionalProperties"), dict):
        kept["additionalProperties"] = _bare(kept["additionalProperties"])
    if "items" in kept:
        kept["items"] = _bare(kept["items"])
    if "anyOf" in kept:
        kept["anyOf"] = [_bare(inner) for inner in kept["anyOf"]]
    return kept


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = [f"{json.dumps(call)}: {json.dumps(told, sort_keys=True)}" for call, told in trim(whole).items()]
    _KEPT_IN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
