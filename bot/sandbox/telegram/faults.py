from dataclasses import dataclass
from typing import Literal

_ANY = "*"


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next calls of a method; without a status the call itself still works."""

    method: str
    times: int = 1
    status: int | None = None
    description: str = ""
    retry_after: int | None = None
    delay_seconds: float = 0
    reset: Literal["before", "after"] | None = None
    person_id: int | None = None

    def hits(self, method: str, person_id: int | None) -> bool:
        return self.method.lower() in {_ANY, method.lower()} and self.person_id in {None, person_id}


class Faults:
    """Troubles asked for, used up call by call in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, person_id: int | None) -> Fault | None:
        fault = next((fault for fault in self._waiting if fault.hits(method, person_id)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
        return fault
