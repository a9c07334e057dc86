"""Who is alive: every loop beats when it has gone round."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.clock import Clock

INTAKE = "intake"
SWEEP = "sweep"
INBOX = "inbox"
OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class Pulse:
    is_alive: bool
    age_seconds: float | None  # None: it has never beaten


class Heartbeats:
    def __init__(self, clock: Clock, alive_within_seconds: Mapping[str, float]) -> None:
        self._clock = clock
        self._limits = dict(alive_within_seconds)
        self._beats: dict[str, float] = {}

    def beat(self, name: str) -> None:
        self._beats[name] = self._clock.monotonic()

    def pulses(self) -> dict[str, Pulse]:
        return {name: self._pulse(name, limit) for name, limit in self._limits.items()}

    def _pulse(self, name: str, limit: float) -> Pulse:
        if name not in self._beats:
            return Pulse(is_alive=False, age_seconds=None)
        age = self._clock.monotonic() - self._beats[name]
        return Pulse(is_alive=age <= limit, age_seconds=round(age, 3))
