"""Stripe's API over HTTP: keys, form fields, ids of requests, answers."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.payments.faults import Faults
from bot.sandbox.payments.stripe.account import Account
from bot.sandbox.payments.stripe.calls import CALLS, Call
from bot.sandbox.payments.stripe.form import read_form
from bot.sandbox.payments.stripe.idempotency import Idempotency
from bot.sandbox.payments.stripe.objects import API_VERSION
from bot.sandbox.payments.stripe.parameters import read_parameters
from bot.sandbox.payments.stripe.payers import pass_time
from bot.sandbox.payments.stripe.records import new_id
from bot.sandbox.payments.stripe.refusals import StripeRefusal

_FORM = "application/x-www-form-urlencoded"
Answer = tuple[int, bytes, dict[str, str]]


class Wire:
    """Speaks for one account at `/stripe/v1/…`."""

    def __init__(
        self, account: Account, clock: Clock, journal: Journal, faults: Faults, *, secret_key: str
    ) -> None:
        self._account, self._clock, self._journal, self._faults = account, clock, journal, faults
        self._secret_key = secret_key
        self._idempotency = Idempotency()

    def routes(self) -> list[web.RouteDef]:
        played = [web.route(call.verb, f"/stripe{call.path}", self._handler(call)) for call in CALLS]
        return [*played, web.route("*", "/stripe/{rest:.*}", self._handler(None))]

    def _handler(self, call: Call | None) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            fields = await _fields(request)
            status, body, extra = self._answer(call, request, fields)
            self._journal.write(
                "stripe", f"{request.method} {request.path}", dict(fields), status, body.decode()
            )
            return _response(status, body, extra)

        async def handler(request: web.Request) -> web.Response:
            return await self._faults.around(request, answer, _broken)

        return handler

    def _answer(self, call: Call | None, request: web.Request, fields: list[tuple[str, str]]) -> Answer:
        try:
            self._admit(request)
            if call is None:
                return 404, _json(_unrecognized(request).body()), {}
            asked = read_parameters(call.name, read_form(fields))
            return self._once(call, request, fields, asked)
        except StripeRefusal as refusal:
            return refusal.status, _json(refusal.body()), {}

    def _admit(self, request: web.Request) -> None:
        _check_key(request.headers.get("Authorization", ""), self._secret_key)
        version = request.headers.get("Stripe-Version", API_VERSION)
        if version != API_VERSION:
            raise StripeRefusal(f"Invalid Stripe API version: {version}")
        if request.method == "POST" and request.can_read_body and request.content_type != _FORM:
            raise StripeRefusal(f"Invalid request (check that your POST content type is {_FORM}).")

    def _once(
        self, call: Call, request: web.Request, fields: list[tuple[str, str]], asked: dict[str, Any]
    ) -> Answer:
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        fingerprint = repr((request.path, sorted(fields)))
        known = self._idempotency.recall(key, fingerprint, self._clock.now())
        echo = {"Idempotency-Key": key} if key else {}
        if known is not None:
            return known.status, known.body, echo | {"Idempotent-Replayed": "true"}
        status, body = self._act(call, asked, request.match_info)
        self._idempotency.remember(key, fingerprint, status, body, self._clock.now())
        return status, body, echo

    def _act(self, call: Call, asked: dict[str, Any], names: Mapping[str, str]) -> tuple[int, bytes]:
        pass_time(self._account)
        try:
            return 200, _json(call.answer(self._account, asked, names.get("id", "")))
        except StripeRefusal as refusal:
            return refusal.status, _json(refusal.body())


def _check_key(authorization: str, secret_key: str) -> None:
    scheme, _, key = authorization.partition(" ")
    if not key:
        raise StripeRefusal(
            "You did not provide an API key in the Authorization header, using Bearer auth.", status=401
        )
    if scheme != "Bearer" or key != secret_key:
        masked = f"{key[:8]}{'*' * 8}{key[-4:]}"
        raise StripeRefusal(f"Invalid API Key provided: {masked}", status=401)


async def _fields(request: web.Request) -> list[tuple[str, str]]:
    in_address = [(name, value) for name, value in request.query.items()]
    body = await request.text() if request.can_read_body and request.content_type == _FORM else ""
    return in_address + parse_qsl(body, keep_blank_values=True)


def _unrecognized(request: web.Request) -> StripeRefusal:
    return StripeRefusal(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)


def _broken(status: int) -> web.Response:
    if status == 429:
        refusal = StripeRefusal("Too many requests hit the API too quickly.", status=429, code="rate_limit")
    else:
        refusal = StripeRefusal("An unknown error occurred", status=status, kind="api_error")
    return _response(status, _json(refusal.body()), {})


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, indent=2, ensure_ascii=False).encode()


def _response(status: int, body: bytes, extra: Mapping[str, str]) -> web.Response:
    headers = {"Request-Id": new_id("req_", 14), "Stripe-Version": API_VERSION, **extra}
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")
