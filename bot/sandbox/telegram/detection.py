"""What Telegram finds in a text by itself: links, addresses, commands, mentions."""

import re

from bot.sandbox.telegram import utf16
from bot.sandbox.telegram.html import in_order
from bot.sandbox.telegram.json_fields import Json

_FOUND = (
    ("url", re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,:;!?)\]}]|(?<![\w@./])t\.me/[\w/?=&$+-]+")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{4,32}(?![\w@])")),
    ("hashtag", re.compile(r"(?<![\w#/])#(?=\w*[^\W\d_])\w{1,256}")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d(?:[ ()-]{0,2}\d){7,14}(?!\w)")),
)
_CLOSED = {
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
}  # nothing is looked for inside of these


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """Add what is found to what was marked."""
    taken = [_span(entity) for entity in entities if entity["type"] in _CLOSED]
    found: list[Json] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            entity = {
                "type": kind,
                "offset": utf16.length(text[: match.start()]),
                "length": utf16.length(match.group()),
            }
            if not any(_overlap(_span(entity), other) for other in taken):
                taken.append(_span(entity))
                found.append(entity)
    return in_order([*entities, *found])


def _span(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
