import re
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]
_LAST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Key:
    """One button under one message."""

    message: Message
    row: int
    column: int
    button: dict[str, Any]

    @property
    def label(self) -> str:
        return str(self.button["text"])

    def is_called(self, pattern: str) -> bool:
        """Tell whether the label, the data or the address of the button reads so."""
        names = (self.button.get(name, "") for name in ("text", "callback_data", "url"))
        return any(re.search(pattern, name, re.IGNORECASE) for name in names)


class Screen:
    """What stands in one chat, and by which event it last changed."""

    def __init__(self) -> None:
        self.last_event = 0
        self._messages: dict[int, Message] = {}
        self._changed: dict[int, int] = {}
        self._answers: list[tuple[int, str]] = []

    def see(self, event: dict[str, Any]) -> None:
        """Take in one event of the sandbox's Telegram."""
        self.last_event = event["number"]
        match event["kind"]:
            case "message" | "edit":
                message_id = event["message"]["message_id"]
                self._messages[message_id] = event["message"]
                self._changed[message_id] = event["number"]
            case "delete":
                for message_id in event["message_ids"]:
                    self._messages.pop(message_id, None)
            case "answer":
                self._answers.append((event["number"], event.get("text") or ""))

    def find(self, says: str, since: int = 0) -> Message | None:
        """Find the newest message of the bot that reads so and changed after an event."""
        return next((one for one in self._recent(since) if re.search(says, words(one), re.IGNORECASE)), None)

    def key(self, pattern: str, since: int = 0, says: str = "") -> Key | None:
        """Find the newest button so called, under a message that reads so and changed after an event."""
        found = (one for one in self._recent(since) if re.search(says, words(one), re.IGNORECASE))
        return next((key for one in found for key in keys(one) if key.is_called(pattern)), None)

    def answer(self, since: int) -> str | None:
        return next((text for number, text in self._answers if number > since), None)

    def __str__(self) -> str:
        newest = sorted(self._messages.values(), key=lambda one: self._changed[one["message_id"]])
        return "\n".join(shown(message, "  | ") for message in newest[-_LAST_SHOWN:])

    def _recent(self, since: int) -> list[Message]:
        changed = sorted(self._messages, key=lambda message_id: -self._changed[message_id])
        return [
            self._messages[message_id]
            for message_id in changed
            if self._changed[message_id] > since and not self._messages[message_id].get("outgoing")
        ]


def words(message: Message) -> str:
    """What a message says, in its text or its caption."""
    return str(message.get("text") or message.get("caption") or "")


def keys(message: Message) -> list[Key]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [Key(message, y, x, button) for y, row in enumerate(rows) for x, button in enumerate(row)]


def codes(message: Message) -> list[str]:
    """The parts of a message in monospace, which a person copies by a tap."""
    text = words(message).encode("utf-16-le")
    return [
        text[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in message.get("entities") or message.get("caption_entities") or []
        if one["type"] in {"code", "pre"}
    ]


def shown(message: Message, head: str) -> str:
    """Write a message for a terminal: its words, then its rows of buttons."""
    kind = "(photo) " if "photo" in message else "(bill) " if "invoice" in message else ""
    lines = [line for line in f"{kind}{words(message)}".splitlines() if line.strip()] or [""]
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    lines += ["  ".join(f"[ {button['text']} ]" for button in row) for row in rows]
    return "\n".join(f"{head if not number else ' ' * len(head)}{line}" for number, line in enumerate(lines))
