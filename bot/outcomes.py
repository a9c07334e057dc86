"""What came of saying one thing to one person. Loading this loads no aiogram."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    message_id: int | None  # None: there was nothing to say any more


@dataclass(frozen=True, slots=True)
class Gone:
    """The person cannot be reached: blocked the bot, or is no more."""

    why: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Telegram wants silence in this chat."""

    seconds: float


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Telegram cannot be reached; it may have been said."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will not take it as it is."""

    why: str


Outcome = Said | Gone | Hush | NoAnswer | Refused
