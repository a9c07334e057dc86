from dataclasses import dataclass, field
from typing import Literal

DialectName = Literal["hero", "classic", "smsbower", "smshub"]


class ApiKey:
    """A key that does not print; whoever needs it says `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "ApiKey(•••)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long one call may take in all; after that its answer is not waited for."""

    purchase_seconds: float = 15.0
    other_seconds: float = 8.0
    catalogue_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an account is asked at most; a provider's 429 slows it further."""

    # HeroSMS: its rules name 50 requests a second, clients saw 429 after 6 to 12 quick ones.
    requests_per_second: float = 5.0
    catalogue_per_second: float = 1.0
    burst: int = 5
    in_flight: int = 6  # purchases are not counted: they never wait behind a slow read


@dataclass(frozen=True, slots=True)
class Account:
    """One account at one provider, as the settings name it."""

    name: str
    url: str
    api_key: ApiKey
    dialect: DialectName = "hero"
    currency: str = "USD"
    deadlines: Deadlines = field(default_factory=Deadlines)
    pace: Pace = field(default_factory=Pace)
