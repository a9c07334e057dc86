import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import stripe
from pydantic import ValidationError

from services.errors import GatewayRefused, GatewayUnavailable

_ANSWER_WITHIN_SECONDS = 30
_LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
_KEY = re.compile(r"\b([sr]k_(?:test|live)_|whsec_)[\w*]+")
_SERVER_FAULT = 500


class BoundedHttp(stripe.HTTPClient):
    """Carry the SDK's requests by httpx, each with a deadline for its whole answer and a cap on it."""

    name = "httpx"

    def __init__(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        super().__init__()
        self._http = httpx.AsyncClient(timeout=_ANSWER_WITHIN_SECONDS)
        self._pause = pause

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            async with (
                asyncio.timeout(_ANSWER_WITHIN_SECONDS),
                self._http.stream(method, url, headers=headers, content=post_data) as response,
            ):
                return await _read(response), response.status_code, response.headers
        except (httpx.HTTPError, TimeoutError) as error:
            raise _no_answer(type(error).__name__, worth_a_retry=True) from error

    def sleep_async(self, secs: float) -> Awaitable[None]:
        return self._pause(secs)

    async def close_async(self) -> None:
        await self._http.aclose()


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _LARGEST_ANSWER_BYTES:
            raise _no_answer("too large to be an answer", worth_a_retry=False)
    return bytes(body)


def _no_answer(reason: str, *, worth_a_retry: bool) -> stripe.APIConnectionError:
    return stripe.APIConnectionError(  # type: ignore[no-untyped-call]  # the SDK leaves its constructor untyped
        reason, should_retry=worth_a_retry
    )


@contextmanager
def speaking_to_stripe() -> Iterator[None]:
    """Turn the SDK's errors, and answers that make no sense, into the shop's two."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
        raise GatewayUnavailable(_told(error)) from error
    except stripe.StripeError as error:
        if (error.http_status or 0) >= _SERVER_FAULT:
            raise GatewayUnavailable(_told(error)) from error
        raise GatewayRefused(_code_of(error), _told(error)) from error
    except ValidationError as error:
        raise GatewayUnavailable(f"an answer without sense: {error.error_count()} faults") from error


def _told(error: stripe.StripeError) -> str:
    return _KEY.sub(r"\1…", f"{type(error).__name__}: {error.user_message}")[:300]


def _code_of(error: stripe.StripeError) -> str:
    return error.code or type(error).__name__
