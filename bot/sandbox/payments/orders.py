"""Orders of a person or a player to the world: a form of a page, or JSON."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from html import escape
from typing import Any

from aiohttp import web

from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.page import card, shell

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
Order = Mapping[str, Any]
Act = Callable[[Order, Mapping[str, str]], Any]


def carry_out(act: Act) -> Callable[[web.Request], Any]:
    """Make a route of a function of an order and of the names in the address."""

    async def handler(request: web.Request) -> web.Response:
        order = await _read(request)
        try:
            result = act(order, request.match_info)
        except (ImpossibleOrderError, KeyError, TypeError, ValueError) as error:
            return _refused(request, error)
        return _done(request, order, result)

    return handler


async def _read(request: web.Request) -> dict[str, Any]:
    if request.content_type in _FORMS:
        form = await request.post()
        return {name: value for name, value in form.items() if isinstance(value, str) and value}
    if not request.can_read_body:
        return {}
    body = await request.json(loads=_loads)
    return body if isinstance(body, dict) else {"": body}


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _done(request: web.Request, order: Order, result: Any) -> web.Response:
    back = order.get("back")
    if request.content_type in _FORMS and isinstance(back, str) and back.startswith("/pay/"):
        raise web.HTTPSeeOther(back)
    return web.json_response(result, dumps=partial(json.dumps, default=str))


def _refused(request: web.Request, error: Exception) -> web.Response:
    why = f"missing: {error}" if isinstance(error, KeyError) else str(error)
    if request.content_type in _FORMS:
        return shell("Not possible", card(f"<h1>Not possible</h1><p>{escape(why)}</p>"), status=409)
    return web.json_response({"error": why}, status=getattr(error, "status", 400))


def text(order: Order, name: str) -> str | None:
    value = order.get(name)
    return None if value is None else str(value)


def whole(order: Order, name: str) -> int | None:
    value = order.get(name)
    return None if value is None else int(value)


def decimal(order: Order, name: str) -> Decimal | None:
    value = order.get(name)
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name} is no number: {value}") from None


def flag(order: Order, name: str) -> bool | None:
    """A JSON boolean, or a form's word for one."""
    value = order.get(name)
    return (
        value
        if value is None or isinstance(value, bool)
        else str(value).lower() in ("1", "on", "true", "yes")
    )
