"""A person of the sandbox played by a program: what they see, and what they can do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import aiohttp

from bot.sandbox.screen import Key, Message, Screen, shown

Found = TypeVar("Found")
_POLL_SECONDS = 20


class NotSeenError(Exception):
    """What was waited for did not show on the screen in time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message to look out for: what it says, the button it carries, and since which event it changed."""

    name: str
    says: str = ""
    has: str = ""
    since: int = 0


class Phone:
    """One person's Telegram, held over the sandbox's own wires."""

    def __init__(
        self, session: aiohttp.ClientSession, person: dict[str, Any], tell: Callable[[str], None]
    ) -> None:
        self.name = str(person["first_name"])
        self.screen = Screen()
        self._path = f"/world/telegram/people/{person['id']}"
        self._session = session
        self._tell = tell
        self._news = asyncio.Condition()

    async def follow(self) -> None:
        """Watch the screen for ever, and tell what happens on it."""
        while True:
            query = {"after": str(self.screen.last_event), "wait": str(_POLL_SECONDS)}
            async with self._session.get(f"{self._path}/events.json", params=query) as answer:
                events = (await answer.json())["events"]
            async with self._news:
                for event in events:
                    self.screen.see(event)
                    self._tell_event(event)
                self._news.notify_all()

    async def say(self, text: str) -> int:
        """Write to the bot; the answer is looked for among what changes after the number returned."""
        return await self._act("say", {"text": text})

    async def tap(self, key: Key) -> int:
        """Press a button, and tell the same number."""
        self._tell(f"  {self.name} ▸ taps [ {key.label} ]")
        where = {"message_id": key.message["message_id"], "row": key.row, "column": key.column}
        return await self._act("tap", where)

    async def see(self, wanted: Wanted, within_seconds: float = 20) -> Message:
        return await self.wait(
            wanted.name, lambda: self.screen.find(wanted.says, wanted.since), within_seconds
        )

    async def key(self, wanted: Wanted, within_seconds: float = 20) -> Key:
        """Wait for a button by its label, data or address, under a message that says what is wanted."""
        look = partial(self.screen.key, wanted.has, wanted.since, wanted.says)
        return await self.wait(wanted.name, look, within_seconds)

    async def answer(self, name: str, since: int, within_seconds: float = 10) -> str:
        """Wait for what a tap is answered with, above the chat."""
        return await self.wait(name, partial(self.screen.answer, since), within_seconds)

    async def wait(self, name: str, look: Callable[[], Found | None], within_seconds: float) -> Found:
        """Wait until something is on the screen."""
        try:
            async with asyncio.timeout(within_seconds), self._news:
                while (found := look()) is None:
                    await self._news.wait()
                return found
        except TimeoutError:
            raise NotSeenError(
                f"waited {within_seconds:g} s for {name}, in vain; last on the screen:\n{self.screen}"
            ) from None

    async def _act(self, deed: str, body: dict[str, Any]) -> int:
        before = self.screen.last_event
        async with self._session.post(f"{self._path}/{deed}", json=body) as answer:
            if answer.status >= 400:
                raise NotSeenError(f"{deed} {body} was refused: {await answer.text()}")
        return before

    def _tell_event(self, event: dict[str, Any]) -> None:
        if event["kind"] in {"message", "edit"}:
            message = event["message"]
            author = self.name if message.get("outgoing") else "shop"
            sign = "✎" if event["kind"] == "edit" else "▸"
            self._tell(shown(message, f"  {author} {sign} "))
        elif event["kind"] == "answer" and event.get("text"):
            self._tell("  shop ◦ " + " ".join(event["text"].split()))
