"""What a provider's reply can be, once its bytes are understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Token:
    """A text answer such as `ACCESS_NUMBER:1:5511…`, whole."""

    text: str

    @property
    def word(self) -> str:
        return self.text.partition(":")[0].strip()

    @property
    def rest(self) -> str:
        """What follows the first colon: a code may hold colons of its own."""
        return self.text.partition(":")[2].strip()


@dataclass(frozen=True, slots=True)
class Data:
    """A JSON answer; `None` where the provider answers 204."""

    value: Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """A definite no, in the provider's own word."""

    code: str
    details: str = ""
    info: Mapping[str, Any] = field(default_factory=dict)
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing that can be used: silence, a fault of theirs, a page, a torn body."""

    reason: str
    was_sent: bool = True  # False: certain that nothing left this machine
    timed_out: bool = False
    retry_after_seconds: float | None = None


Answer = Token | Data | Refusal | Nothing
