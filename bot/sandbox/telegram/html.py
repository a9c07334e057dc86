"""Telegram's HTML: a small language of its own, read into plain text and entities.

Facts from the open Bot API server (tdlib, MessageEntity.cpp): which tags there are, that offsets in
refusals count bytes of UTF-8, that only `&lt;`, `&gt;`, `&amp;`, `&quot;` and numbers are decoded while any
other `&` stands for itself, and what each refusal says.
"""

import re
from dataclasses import dataclass, field

from bot.sandbox.telegram import utf16
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.links import checked_link, person_in_link

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
_TAGS = {*_STYLES, "a", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?", re.ASCII)
_SPACES = re.compile(r"[ \t\r\n\0\v]*")
_NAME = re.compile(r"[^ \t\r\n\0\v>]*")
_ATTRIBUTE_NAME = re.compile(r"[^ \t\r\n\0\v>=]*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


@dataclass(slots=True)
class _Tag:
    name: str
    attributes: dict[str, str]
    offset: int  # in UTF-16 code units of the text
    begins: int  # in characters of the text


class CannotParse(BadRequest):
    def __init__(self, reason: str) -> None:
        super().__init__(f"can't parse entities: {reason}")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Read HTML into text and entities, or refuse it in Telegram's words."""
    reader = _Reader(source)
    reader.read()
    return "".join(reader.text), in_order(reader.entities)


def in_order(entities: list[Json]) -> list[Json]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


@dataclass
class _Reader:
    source: str
    at: int = 0
    offset: int = 0
    text: list[str] = field(default_factory=list)
    open: list[_Tag] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)
    _languages: dict[int, str] = field(default_factory=dict)  # of code entities, by their index

    def read(self) -> None:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._close()
            elif self.source[self.at] == "<":
                self._open()
            else:
                self._take_text()
        if self.open:
            raise CannotParse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')

    def _take_text(self) -> None:
        character, self.at = _decode(self.source, self.at)
        self.text.append(character)
        self.offset += utf16.length(character)

    def _open(self) -> None:
        begins = self.at
        match = self._match(_NAME, self.at + 1)
        if self.at == len(self.source):
            raise CannotParse(f"Unclosed start tag at byte offset {self._bytes(begins)}")
        name = match.lower()
        if name not in _TAGS:
            raise CannotParse(f'Unsupported start tag "{name}" at byte offset {self._bytes(begins)}')
        attributes = self._read_attributes(name, begins)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise CannotParse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begins)}')
        self.at += 1
        self.open.append(_Tag(name, attributes, self.offset, len(self.text)))

    def _read_attributes(self, tag: str, begins: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        self._match(_SPACES, self.at)
        while self._here() != ">":
            name, value = self._read_attribute(tag, begins)
            attributes[name] = value
            self._match(_SPACES, self.at)
        return attributes

    def _read_attribute(self, tag: str, begins: int) -> tuple[str, str]:
        name = self._match(_ATTRIBUTE_NAME, self.at).lower()
        if not name:
            where = self._bytes(begins)
            if self.at == len(self.source):
                raise CannotParse(f"Unclosed start tag at byte offset {where}")
            raise CannotParse(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
        self._match(_SPACES, self.at)
        if self._here() != "=":
            if tag == "blockquote" and name == "expandable":
                return name, ""
            raise CannotParse(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {self._bytes(begins)}"
            )
        self._match(_SPACES, self.at + 1)
        value = self._read_value(tag, begins)
        if self.at >= len(self.source):
            raise CannotParse(f"Unclosed start tag at byte offset {self._bytes(begins)}")
        return name, value

    def _read_value(self, tag: str, begins: int) -> str:
        quote = self._here()
        if not quote:
            raise CannotParse(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begins)}')
        if quote in "'\"":
            return self._read_quoted(quote)
        token_begins = self.at
        value = self._match(_TOKEN, self.at).lower()
        if self._here() not in set(" \t\r\n\0\v>"):
            raise CannotParse(f"Unexpected end of name token at byte offset {self._bytes(token_begins)}")
        return value

    def _read_quoted(self, quote: str) -> str:
        self.at += 1
        value = []
        while self._here() not in {quote, ""}:
            character, self.at = _decode(self.source, self.at)
            value.append(character)
        self.at += 1
        return "".join(value)

    def _close(self) -> None:
        where = self._bytes(self.at)
        if not self.open:
            raise CannotParse(f"Unexpected end tag at byte offset {where}")
        name = self._match(_NAME, self.at + 2).lower()
        self._match(_SPACES, self.at)
        if self._here() != ">":
            raise CannotParse(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        tag = self.open.pop()
        if name not in {"", tag.name}:
            raise CannotParse(
                f'Unmatched end tag at byte offset {where}, expected "</{tag.name}>", found "</{name}>"'
            )
        if self.offset > tag.offset:
            self._add_entity(tag)

    def _add_entity(self, tag: _Tag) -> None:
        span: Json = {"offset": tag.offset, "length": self.offset - tag.offset}
        if tag.name == "a":
            self._add_link(tag, span)
        elif tag.name == "blockquote":
            kind = "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"
            self.entities.append({"type": kind, **span})
        elif tag.name == "tg-emoji":
            self._add_emoji(tag, span)
        elif tag.name == "tg-time":
            self._add_time(tag, span)
        elif tag.name in {"pre", "code"}:
            self._add_code(tag, span)
        else:
            self.entities.append({"type": _STYLES[tag.name], **span})

    def _add_emoji(self, tag: _Tag, span: Json) -> None:
        number = tag.attributes.get("emoji-id", "")
        if not _is_number(number):
            raise CannotParse("Invalid custom emoji identifier specified")
        self.entities.append({"type": "custom_emoji", **span, "custom_emoji_id": number})

    def _add_time(self, tag: _Tag, span: Json) -> None:
        unix = tag.attributes.get("unix", "")
        if not _is_number(unix):
            raise CannotParse("Invalid date/time specified")
        form = tag.attributes.get("format")
        extra = {"date_time_format": form} if form else {}
        self.entities.append({"type": "date_time", **span, "unix_time": int(unix), **extra})

    def _add_link(self, tag: _Tag, span: Json) -> None:
        url = tag.attributes.get("href") or "".join(self.text[tag.begins :])
        if person := person_in_link(url):
            self.entities.append({"type": "text_mention", **span, "user": {"id": person}})
        elif link := checked_link(url):
            self.entities.append({"type": "text_link", **span, "url": link})

    def _add_code(self, tag: _Tag, span: Json) -> None:
        """`pre` and `code` around the same text make one entity, with the language that `code` names."""
        inner = self.entities[-1] if self.entities else {}
        same = {name: inner.get(name) for name in span} == span
        language = self._languages.get(len(self.entities) - 1, "")
        if tag.name == "pre" and same and inner["type"] == "code" and language:
            inner.update(type="pre", language=language)
        elif tag.name == "code" and same and inner["type"] == "pre" and _language(tag):
            inner["language"] = _language(tag)
        else:
            self.entities.append({"type": tag.name, **span})
            self._languages[len(self.entities) - 1] = _language(tag)

    def _match(self, pattern: re.Pattern[str], begins: int) -> str:
        match = pattern.match(self.source, begins)
        assert match is not None, "each of these patterns takes the empty text too"
        self.at = match.end()
        return match.group()

    def _here(self) -> str:
        return self.source[self.at : self.at + 1]

    def _bytes(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))


def _decode(source: str, at: int) -> tuple[str, int]:
    """Take one character, written out or by reference, and the place after it."""
    match = _REFERENCE.match(source, at) if source[at] == "&" else None
    character = _referred(match) if match else ""
    return (character, match.end()) if match and character else (source[at], at + 1)


def _referred(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, "")
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0xD800 <= code <= 0xDFFF:
        raise CannotParse(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code) if 0 < code < 0x10FFFF else ""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[1-9]\d{0,18}", text, re.ASCII) is not None


def _language(tag: _Tag) -> str:
    named = tag.attributes.get("class", "")
    return named.removeprefix("language-") if named.startswith("language-") else ""
