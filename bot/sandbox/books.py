import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.shop import Shop

_FRESH_SECONDS = 1.0


class Books:
    """The shop's own audit, asked at the command line as any operator would, beside the world's ledgers."""

    def __init__(self, shop: Shop, outside: Callable[[], Mapping[str, Any]]) -> None:
        self._shop = shop
        self._outside = outside
        self._lock = asyncio.Lock()
        self._audit: dict[str, Any] = {}
        self._fresh_until = 0.0

    async def read(self) -> dict[str, Any]:
        """Give an audit at most a second old, and what upstream and the gateways have on paper."""
        return {"audit": await self._read_audit(), "outside": self._outside()}

    async def _read_audit(self) -> dict[str, Any]:
        """Ask for one audit at a time, whoever waits for it."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            if loop.time() >= self._fresh_until:
                self._audit = _parsed(*await self._shop.ask("audit", "--json"))
                self._fresh_until = loop.time() + _FRESH_SECONDS
            return self._audit


def _parsed(code: int, printed: str) -> dict[str, Any]:
    try:
        audit = json.loads(printed)
    except ValueError:
        return {"ok": None, "error": f"the audit ended with {code} and no answer"}
    return audit if isinstance(audit, dict) else {"ok": None, "error": "the audit's answer is no object"}
