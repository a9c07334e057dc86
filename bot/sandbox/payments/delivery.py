import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import aiohttp
from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal

Signature = Literal["valid", "wrong", "absent", "stale"]
Sign = Callable[[bytes, datetime, Signature], Mapping[str, str]]

_KEPT = 1_000
_TICK_SECONDS = 0.2
_RETRY_SECONDS = (60.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 43_200.0)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a gateway tells the shop: that something happened, and to what."""

    key: str
    kind: str
    body: bytes
    sign: Sign
    query: Mapping[str, str] = field(default_factory=dict)
    signature: Signature = "valid"


@dataclass(slots=True)
class Delivery:
    """One notice on its way to one address."""

    notice: Notice
    url: str
    due: datetime
    signature: Signature
    state: Literal["waiting", "delivered", "dropped", "given_up"] = "waiting"
    answers: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "notice": self.notice.key,
            "kind": self.notice.kind,
            "url": self.url,
            "state": self.state,
            "signature": self.signature,
            "answers": self.answers,
            "digest": hashlib.sha256(self.notice.body).hexdigest()[:12],
        }


@dataclass(slots=True)
class DeliveryFaults:
    """How the way to the shop misbehaves; counts are of the next notices."""

    drop: int = 0
    duplicate: int = 0
    shuffle: int = 0  # this many are held back, then told in reverse order
    forged: int = 0
    unsigned: int = 0
    stale: int = 0  # signed a day ago
    delay_seconds: float = 0.0

    def takes(self, name: str) -> bool:
        """Use up one of a counted fault, if any is left."""
        left: int = getattr(self, name)
        setattr(self, name, max(0, left - 1))
        return left > 0

    def signature(self) -> Signature | None:
        named: tuple[tuple[str, Signature], ...] = (
            ("forged", "wrong"),
            ("unsigned", "absent"),
            ("stale", "stale"),
        )
        return next((signature for name, signature in named if self.takes(name)), None)


class Deliveries:
    """Tells the shop's addresses what happened, as faithfully or badly as asked, and tries again."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        *,
        gateway: str,
        timeout_seconds: float = 20.0,
        before_each_round: Callable[[], None] = lambda: None,
    ) -> None:
        self.urls: list[str] = []
        self.faults = DeliveryFaults()
        self.retry_seconds: Sequence[float] = _RETRY_SECONDS
        self._clock, self._journal, self._gateway = clock, journal, gateway
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._before_each_round = before_each_round
        self._waiting: list[Delivery] = []
        self._held: list[Delivery] = []
        self._ended: deque[Delivery] = deque(maxlen=_KEPT)
        self._wake, self._rounded = asyncio.Event(), asyncio.Event()

    def configure(self, order: Mapping[str, Any]) -> None:
        """Set the addresses, the faults and the pauses between attempts; what is not named stays."""
        if "urls" in order:
            urls = order["urls"]
            self.urls = [urls] if isinstance(urls, str) else list(urls)
        if "faults" in order:
            self.faults = DeliveryFaults(**order["faults"])
        if "retry_seconds" in order:
            self.retry_seconds = [float(seconds) for seconds in order["retry_seconds"]]

    def tell(self, notice: Notice, urls: Sequence[str] | None = None) -> None:
        """Send a notice to every address, or to these alone, with the faults that wait for it."""
        due = self._clock.now() + timedelta(seconds=self.faults.delay_seconds)
        signature = self.faults.signature() or notice.signature
        copies = 2 if self.faults.takes("duplicate") else 1
        deliveries = [
            Delivery(notice, url, due, signature) for url in urls or self.urls for _ in range(copies)
        ]
        if self.faults.takes("drop"):
            self._end(deliveries, "dropped")
        elif self.faults.takes("shuffle"):
            self._hold(deliveries)
        else:
            self._send(deliveries)

    def as_json(self) -> list[dict[str, Any]]:
        return [one.as_json() for one in (*self._ended, *self._held, *self._waiting)]

    def pending(self, key: str) -> int:
        """How many addresses have not yet heard of a notice."""
        undelivered = (*self._waiting, *self._held, *self._ended)
        return sum(one.notice.key == key and one.state != "delivered" for one in undelivered)

    def due(self) -> list[Delivery]:
        return [one for one in self._waiting if one.due <= self._clock.now()]

    async def settled(self) -> None:
        """Wait until nothing that is due is left unsaid."""
        while self.due():
            self._rounded.clear()
            await self._rounded.wait()

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Deliver for as long as an application lives: for its `cleanup_ctx`."""
        async with aiohttp.ClientSession(timeout=self._timeout) as session:
            task = asyncio.create_task(self._deliver_forever(session))  # noqa: TID251  it ends right below
            yield
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _deliver_forever(self, session: aiohttp.ClientSession) -> None:
        while True:
            self._before_each_round()
            self._wake.clear()
            await self._deliver_due(session)
            self._rounded.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _TICK_SECONDS)

    async def _deliver_due(self, session: aiohttp.ClientSession) -> None:
        """One address hears in order; a slow one holds up nobody else."""
        due = self.due()
        async with asyncio.TaskGroup() as tasks:
            for url in {one.url for one in due}:
                tasks.create_task(self._deliver(session, [one for one in due if one.url == url]))

    async def _deliver(self, session: aiohttp.ClientSession, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            answer = await self._post(session, delivery)
            delivery.answers.append(answer)
            self._journal.write(
                "webhook",
                f"{self._gateway} {delivery.notice.kind}",
                {"url": delivery.url, **delivery.notice.query, "body": delivery.notice.body.decode()},
                int(answer) if answer.isdigit() else 0,
                answer,
            )
            self._settle(delivery, heard=answer.startswith("2"))

    async def _post(self, session: aiohttp.ClientSession, delivery: Delivery) -> str:
        notice = delivery.notice
        headers = {"Content-Type": "application/json; charset=utf-8"}
        headers |= notice.sign(notice.body, self._clock.now(), delivery.signature)
        try:
            async with session.post(
                delivery.url, params=notice.query, data=notice.body, headers=headers, allow_redirects=False
            ) as answer:
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__

    def _settle(self, delivery: Delivery, *, heard: bool) -> None:
        attempts = len(delivery.answers)
        if heard or attempts > len(self.retry_seconds):
            self._waiting.remove(delivery)
            self._end([delivery], "delivered" if heard else "given_up")
        else:
            delivery.due = self._clock.now() + timedelta(seconds=self.retry_seconds[attempts - 1])

    def _hold(self, deliveries: list[Delivery]) -> None:
        self._held.extend(deliveries)
        if self.faults.shuffle == 0:
            self._send(reversed(self._held))
            self._held = []

    def _send(self, deliveries: Iterable[Delivery]) -> None:
        self._waiting.extend(deliveries)
        self._wake.set()

    def _end(
        self, deliveries: Iterable[Delivery], state: Literal["delivered", "dropped", "given_up"]
    ) -> None:
        for delivery in deliveries:
            delivery.state = state
            self._ended.append(delivery)
