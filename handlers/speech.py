from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # aiogram takes seconds to load, and the one who sends needs nothing of it
    from aiogram.types import InlineKeyboardMarkup

# A thing said is remembered by kind and subject, to be edited or replied to later.
Remembered = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Speech:
    """One message as it should reach a person."""

    text: str  # HTML; the caption where there is a photo
    keyboard: "InlineKeyboardMarkup | None" = None
    photo: bytes | None = None
    document: Document | None = None
    reply_to: Remembered | None = None
    remember: Remembered | None = None
    edits: bool = False  # edit the remembered message if there is one, else send a new one
    silent: bool = False
    drop_if_missing: bool = False  # only ever edit: say nothing when nothing was said before
