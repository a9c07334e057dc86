"""Which parameters each call knows, at every depth, and of what kind (`parameters.json`)."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.sandbox.payments.stripe.refusals import StripeRefusal

_CALLS: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("parameters.json").read_text(encoding="utf-8")
)
_INTEGER = re.compile(r"-?\d{1,15}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_MOST_METADATA, _LONGEST_NAME, _LONGEST_VALUE = 50, 40, 500


def read_parameters(call: str, tree: Mapping[str, Any]) -> dict[str, Any]:
    """Check a call's tree of texts and give it its types back; empty texts unset and are left out."""
    _refuse_payment_method_types(tree)
    return _hash(_CALLS[call], tree, "")


def _refuse_payment_method_types(tree: Mapping[str, Any]) -> None:
    # Stripe: gone since API 2026-09-30.endive, for Checkout Sessions and PaymentIntents alike
    if "payment_method_types" in tree:
        raise StripeRefusal(
            "`payment_method_types` is no longer supported; see `allowed_payment_method_types`.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )


def _hash(rules: Mapping[str, Any], tree: Mapping[str, Any], at: str) -> dict[str, Any]:
    known = {name.rstrip("!"): rule for name, rule in rules.items() if name}
    for name in tree:
        if name not in known:
            full = _named(at, name)
            raise StripeRefusal(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
    for name in rules:
        if name.endswith("!") and tree.get(name[:-1], "") == "":
            full = _named(at, name[:-1])
            raise StripeRefusal(f"Missing required param: {full}.", code="parameter_missing", param=full)
    typed = {name: _value(known[name], value, _named(at, name)) for name, value in tree.items()}
    return {name: value for name, value in typed.items() if value is not None}


def _value(rule: Any, value: Any, at: str) -> Any:
    if isinstance(rule, dict):
        return _hash_or_scalar(rule, value, at)
    if isinstance(rule, list):
        return _list(rule, value, at)
    if rule.rstrip("?") == "map":
        return _metadata(value, at)
    if not isinstance(value, str):
        raise StripeRefusal(f"Invalid string: {at}", param=at)
    return _scalar(rule, value, at)


def _hash_or_scalar(rule: Mapping[str, Any], value: Any, at: str) -> Any:
    if isinstance(value, dict):
        return _hash(rule, value, at)
    if isinstance(value, str) and "" in rule:
        return _scalar(rule[""], value, at)
    raise StripeRefusal(f"Invalid object: {at} must be a hash", code="parameter_invalid", param=at)


def _list(rule: list[Any], value: Any, at: str) -> list[Any] | None:
    if value == "" and "empty" in rule[1:]:
        return None
    if not isinstance(value, list):
        raise StripeRefusal(f"Invalid array: {at}", code="parameter_invalid", param=at)
    return [_value(rule[0], item, f"{at}[{index}]") for index, item in enumerate(value)]


def _scalar(rule: str, value: str, at: str) -> Any:
    kind = rule.rstrip("?")
    if value == "":
        return _empty(rule, at)
    if kind == "integer":
        return _matching(_INTEGER, int, value, at)
    if kind == "number":
        return _matching(_NUMBER, str, value, at)
    if kind == "flag":
        return _flag(value, at)
    if kind.startswith("=") and value not in kind[1:].split("|"):
        words = kind[1:].replace("|", ", ")
        raise StripeRefusal(f"Invalid {at}: must be one of {words}", param=at)
    return value


def _empty(rule: str, at: str) -> None:
    if not rule.endswith("?") and rule != "empty":
        raise StripeRefusal(
            f"You passed an empty string for '{at}', which cannot be unset.",
            code="parameter_invalid_empty",
            param=at,
        )


def _matching(pattern: re.Pattern[str], make: type[int | str], value: str, at: str) -> int | str:
    if not pattern.fullmatch(value):
        raise StripeRefusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=at)
    return make(value)


def _flag(value: str, at: str) -> bool:
    if value not in ("true", "false"):
        raise StripeRefusal(f"Invalid boolean: {value}", code="parameter_invalid_boolean", param=at)
    return value == "true"


def _metadata(value: Any, at: str) -> dict[str, str]:
    pairs = value if isinstance(value, dict) else _numbered(value, at)
    if len(pairs) > _MOST_METADATA:
        raise StripeRefusal(f"Metadata may hold at most {_MOST_METADATA} keys.", param=at)
    for name, text in pairs.items():
        if not isinstance(text, str) or len(name) > _LONGEST_NAME or len(text) > _LONGEST_VALUE:
            raise StripeRefusal(f"Metadata under {name!r} is no text or is too long.", param=f"{at}[{name}]")
    return {name: text for name, text in pairs.items() if text}


def _numbered(value: Any, at: str) -> dict[str, Any]:
    """A map whose names are all numbers looks like a list in a form."""
    if value == "":
        return {}
    if not isinstance(value, list):
        raise StripeRefusal(f"Invalid object: {at} must be a hash", code="parameter_invalid", param=at)
    return {str(index): item for index, item in enumerate(value)}


def _named(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name
