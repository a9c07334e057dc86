"""Reads, out of the official SDK, which parameters each call of Stripe's API knows."""

import json
import sys
import typing
from decimal import Decimal
from pathlib import Path
from typing import Any, ForwardRef, Literal, NotRequired, Required, get_args, get_origin

from stripe import RequestOptions, params
from stripe.params import checkout
from typing_extensions import is_typeddict

CALLS = {
    "checkout.sessions.create": checkout.SessionCreateParams,
    "checkout.sessions.list": checkout.SessionListParams,
    "checkout.sessions.retrieve": checkout.SessionRetrieveParams,
    "checkout.sessions.expire": checkout.SessionExpireParams,
    "checkout.sessions.line_items": checkout.SessionLineItemListParams,
    "payment_intents.list": params.PaymentIntentListParams,
    "payment_intents.retrieve": params.PaymentIntentRetrieveParams,
    "charges.list": params.ChargeListParams,
    "charges.retrieve": params.ChargeRetrieveParams,
    "refunds.create": params.RefundCreateParams,
    "refunds.list": params.RefundListParams,
    "refunds.retrieve": params.RefundRetrieveParams,
    "disputes.list": params.DisputeListParams,
    "disputes.retrieve": params.DisputeRetrieveParams,
    "disputes.close": params.DisputeCloseParams,
    "events.list": params.EventListParams,
    "events.retrieve": params.EventRetrieveParams,
    "balance.retrieve": params.BalanceRetrieveParams,
    "account.retrieve": params.AccountRetrieveCurrentParams,
}
_SCALARS = {str: "text", int: "integer", bool: "flag", float: "number", Decimal: "number"}
_EXPORT = "bot/sandbox/payments/stripe/parameters.json"


def vocabulary() -> dict[str, Any]:
    """Each call's parameters: a kind, "=a|b" choices, [lists], {hashes}; "!" ends a required name."""
    return {call: _hash(shape) for call, shape in CALLS.items()}


def _hash(shape: Any) -> dict[str, Any]:
    names = vars(sys.modules[shape.__module__]) | vars(typing)
    found: dict[str, Any] = {}
    for name, written in shape.__annotations__.items():
        if name in RequestOptions.__annotations__:
            continue
        annotation = _read(written, names)
        optional = get_origin(annotation) is NotRequired
        if get_origin(annotation) in (NotRequired, Required):
            annotation = get_args(annotation)[0]
        found[name if optional else f"{name}!"] = _rule(annotation, names)
    return found


def _read(written: Any, names: dict[str, Any]) -> Any:
    while isinstance(written, (ForwardRef, str)):
        text = written.__forward_arg__ if isinstance(written, ForwardRef) else written
        written = eval(text, names)
    return written


def _rule(written: Any, names: dict[str, Any]) -> Any:
    annotation = _read(written, names)
    origin, inner = get_origin(annotation), get_args(annotation)
    if is_typeddict(annotation):
        return _hash(annotation)
    if origin is Literal:
        return "empty" if inner == ("",) else "=" + "|".join(map(str, inner))
    if origin is list:
        return [_rule(inner[0], names)]
    if origin is dict:
        return "map"
    if inner:
        return _union([_rule(part, names) for part in inner if "UntypedStripeObject" not in str(part)])
    return _SCALARS[annotation]


def _union(rules: list[Any]) -> Any:
    texts = [rule for rule in rules if isinstance(rule, str)]
    wide = [rule for rule in rules if not isinstance(rule, str)]
    if not wide:
        choices = [rule for rule in texts if rule.startswith("=")]
        kinds = choices or [rule for rule in texts if rule != "empty"]
        return kinds[0] + ("?" if "empty" in texts else "")
    if isinstance(wide[0], dict):
        return {"": texts[0]} | wide[0] if texts else wide[0]
    return [*wide[0], *texts]


if __name__ == "__main__":
    Path(_EXPORT).write_text(json.dumps(vocabulary(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
