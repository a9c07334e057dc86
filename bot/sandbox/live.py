import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal

_KEEP_ALIVE_SECONDS = 15.0
_LOOK_SECONDS = 0.25
_SHOWN_CALLS = 200


class Events(Protocol):
    """What people see happen, numbered."""

    def follow(
        self, number: int, person_id: int | None, pause_seconds: float
    ) -> AsyncIterator[list[dict[str, Any]]]: ...


class Live:
    """All that a page follows, in one server-sent stream.

    A browser allows six connections to an origin: one stream per person would stop the second window.
    """

    def __init__(
        self, clock: Clock, journal: Journal, events: Events, shop_state: Callable[[], dict[str, object]]
    ) -> None:
        self._clock, self._journal, self._events, self._shop_state = clock, journal, events, shop_state
        self._run = secrets.token_hex(4)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Tell one page everything from where it left off, until it goes."""
        stream = _Stream(request)
        seen = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        response = await stream.open()
        await stream.tell("hello", {"run": self._run, "now": self._clock.now().isoformat()})
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._tell_chats(stream, int(seen) if seen.isdecimal() else 0))
                tasks.create_task(self._tell_calls(stream))
                tasks.create_task(self._tell_shop(stream))
        except* ConnectionError:
            pass  # the page has gone
        return response

    async def _tell_chats(self, stream: "_Stream", number: int) -> None:
        async for events in self._events.follow(number, None, _KEEP_ALIVE_SECONDS):
            if not events:
                await stream.stay()
            for event in events:
                await stream.tell("chat", event, cursor=str(event["number"]))

    async def _tell_calls(self, stream: "_Stream") -> None:
        for entry in self._journal.entries()[-_SHOWN_CALLS:]:
            await stream.tell("journal", entry)
        async for entry in self._journal.follow():
            await stream.tell("journal", entry)

    async def _tell_shop(self, stream: "_Stream") -> None:
        """Tell how the shop and the clock are, whenever that changes."""
        told: dict[str, object] = {}
        while True:
            state = self._shop_state()
            if state != told:
                await stream.tell("shop", {**state, "now": self._clock.now().isoformat()})
                told = state
            await asyncio.sleep(_LOOK_SECONDS)


class _Stream:
    """One answer of server-sent events, written by several tasks in turn."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )

    async def open(self) -> web.StreamResponse:
        await self._response.prepare(self._request)
        return self._response

    async def tell(self, name: str, told: object, cursor: str = "") -> None:
        """Send one event; the cursor is what the browser hands back after a lost connection."""
        mark = f"id: {cursor}\n" if cursor else ""
        text = f"{mark}event: {name}\ndata: {json.dumps(told, ensure_ascii=False, default=str)}\n\n"
        await self._response.write(text.encode())

    async def stay(self) -> None:
        """Say nothing, aloud: a page that has gone is noticed by writing to it."""
        await self._response.write(b": still here\n\n")
