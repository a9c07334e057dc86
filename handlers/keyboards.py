from typing import TYPE_CHECKING

from aiogram.enums import ButtonStyle
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks import Go, Place

if TYPE_CHECKING:
    from handlers.texts import Texts

Row = list[InlineKeyboardButton]

PRIMARY = ButtonStyle.PRIMARY
SUCCESS = ButtonStyle.SUCCESS
DANGER = ButtonStyle.DANGER

# Telegram: what a copy button copies has at most 256 characters.
_COPY_LIMIT = 256


def button(label: str, data: CallbackData, style: ButtonStyle | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=data.pack(), style=style)


def link(label: str, url: str, style: ButtonStyle | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, url=url, style=style)


def copier(label: str, words: str, style: ButtonStyle | None = None) -> Row:
    """Make a row that copies the words; none when Telegram would refuse them."""
    if not 1 <= len(words) <= _COPY_LIMIT:
        return []
    return [InlineKeyboardButton(text=label, copy_text=CopyTextButton(text=words), style=style)]


def keyboard(*rows: Row) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def way_back(text: "Texts", back: CallbackData | None = None) -> Row:
    """The last row of every screen: back and home, which may be one and the same."""
    home = Go(to=Place.HOME)
    row = [button(text.plain("button-home"), home)]
    return row if back is None or back == home else [button(text.plain("button-back"), back), *row]


def in_rows(buttons: list[InlineKeyboardButton], width: int) -> list[Row]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def neighbours(page: int, pages: int) -> tuple[int, int]:
    """Turning beyond the last page comes to the first."""
    return (page - 2) % pages + 1, page % pages + 1


def pager(page: int, pages: int, previous: CallbackData, following: CallbackData, text: "Texts") -> Row:
    """Turn pages round and round; nothing when there is one page only."""
    if pages <= 1:
        return []
    return [
        button(text.plain("button-previous"), previous),
        button(text.plain("button-next", page=page, pages=pages), following),
    ]
