"""What can go wrong with an upstream, on order."""

from collections.abc import Mapping

from bot.sandbox.sms_active.faults import happenings, mangled, pages, refusals, timing
from bot.sandbox.sms_active.faults.fault import Fault, Kind

KINDS: Mapping[str, Kind] = {
    **timing.KINDS,
    **pages.KINDS,
    **mangled.KINDS,
    **refusals.KINDS,
    **happenings.KINDS,
}


class Faults:
    """The faults that wait for their request, first ordered first served."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, action: str, asked: Mapping[str, str]) -> Fault | None:
        """Find the fault this request meets; each good one it lets pass is counted."""
        for fault in self.waiting:
            if not fault.matches(action, asked):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return None
