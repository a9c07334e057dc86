from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.sms_active.faults.exchange import Exchange
from bot.sandbox.sms_active.wire import Reply


@dataclass(slots=True)
class Fault:
    """Something that goes wrong: with which action, after how many good ones, how many times."""

    kind: str
    action: str
    times: int = 1
    skip: int = 0
    seconds: float | None = None
    only_if: Mapping[str, str] = field(default_factory=dict)  # parameters that must be so
    options: Mapping[str, Any] = field(default_factory=dict)

    def matches(self, action: str, asked: Mapping[str, str]) -> bool:
        return self.action in _names(action, asked) and all(
            asked.get(name) == value for name, value in self.only_if.items()
        )


Cut = None  # the connection is reset instead of an answer
Spoil = Callable[[Exchange, Fault], Awaitable[Reply | None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to go wrong, and the action it usually befalls."""

    spoil: Spoil
    usual_action: str = "buy"


_PURCHASES = frozenset({"getNumber", "getNumberV2"})
_STATUS_NAMES = {"1": "ready", "3": "again", "6": "finish", "8": "cancel", "-1": "cancel"}


def _names(action: str, asked: Mapping[str, str]) -> set[str]:
    """List the names a fault may know a request by: any, its action, and what it is for."""
    names = {"*", action}
    if action in _PURCHASES:
        names.add("buy")
    if action == "setStatus":
        names.add(_STATUS_NAMES.get(asked.get("status", ""), action))
    if action == "getActiveActivations":
        names |= {"list", "next_page"} if asked.get("start", "0") != "0" else {"list"}
    return names | _ALIASES.get(action, set())


_ALIASES = {"cancelActivation": {"cancel"}, "finishActivation": {"finish"}}
