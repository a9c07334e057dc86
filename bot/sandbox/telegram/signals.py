import asyncio
from contextlib import suppress


class Signal:
    """Wakes whoever waits for something to change; who asks later waits for the next change."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def give(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, within_seconds: float | None = None) -> None:
        """Return at the next change, or when the time is over."""
        coming = self._next
        with suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await coming.wait()
