import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

from bot.sandbox.clock import Clock

_KEPT = 2_000
_SECRET = re.compile(r"(sk_(?:test|live)_|whsec_|APP_USR-|TEST-)[\w-]+|\d{6,}:[\w-]{20,}")
_SECRET_NAMES = {"api_key", "authorization", "crypto-pay-api-token", "secret_token"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One call that crossed a wire of the sandbox."""

    number: int
    at: str
    wire: str  # "telegram", "sms_active", "stripe", "mercadopago", "cryptopay", "webhook"
    call: str  # method or action
    asked: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    answered: str = ""


class Journal:
    """What was said on every wire, newest last, secrets masked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._listeners: set[asyncio.Queue[Entry]] = set()

    def write(
        self, wire: str, call: str, asked: Mapping[str, Any], status: int = 200, answered: str = ""
    ) -> None:
        """Remember one call; values under secret names and tokens anywhere are masked."""
        entry = Entry(
            number=next(self._numbers),
            at=self._clock.now().isoformat(timespec="milliseconds"),
            wire=wire,
            call=call,
            asked={name: _masked(name, value) for name, value in asked.items()},
            status=status,
            answered=_SECRET.sub("•••", answered)[:2_000],
        )
        self._entries.append(entry)
        for listener in self._listeners:
            listener.put_nowait(entry)

    def entries(self, wire: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """List what was said, oldest first, as plain JSON objects."""
        return [
            asdict(entry) for entry in self._entries if entry.number > after and wire in (None, entry.wire)
        ]

    async def follow(self) -> AsyncIterator[dict[str, Any]]:
        """Tell each new entry as it is written."""
        queue: asyncio.Queue[Entry] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while True:
                yield asdict(await queue.get())
        finally:
            self._listeners.discard(queue)


def _masked(name: str, value: object) -> object:
    if name.lower() in _SECRET_NAMES and value:
        return "•••"
    return _SECRET.sub("•••", value) if isinstance(value, str) else value
