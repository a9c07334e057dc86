import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.telegram.signals import Signal
from bot.sandbox.telegram.updates import Pending, Updates

_PATIENCE = aiohttp.ClientTimeout(total=60)
_LONGEST_PAUSE_SECONDS = 60
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name


@dataclass(slots=True)
class Webhook:
    """Where updates are brought."""

    url: str
    secret: str
    max_connections: int
    last_error_message: str = ""
    last_error_date: int = 0
    slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.max_connections)


class Courier:
    """Brings updates to the webhook until they are taken: one person's in order, people's side by side."""

    def __init__(self, clock: Clock, journal: Journal, updates: Updates) -> None:
        self.webhook: Webhook | None = None
        self.is_running = False
        self._clock = clock
        self._journal = journal
        self._updates = updates
        self._served: set[int] = set()
        self._changed = Signal()

    def send_to(self, webhook: Webhook | None) -> None:
        self.webhook = webhook
        self._changed.give()
        self._updates.interrupt("terminated by setWebhook request")

    async def run(self) -> None:
        """Work until cancelled."""
        self.is_running = True
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session, asyncio.TaskGroup() as group:
            while True:
                for person_id in self._waiting():
                    self._served.add(person_id)
                    group.create_task(self._serve(session, person_id))
                await self._updates.arrived.wait()

    def _waiting(self) -> set[int]:
        if self.webhook is None:
            return set()
        return {pending.person_id for pending in self._updates.pending()} - self._served

    async def _serve(self, session: aiohttp.ClientSession, person_id: int) -> None:
        pause_seconds = 1
        while (webhook := self.webhook) and (pending := self._first_of(person_id)):
            async with webhook.slots:
                error = await self._bring(session, webhook, pending)
            if not error:
                self._updates.confirm(pending)
                pause_seconds = 1
                continue
            webhook.last_error_message = error
            webhook.last_error_date = int(self._clock.now().timestamp())
            await self._pause(pause_seconds)
            pause_seconds = min(2 * pause_seconds, _LONGEST_PAUSE_SECONDS) if webhook is self.webhook else 1
        self._served.discard(person_id)

    async def _pause(self, seconds: float) -> None:
        """Wait before the next attempt; a webhook set anew is tried at once."""
        with suppress(TimeoutError):
            async with self._clock.timeout(seconds):
                await self._changed.wait()

    def _first_of(self, person_id: int) -> Pending | None:
        return next((one for one in self._updates.pending() if one.person_id == person_id), None)

    async def _bring(self, session: aiohttp.ClientSession, webhook: Webhook, pending: Pending) -> str:
        """Deliver once; tell what went wrong, nothing if nothing did."""
        headers = {_SECRET_HEADER: webhook.secret} if webhook.secret else {}
        body = json.dumps(pending.update, ensure_ascii=False).encode()
        headers["Content-Type"] = "application/json"
        try:
            async with session.post(webhook.url, data=body, headers=headers, allow_redirects=False) as reply:
                said = (await reply.read()).decode(errors="replace")
                status, reason = reply.status, reply.reason
        except TimeoutError:
            status, reason, said = 0, "", "Read timeout expired"
        except aiohttp.ClientError:
            status, reason, said = 0, "", "Connection refused"
        self._note(pending, status, said)
        if 200 <= status < 300:
            return ""
        return f"Wrong response from the webhook: {status} {reason}" if status else said

    def _note(self, pending: Pending, status: int, said: str) -> None:
        kind = next(name for name in pending.update if name != "update_id")
        self._journal.write("webhook", kind, pending.update, status, said)
