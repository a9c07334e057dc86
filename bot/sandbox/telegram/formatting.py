"""A text as a call gives it: parsed, trimmed, within its limit."""

from typing import Any

from bot.sandbox.telegram import json_fields, utf16
from bot.sandbox.telegram.detection import with_found
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.html import CannotParse, parse_html
from bot.sandbox.telegram.json_fields import Json, WrongField
from bot.sandbox.telegram.parameters import Parameters

TEXT_LIMIT = 4096  # Bot API: both limits count UTF-16 code units after entity parsing
CAPTION_LIMIT = 1024

_GIVEN = {
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
}
_FOUND_BY_ITSELF = {
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bank_card_number",
}
_EXTRAS = ("url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format")


def message_text(asked: Parameters) -> Json:
    """Read `text` into the message fields it becomes."""
    if not asked.text("text"):
        raise BadRequest("message text is empty")
    given = asked.json("entities", "can't parse entities JSON object")
    text, entities = read_formatted(asked.text("text"), asked.text("parse_mode"), given)
    if not text:
        raise BadRequest("message text is empty")
    if utf16.length(text) > TEXT_LIMIT:
        raise BadRequest("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {}) | _preview(asked)


def _preview(asked: Parameters) -> Json:
    options = asked.json("link_preview_options", "can't parse link preview options JSON object")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise BadRequest("object expected as link preview options")
    return {"link_preview_options": options}


def message_caption(asked: Parameters) -> Json:
    """Read `caption` into the message fields it becomes: none when it is empty."""
    given = asked.json("caption_entities", "can't parse entities JSON object")
    return caption_of(asked.text("caption"), asked.text("parse_mode"), given)


def caption_of(caption: str, parse_mode: str, given: Any) -> Json:
    text, entities = read_formatted(caption, parse_mode, given)
    if utf16.length(text) > CAPTION_LIMIT:
        raise BadRequest("message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def read_formatted(text: str, parse_mode: str, given: Any) -> tuple[str, list[Json]]:
    """Parse by mode, else take the entities that were handed in; a mode wins over entities."""
    if text and parse_mode.lower() not in {"", "none"}:
        if parse_mode.lower() in {"markdown", "markdownv2"}:
            raise BadRequest("unsupported parse_mode: the sandbox reads HTML only")
        if parse_mode.lower() != "html":
            raise BadRequest("unsupported parse_mode")
        text, entities = parse_html(text)
    else:
        entities = _given_entities(text, given)
    text, entities = _trimmed(text, entities)
    return text, with_found(text, entities)


def _given_entities(text: str, given: Any) -> list[Json]:
    if not isinstance(given, list):
        return []
    try:
        entities = [_given_entity(item) for item in given]
    except WrongField as wrong:
        raise BadRequest(f"can't parse MessageEntity: {wrong}") from None
    for entity in entities:
        if entity["offset"] < 0 or entity["length"] <= 0:
            raise CannotParse("entity has invalid bounds")
        if entity["offset"] + entity["length"] > utf16.length(text):
            raise CannotParse("entity is out of the text")
    return [entity for entity in entities if entity["type"] in _GIVEN]


def _given_entity(item: Any) -> Json:
    source = json_fields.object_in(item, "expected an Object")
    kind = json_fields.string(source, "type", required=True)
    if kind not in _GIVEN | _FOUND_BY_ITSELF:
        raise WrongField("Unsupported type specified")
    entity: Json = {
        "type": kind,
        "offset": json_fields.integer(source, "offset", required=True),
        "length": json_fields.integer(source, "length", required=True),
    }
    if kind == "text_link":
        json_fields.string(source, "url", required=True)
    if kind == "text_mention":
        json_fields.typed(source, "user", dict, required=True)
    return entity | {name: source[name] for name in _EXTRAS if source.get(name)}


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cut white space from both ends, as Telegram does before it stores a message."""
    cut = utf16.length(text) - utf16.length(text.lstrip())
    text = text.strip()
    size = utf16.length(text)
    moved = [_moved(entity, cut, size) for entity in entities]
    return text, [entity for entity in moved if entity["length"] > 0]


def _moved(entity: Json, cut: int, size: int) -> Json:
    begins = max(entity["offset"] - cut, 0)
    ends = min(entity["offset"] + entity["length"] - cut, size)
    return {**entity, "offset": begins, "length": ends - begins}
