"""What a bench says: figures with a name, and how several runs of work at once are taken."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter

Figures = dict[str, float]


@dataclass
class Crowd:
    """Work done by many at once for a while."""

    taken_ms: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return len(self.taken_ms)

    def figures(self, name: str) -> Figures:
        taken = sorted(self.taken_ms) or [0.0]
        return {
            f"{name}: done a second": self.done / self.seconds,
            f"{name}: median, ms": taken[len(taken) // 2],
            f"{name}: p99, ms": taken[len(taken) * 99 // 100],
            f"{name}: failed": self.failed,
        }


async def crowd(work: Callable[[int], Awaitable[object]], *, at_once: int, seconds: float) -> Crowd:
    """Let so many workers repeat `work(worker)` for so long."""
    found = Crowd()
    began = perf_counter()

    async def one(worker: int) -> None:
        while perf_counter() - began < seconds:
            started = perf_counter()
            try:
                await work(worker)
            except Exception:  # noqa: BLE001  the naive way fails in its own ways: that is a figure too
                found.failed += 1
            else:
                found.taken_ms.append((perf_counter() - started) * 1_000)

    await asyncio.gather(*(one(worker) for worker in range(at_once)))
    found.seconds = perf_counter() - began
    return found
