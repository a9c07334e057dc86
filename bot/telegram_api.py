"""Telegram's Bot API without aiogram, which takes seconds to load and refuses a batch for one odd update."""

import json
from typing import Any

import aiohttp

_ANSWER_WITHIN_SECONDS = 15.0


class TelegramRefused(Exception):
    """A definite no, with Telegram's own code and words."""

    def __init__(self, code: int, description: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after_seconds = retry_after_seconds


class TelegramUnreachable(Exception):
    """No answer, or none that can be read."""


class TelegramApi:
    """Calls methods by name and gives back what Telegram tells, as plain JSON."""

    def __init__(self, address: str, token: str) -> None:
        self._address = f"{address}/bot{token}/"
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self, method: str, *, within_seconds: float = _ANSWER_WITHIN_SECONDS, **arguments: Any
    ) -> Any:
        """Ask once; raises TelegramRefused or TelegramUnreachable, neither of which tells the token."""
        timeout = aiohttp.ClientTimeout(total=within_seconds)
        try:
            async with self._open().post(self._address + method, json=arguments, timeout=timeout) as response:
                return _result(await response.read(), response.status)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # Without its cause: aiohttp's errors carry the whole address.
            raise TelegramUnreachable(f"{method}: {type(error).__name__}") from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _result(body: bytes, status: int) -> Any:
    try:
        answer = json.loads(body)
        is_ok = bool(answer["ok"])
    except (ValueError, KeyError, TypeError):
        raise TelegramUnreachable(f"an answer that cannot be read, with status {status}") from None
    if is_ok:
        return answer["result"]
    if status >= 500:  # noqa: PLR2004  Telegram's own trouble
        raise TelegramUnreachable(f"{status} {answer.get('description', '')}")
    waits = (answer.get("parameters") or {}).get("retry_after")
    raise TelegramRefused(int(answer.get("error_code", status)), str(answer.get("description", "")), waits)
