import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.sandbox.sms_active.activation import Activation
from bot.sandbox.sms_active.upstream import Upstream
from bot.sandbox.sms_active.wire import Reply

_LOOK_SECONDS = 0.02


class Exchange:
    """One request on its way, for a fault to spoil before, while or after it is done."""

    def __init__(
        self,
        upstream: Upstream,
        asked: Mapping[str, str],
        *,
        method: str = "GET",
        target: str = "",
        is_gone: Callable[[], bool] = lambda: False,
    ) -> None:
        self.upstream = upstream
        self.asked = asked
        self.target = target
        self._method = method
        self._is_gone = is_gone
        self._released = upstream.release_gate

    def process(self, **changes: str) -> Reply:
        """Do what was asked, once; with changes, something slightly else."""
        return self.upstream.answer({**self.asked, **changes}, self._method)

    def buy(self) -> tuple[Reply, Activation | None]:
        """Do what was asked, and find the number it bought, if any."""
        before = self.upstream.account.newest()
        reply = self.process()
        after = self.upstream.account.newest()
        return reply, after if after is not before else None

    @contextmanager
    def rules(self, **changes: Any) -> Iterator[None]:
        """Bend rules of the account for a moment."""
        rules = self.upstream.rules
        usual = {name: getattr(rules, name) for name in changes}
        try:
            for name, value in changes.items():
                setattr(rules, name, value)
            yield
        finally:
            for name, value in usual.items():
                setattr(rules, name, value)

    async def wait(self, seconds: float | None) -> None:
        """Let real seconds pass, or wait for ever; a release and the client's going end it."""
        loop = asyncio.get_running_loop()
        until = None if seconds is None else loop.time() + seconds
        while not (self._released.is_set() or self._is_gone()):
            left = _LOOK_SECONDS if until is None else min(until - loop.time(), _LOOK_SECONDS)
            if left <= 0:
                return
            await asyncio.sleep(left)
