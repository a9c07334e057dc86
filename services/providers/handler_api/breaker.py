from dataclasses import dataclass
from enum import StrEnum

from services.clock import Clock

_FAILURES_TO_OPEN = 5
_FIRST_PAUSE_SECONDS = 15.0
_LONGEST_PAUSE_SECONDS = 300.0
_PROBE_SECONDS = 30.0  # a probe that never reported back is forgotten after this

Scope = tuple[str, str]  # service and country


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Block:
    """Why no purchase is sent now, and for how long."""

    seconds: float
    is_ban: bool
    is_of_kind: bool = False  # of one service in one country, not of the account


class Breaker:
    """Keeps purchases from an account that is ill or banned.

    Looks are never held back: codes must be found and numbers ended while buying is not possible,
    and the first look that succeeds tells that the account is well again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._open_until: float | None = None
        self._probing_until = float("-inf")
        self._bans: dict[Scope | None, float] = {}

    @property
    def state(self) -> State:
        if self._ban_left(None) > 0:
            return State.OPEN
        if self._open_until is None:
            return State.CLOSED
        return State.OPEN if self._clock.monotonic() < self._open_until else State.HALF_OPEN

    def enter(self, scope: Scope) -> Block | None:
        """Ask to send one purchase; in the half-open state one alone may go and try."""
        of_all, of_kind = self._ban_left(None), self._ban_left(scope)
        if max(of_all, of_kind) > 0:
            return Block(max(of_all, of_kind), is_ban=True, is_of_kind=of_all <= 0)
        if self._open_until is None:
            return None
        now = self._clock.monotonic()
        wait = max(self._open_until, self._probing_until) - now
        if wait > 0:
            return Block(wait, is_ban=False)
        self._probing_until = now + _PROBE_SECONDS
        return None

    def succeed(self) -> None:
        self._failures = 0
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._open_until = None
        self._probing_until = float("-inf")

    def fail(self) -> None:
        """Count a failure in a row; a failed probe opens again, for longer."""
        self._failures += 1
        if self._failures < _FAILURES_TO_OPEN or self.state is State.OPEN:
            return
        if self._open_until is not None:
            self._pause_seconds = min(_LONGEST_PAUSE_SECONDS, self._pause_seconds * 2)
        self._open_until = self._clock.monotonic() + self._pause_seconds
        self._probing_until = float("-inf")

    def ban(self, seconds: float, scope: Scope | None) -> None:
        """Keep from buying for so long: everything, or one service in one country."""
        self._bans = {each: until for each, until in self._bans.items() if until > self._clock.monotonic()}
        self._bans[scope] = self._clock.monotonic() + seconds

    def count_bans(self) -> int:
        return sum(self._ban_left(each) > 0 for each in self._bans)

    def _ban_left(self, scope: Scope | None) -> float:
        return self._bans.get(scope, float("-inf")) - self._clock.monotonic()
