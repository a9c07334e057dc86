import asyncio


class Bell:
    """Wakes whoever waits for work; a bell rung early is not missed, rung twice is once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, at_most_seconds: float) -> None:
        """Sleep until the bell rings, or as long as is allowed."""
        try:
            async with asyncio.timeout(at_most_seconds):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Bells:
    """One bell for each loop that has something to wait for."""

    def __init__(self) -> None:
        self.outbox = Bell()
        self.purchases = Bell()
        self.closing = Bell()
        self.topups = Bell()
        self.notices = Bell()
        self.upstream = Bell()
        self.refunds = Bell()
