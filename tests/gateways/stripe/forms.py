"""Hold what our code put on the wire against the types Stripe publishes in its SDK."""

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin
from urllib.parse import parse_qsl

import typing_extensions
from pydantic import BaseModel, ConfigDict, create_model
from stripe import RequestOptions, params
from stripe.params import checkout

from tests.gateways.wire import Asked

CALLS: dict[str, Any] = {
    "POST /v1/checkout/sessions": checkout.SessionCreateParams,
    "GET /v1/checkout/sessions": checkout.SessionListParams,
    "GET /v1/checkout/sessions/*": checkout.SessionRetrieveParams,
    "POST /v1/checkout/sessions/*/expire": checkout.SessionExpireParams,
    "GET /v1/payment_intents/*": params.PaymentIntentRetrieveParams,
    "GET /v1/charges/*": params.ChargeRetrieveParams,
    "GET /v1/disputes": params.DisputeListParams,
    "GET /v1/disputes/*": params.DisputeRetrieveParams,
    "POST /v1/refunds": params.RefundCreateParams,
    "GET /v1/refunds/*": params.RefundRetrieveParams,
    "GET /v1/events": params.EventListParams,
    "GET /v1/balance": params.BalanceRetrieveParams,
}
_COLLECTIONS = {"sessions", "payment_intents", "charges", "disputes", "refunds"}
_WRAPPERS = (NotRequired, Required, Annotated, typing_extensions.NotRequired, typing_extensions.Required)


def check(asked: Asked) -> None:
    """Raise on any name, value or type Stripe's own types do not know, at any depth."""
    fields = [
        *asked.query,
        *parse_qsl(asked.body.decode(), keep_blank_values=True, strict_parsing=bool(asked.body)),
    ]
    _model(CALLS[call_of(asked.route)]).model_validate(unflatten(fields))


def call_of(route: str) -> str:
    words = route.split("/")
    return "/".join(
        "*" if before in _COLLECTIONS else word for before, word in zip(["", *words], words, strict=False)
    )


def unflatten(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Undo the form encoding: `a[0][b]=1` is {"a": [{"b": "1"}]}."""
    tree: dict[str, Any] = {}
    for name, value in fields:
        *path, last = name.replace("]", "").split("[")
        here = tree
        for step in path:
            here = here.setdefault(step, {})
        assert last not in here, f"{name} is sent twice"
        here[last] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    children = {name: _with_lists(child) for name, child in value.items()}
    if all(name.isdecimal() for name in children):
        assert list(children) == [str(index) for index in range(len(children))]
        return list(children.values())
    return children


@cache
def _model(form: Any) -> type[BaseModel]:
    # the SDK's own options (api_key, …) never travel as fields
    hints = {
        name: hint
        for name, hint in typing_extensions.get_type_hints(
            form, localns={"StripeContext": str, "Mapping": Mapping}
        ).items()
        if name not in RequestOptions.__annotations__
    }
    fields: dict[str, Any] = {
        name: (_plain(hint), ...) if name in form.__required_keys__ else (_plain(hint) | None, None)
        for name, hint in hints.items()
    }
    return create_model(form.__name__, __config__=ConfigDict(extra="forbid"), **fields)


def _plain(hint: Any) -> Any:
    if typing_extensions.is_typeddict(hint):
        return _model(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in _WRAPPERS:
        return _plain(arguments[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(_plain(arm) for arm in _meant(arguments))]  # noqa: UP007  built, not written
    if origin is list:
        return list[_plain(arguments[0])]  # type: ignore[misc]  # built, not written
    return dict[str, str] if origin is dict else hint


def _meant(arms: tuple[Any, ...]) -> list[Any]:
    """Drop the arms that let anything through: `Literal[…] | str` means the words listed."""
    words = [word for arm in arms if get_origin(arm) is Literal for word in get_args(arm)]
    is_closed = bool(words) and "" not in words
    return [arm for arm in arms if not (is_closed and arm is str) and "Untyped" not in repr(arm)]
