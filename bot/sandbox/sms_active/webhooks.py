import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.sandbox.journal import Journal
from bot.sandbox.sms_active.activation import Activation, Message

_UPSTREAM_ADDRESS = "84.32.223.53"  # one HeroSMS has named as the source of its calls

Word = Callable[[Activation, Message], dict[str, Any]]


@dataclass(slots=True)
class Target:
    """Who wants to hear of each SMS, and how the telling goes wrong."""

    url: str
    pauses_seconds: Sequence[float]
    variant: str = ""  # the dialect whose body is sent; empty: upstream's own
    deadline_seconds: float = 3  # HeroSMS wants its 200 within three seconds
    copies: int = 1
    swap_seconds: float = 0  # each first of two is held back so long: out of order
    with_id: bool = False
    told: int = 0


@dataclass(slots=True)
class Notice:
    """One SMS on its way to one target."""

    number: int
    target: Target
    body: Mapping[str, Any]
    due_at: datetime
    tries: int = 0
    statuses: list[int] = field(default_factory=list)  # 0: no answer in time
    delivered: bool = False
    given_up: bool = False

    @property
    def is_waiting(self) -> bool:
        return not (self.delivered or self.given_up)

    def note(self, status: int, at: datetime) -> None:
        """Remember a try, and plan the next one if it was in vain."""
        self.statuses.append(status)
        self.delivered = status == 200
        pauses = self.target.pauses_seconds
        self.given_up = not self.delivered and self.tries >= len(pauses)
        if self.is_waiting:
            self.due_at = at + timedelta(seconds=pauses[self.tries])
        self.tries += 1


class Webhooks:
    """Tells of each SMS over HTTP, again and again until somebody says 200."""

    def __init__(self, now: Callable[[], datetime], journal: Journal, words: Mapping[str, Word]) -> None:
        self._now = now
        self._journal = journal
        self._words = words
        self._numbers = count(1)
        self.targets: list[Target] = []
        self.notices: list[Notice] = []
        self._one_round_at_a_time = asyncio.Lock()

    def add(self, target: Target) -> None:
        """Take on a target; nothing beyond this machine is ever called."""
        _loopback(target.url)
        if target.variant not in self._words:
            raise ValueError(f"no such body: {target.variant}")
        self.targets.append(target)

    def clear(self) -> None:
        self.targets.clear()
        self.notices.clear()

    def hear(self, activation: Activation, message: Message, at: datetime) -> None:
        """Write down whom to tell of a message."""
        for target in self.targets:
            body = self._words[target.variant](activation, message)
            if target.with_id:
                body |= {"id": message.id}
            target.told += 1
            held_seconds = target.swap_seconds if target.told % 2 else 0
            due = at + timedelta(seconds=held_seconds)
            self.notices += [Notice(next(self._numbers), target, body, due) for _ in range(target.copies)]

    async def deliver(self) -> int:
        """Send what is due by now, once, to each target in order; tell how many got their 200."""
        async with self._one_round_at_a_time:
            now = self._now()
            due = [each for each in self.notices if each.is_waiting and each.due_at <= now]
            due.sort(key=lambda each: each.due_at)
            async with asyncio.TaskGroup() as group:
                for target in self.targets:
                    group.create_task(self._tell([each for each in due if each.target is target]))
            return sum(notice.delivered for notice in due)

    async def forge(self, url: str, body: Mapping[str, Any]) -> int:
        """Send a body upstream never sent, pretending to come from its address."""
        target = Target(_loopback(url), ())
        async with _session(target) as session:
            return await self._post(session, target, body, {"X-Forwarded-For": _UPSTREAM_ADDRESS})

    def view(self) -> dict[str, Any]:
        return {
            "targets": [asdict(each) for each in self.targets],
            "notices": [asdict(each) for each in self.notices],
        }

    async def _tell(self, notices: Sequence[Notice]) -> None:
        if not notices:
            return
        async with _session(notices[0].target) as session:
            for notice in notices:
                status = await self._post(session, notice.target, notice.body, {})
                notice.note(status, self._now())

    async def _post(
        self, session: ClientSession, target: Target, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> int:
        """Post a body and give the status; 0 when nobody answered in time."""
        status, trouble = 0, ""
        try:
            async with session.post(target.url, json=body, headers=headers) as response:
                status = response.status
        except (ClientError, TimeoutError) as error:
            trouble = type(error).__name__
        self._journal.write("webhook", "sms", body, status, trouble)
        return status


def _session(target: Target) -> ClientSession:
    return ClientSession(timeout=ClientTimeout(total=target.deadline_seconds))


def _loopback(url: str) -> str:
    """Let an address pass only if it is on this machine."""
    if urlsplit(url).hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("a webhook of the sandbox stays on this machine")
    return url
