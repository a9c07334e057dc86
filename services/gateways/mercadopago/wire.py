import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx
import mercadopago
from mercadopago.config import RequestOptions
from mercadopago.http import HttpClient

from services.clock import Clock
from services.errors import GatewayRefused, GatewayUnavailable
from services.gateways.mercadopago.settings import MercadoPagoSettings

_ANSWER_WITHIN_SECONDS = 30
_SILENCE_SECONDS = 20
_LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
_CALLS_AT_ONCE = 4
_ERROR, _SERVER_FAULT = 400, 500
# Mercado Pago: 409 and 423 are another request with this key still running, 429 too many of them
_ASK_LATER = {408, 409, 423, 425, 429}

Call = Callable[[mercadopago.SDK, RequestOptions], Mapping[str, Any]]


class MercadoPago:
    """The SDK off the event loop: its calls block, so a few threads of our own make them."""

    def __init__(self, settings: MercadoPagoSettings, clock: Clock) -> None:
        token = settings.mercadopago_access_token.get_secret_value()
        self._http = BoundedHttp(settings.mercadopago_api_url, token, clock)
        self._sdk = mercadopago.SDK(token, http_client=self._http)
        self._threads = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="mercadopago")

    async def ask(self, call: Call, key: str | None = None) -> Any:
        """Make one call; `key` makes a second one under it the same one."""
        # new options for each call: the SDK writes the token into those it is handed
        options = RequestOptions(custom_headers={"x-idempotency-key": key} if key else None)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_SECONDS):
                answer = await loop.run_in_executor(self._threads, call, self._sdk, options)
        except TimeoutError as error:
            raise GatewayUnavailable("no answer in time") from error
        return answer["response"]

    async def aclose(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._http.close()


class BoundedHttp(HttpClient):  # type: ignore[misc]  # the SDK is untyped
    """Carry the SDK's requests by httpx: another host, a deadline, a cap, exact decimals, real errors."""

    def __init__(self, address: str, token: str, clock: Clock) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._clock = clock
        self._http = httpx.Client(
            timeout=_SILENCE_SECONDS,
            transport=httpx.HTTPTransport(retries=1),  # only of a connection that never came up
        )

    def request(self, method: str, url: str, **said: Any) -> dict[str, Any]:
        where = self._address + urlsplit(url).path  # Mercado Pago: the SDK knows one host only
        about = {"headers": said["headers"], "params": said.get("params"), "content": said.get("data")}
        try:
            with self._http.stream(method, where, **about) as response:
                status, answer = response.status_code, decimal_json(self._body_of(response))
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise GatewayUnavailable(f"{type(error).__name__}: {method} {urlsplit(url).path}") from error
        if status >= _ERROR:
            raise self._refusal(status, answer)
        return {"status": status, "response": answer}

    def close(self) -> None:
        self._http.close()

    def _body_of(self, response: httpx.Response) -> bytes:
        give_up_at = self._clock.monotonic() + _ANSWER_WITHIN_SECONDS
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > _LARGEST_ANSWER_BYTES or self._clock.monotonic() > give_up_at:
                raise GatewayUnavailable("too large or too slow to be an answer")
        return bytes(body)

    def _refusal(self, status: int, answer: object) -> GatewayUnavailable | GatewayRefused:
        code, told = _reason(answer)
        told = told.replace(self._token, "…")[:300]
        if status >= _SERVER_FAULT or status in _ASK_LATER:
            return GatewayUnavailable(f"{status} {code} {told}")
        return GatewayRefused(code or str(status), told)


def json_number(amount: Decimal) -> float:
    """Say money to the SDK's encoder, which knows no Decimal; its shortest form is exact to 15 digits."""
    return float(amount)


def decimal_json(body: bytes) -> Any:
    return json.loads(body, parse_float=Decimal) if body else None


def _reason(answer: object) -> tuple[str, str]:
    """Mercado Pago: `cause` holds the number of the refusal, `error` only its kind."""
    if not isinstance(answer, dict):
        return "", ""
    causes = answer.get("cause")
    first = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], dict) else {}
    code = first.get("code") or answer.get("error") or ""
    return str(code), f"{answer.get('message', '')} {first.get('description', '')}".strip()
