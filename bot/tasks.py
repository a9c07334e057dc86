"""The only place where tasks start, so that shutdown can end every one of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

_log = logging.getLogger(__name__)
_PAUSE_AFTER_A_FALL_SECONDS = 1.0


class Tasks:
    """What runs beside each other in this process."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run it beside everything else; what it fails with is logged."""
        task: asyncio.Task[Any] = asyncio.create_task(work, name=name)  # noqa: TID251  this is that place
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep_up(self, loop: Callable[[], Awaitable[None]], name: str) -> asyncio.Task[Any]:
        """Run a loop; one that falls is started again."""
        return self.start(_again_and_again(loop, name), name)

    def count(self) -> int:
        return len(self._running)

    async def finish(self, within_seconds: float) -> None:
        """Let everything come to its end; what has not by then is cancelled."""
        if self._running:
            _, left = await asyncio.wait(set(self._running), timeout=within_seconds)
            if left:
                _log.info("cut short: %s", ", ".join(sorted(task.get_name() for task in left)))
        await self.cancel()

    async def cancel(self) -> None:
        left = set(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a task failed: %s", task.get_name(), exc_info=error)


async def _again_and_again(loop: Callable[[], Awaitable[None]], name: str) -> None:
    while True:
        try:
            await loop()
        except Exception:  # noqa: BLE001  whatever felled it, the loop must go on
            _log.exception("a loop fell and is started again: %s", name)
            await asyncio.sleep(_PAUSE_AFTER_A_FALL_SECONDS)
        else:
            return
