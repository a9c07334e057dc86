"""Mercado Pago's API over HTTP: tokens, keys, JSON."""

import json
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from aiohttp import web

from bot.sandbox.journal import Journal
from bot.sandbox.payments.faults import Faults
from bot.sandbox.payments.mercadopago import pix, preferences, returns, wording
from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.payers import pass_time
from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal
from bot.sandbox.payments.mercadopago.searching import search

Asked = Mapping[str, Any]
Answer = tuple[int, Any]
Act = Callable[[Account, Asked, str], Answer]
_LONGEST_KEY = 64


class Wire:
    """Speaks for one account at `/mercadopago/…`."""

    def __init__(self, account: Account, journal: Journal, faults: Faults, *, access_token: str) -> None:
        self._account, self._journal, self._faults = account, journal, faults
        self._access_token = access_token
        self._answered: dict[tuple[str, str], tuple[str, Answer]] = {}

    def routes(self) -> list[web.RouteDef]:
        at = "/mercadopago"
        played = [
            web.route(verb, f"{at}{path}", self._handler(act, needs_key=needs_key))
            for verb, path, act, needs_key in _CALLS
        ]
        return [*played, web.route("*", f"{at}/{{rest:.*}}", self._handler(_unknown, needs_key=False))]

    def _handler(self, act: Act, *, needs_key: bool) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            body = await request.read()
            status, told = self._answer(act, request, body, needs_key=needs_key)
            text = _json(told)
            call = f"{request.method} {request.path}"
            self._journal.write("mercadopago", call, _shown(request, body), status, text)
            return web.Response(text=text, status=status, content_type="application/json")

        async def handler(request: web.Request) -> web.Response:
            return await self._faults.around(request, answer, _broken)

        return handler

    def _answer(self, act: Act, request: web.Request, body: bytes, *, needs_key: bool) -> Answer:
        pass_time(self._account)
        try:
            self._admit(request)
            asked = _asked(request, body)
            subject = request.match_info.get("id", "")
            if not needs_key:
                return act(self._account, asked, subject)
            return self._once(request, asked, lambda: act(self._account, asked, subject))
        except MercadoPagoRefusal as refusal:
            return refusal.status, refusal.body()

    def _admit(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._access_token}":
            raise MercadoPagoRefusal("invalid access token", status=401, error="unauthorized")

    def _once(self, request: web.Request, asked: Asked, act: Callable[[], Answer]) -> Answer:
        """Mercado Pago: payments and refunds need a key, and the same key is the same thing."""
        key = request.headers.get("X-Idempotency-Key", "")
        if not key:
            raise MercadoPagoRefusal("Header X-Idempotency-Key can't be null", cause=4292)
        if len(key) > _LONGEST_KEY:
            raise MercadoPagoRefusal("Header X-Idempotency-Key is too long", cause=4292)
        known, fingerprint = self._answered.get((request.path, key)), repr(asked)
        if known is None:
            answer = act()
            self._answered[request.path, key] = fingerprint, answer
            return answer
        if known[0] != fingerprint:
            raise MercadoPagoRefusal(
                "This key was used for another request", status=409, error="idempotency_key_already_used"
            )
        return known[1]


def _create_payment(account: Account, asked: Asked, _: str) -> Answer:
    return 201, wording.payment_object(account, pix.create(account, asked))


def _get_payment(account: Account, _: Asked, subject: str) -> Answer:
    return 200, wording.payment_object(account, account.payment(subject))


def _change_payment(account: Account, asked: Asked, subject: str) -> Answer:
    payment = account.payment(subject)
    pix.change(account, payment, asked)
    return 200, wording.payment_object(account, payment)


def _search(account: Account, asked: Asked, _: str) -> Answer:
    return 200, search(account, asked)


def _create_refund(account: Account, asked: Asked, subject: str) -> Answer:
    return 201, wording.refund_object(returns.refund(account, account.payment(subject), asked))


def _list_refunds(account: Account, _: Asked, subject: str) -> Answer:
    return 200, [wording.refund_object(one) for one in account.payment(subject).refunds]


def _create_preference(account: Account, asked: Asked, _: str) -> Answer:
    return 201, wording.preference_object(account, preferences.create(account, asked))


def _get_preference(account: Account, _: Asked, subject: str) -> Answer:
    return 200, wording.preference_object(account, account.preference(subject))


def _change_preference(account: Account, asked: Asked, subject: str) -> Answer:
    preference = account.preference(subject)
    preferences.change(preference, asked)
    return 200, wording.preference_object(account, preference)


def _get_chargeback(account: Account, _: Asked, subject: str) -> Answer:
    return 200, wording.chargeback_object(account, returns.chargeback(account, subject))


def _who_am_i(account: Account, _: Asked, __: str) -> Answer:
    return 200, wording.user_object(account)


def _unknown(_: Account, __: Asked, ___: str) -> Answer:
    raise MercadoPagoRefusal("resource not found", status=404, error="not_found")


# verb, address, what it does, whether it needs an idempotency key
_CALLS: tuple[tuple[str, str, Act, bool], ...] = (
    ("POST", "/v1/payments", _create_payment, True),
    ("GET", "/v1/payments/search", _search, False),
    ("GET", "/v1/payments/{id}", _get_payment, False),
    ("PUT", "/v1/payments/{id}", _change_payment, False),
    ("POST", "/v1/payments/{id}/refunds", _create_refund, True),
    ("GET", "/v1/payments/{id}/refunds", _list_refunds, False),
    ("POST", "/checkout/preferences", _create_preference, False),
    ("GET", "/checkout/preferences/{id}", _get_preference, False),
    ("PUT", "/checkout/preferences/{id}", _change_preference, False),
    ("GET", "/v1/chargebacks/{id}", _get_chargeback, False),
    ("GET", "/users/me", _who_am_i, False),
)


def _asked(request: web.Request, body: bytes) -> Asked:
    if request.method == "GET":
        return dict(request.query)
    try:
        asked = json.loads(body or b"{}", parse_float=Decimal)
    except ValueError:
        raise MercadoPagoRefusal("Invalid JSON", error="json_syntax_error") from None
    if not isinstance(asked, dict | None):
        raise MercadoPagoRefusal("The body must be an object", error="json_syntax_error")
    return asked or {}


def _shown(request: web.Request, body: bytes) -> dict[str, Any]:
    return {**request.query, **({"body": body.decode(errors="replace")} if body else {})}


def _json(told: Any) -> str:
    return json.dumps(told, default=_number, ensure_ascii=False)


def _number(amount: object) -> float | int:
    """Mercado Pago writes money as JSON numbers: 10 or 10.5."""
    assert isinstance(amount, Decimal)
    return int(amount) if amount == int(amount) else float(amount)


def _broken(status: int) -> web.Response:
    words = (
        ("too_many_requests", "too_many_requests") if status == 429 else ("internal_error", "internal_error")
    )
    body = MercadoPagoRefusal(words[0], status=status, error=words[1]).body()
    return web.json_response(body, status=status)
