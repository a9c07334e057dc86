"""Where transactions meet: each has read what it decides by before the first of them writes."""

import asyncio
import re
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from db.store import Store
from tests.races.careless import engine_of

_LOOK_SECONDS = 0.002
# Whoever is kept out by a lock never arrives; so long the others wait for nobody.
_PATIENCE_SECONDS = 0.25


class Gate:
    """Holds every transaction at one of its statements until all racers have come there, then lets
    them through one after the other: the next one goes when the one before has ended.

    It stands open until it is armed.
    """

    def __init__(self) -> None:
        self._at: re.Pattern[str] | None = None
        self._lock = threading.Lock()
        self._missing = 0
        self._given_up_at = 0.0
        self._passing: object | None = None
        self._in_turn = True

    def arm(self, racers: int = 2, at: str = r"UPDATE|INSERT", *, in_turn: bool = True) -> None:
        """Wait for so many at the first statement that looks like this; `COMMIT` is one too."""
        self._at, self._missing, self._in_turn = re.compile(at), racers, in_turn
        self._given_up_at = float("inf")

    def reach(self, who: dict[Any, Any], statement: str, rest: Callable[[float], None]) -> None:
        if self._at is None or "has passed" in who or not self._at.match(statement):
            return
        who["has passed"] = True
        with self._lock:
            self._missing -= 1
            self._given_up_at = min(self._given_up_at, time.monotonic() + _PATIENCE_SECONDS)
        while self._missing > 0 and time.monotonic() < self._given_up_at:
            rest(_LOOK_SECONDS)
        while self._in_turn and not self._goes_first(who):
            rest(_LOOK_SECONDS)

    def leave(self, who: dict[Any, Any]) -> None:
        who.pop("has passed", None)
        if self._passing is who:
            self._passing = None

    def _goes_first(self, who: dict[Any, Any]) -> bool:
        with self._lock:
            if self._passing is None:
                self._passing = who
            return self._passing is who


def put_up(gate: Gate, store: Store) -> None:
    """Have all that is written through this store pass by the gate."""
    engine = engine_of(store)
    rest = _rest_in_loop if engine.dialect.name == "postgresql" else time.sleep
    _listen(engine, gate, rest)


def _listen(engine: Engine, gate: Gate, rest: Callable[[float], None]) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def execute(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        gate.reach(connection.info, statement, rest)

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        gate.reach(connection.info, "COMMIT", rest)

    # Then the transaction is over, whole or not at all.
    @event.listens_for(engine, "checkin")
    def over(_driver: object, record: ConnectionPoolEntry) -> None:
        gate.leave(record.info)


def _rest_in_loop(seconds: float) -> None:
    await_only(asyncio.sleep(seconds))
