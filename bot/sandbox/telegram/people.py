from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.json_fields import Json


@dataclass(slots=True)
class Post:
    """A message as it stands in a chat."""

    body: Json  # the Bot API's Message
    outgoing: bool  # written by the person
    reply_keyboard: Json | None = None
    is_service: bool = False
    is_paid: bool = False
    reaction: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    """Somebody with Telegram in hand, and the chat they have with the bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    blocked: bool = False
    started: bool = False
    stars: int = 10_000
    posts: dict[int, Post] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    menu_button: Json | None = None

    def as_user(self) -> Json:
        return {"id": self.id, "is_bot": False, **self._names(), **_given(language_code=self.language_code)}

    def as_chat(self) -> Json:
        return {"id": self.id, "type": "private", **self._names()}

    def as_listed(self) -> Json:
        return {
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
            "blocked": self.blocked,
            "started": self.started,
            "stars": self.stars,
        }

    def _names(self) -> Json:
        return _given(first_name=self.first_name, last_name=self.last_name, username=self.username)


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
