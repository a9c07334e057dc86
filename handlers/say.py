"""How a screen reaches the chat: taps edit the home message in place, words are answered below."""

from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass

from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)

from handlers.callbacks import Go, Place
from handlers.keyboards import keyboard
from handlers.speech import Document

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_answered: ContextVar[str | None] = ContextVar("answered", default=None)


@dataclass(frozen=True, slots=True)
class Screen:
    text: str  # HTML
    keyboard: InlineKeyboardMarkup | None = None


def is_home(message: object) -> bool:
    """Tell the message that is edited in place from one that is kept: only the former leads home."""
    if not isinstance(message, Message) or message.reply_markup is None or message.text is None:
        return False
    home = Go(to=Place.HOME).pack()
    return any(button.callback_data == home for row in message.reply_markup.inline_keyboard for button in row)


async def say(message: Message, screen: Screen) -> None:
    """Say it as a new message."""
    await message.answer(
        screen.text,
        parse_mode=ParseMode.HTML,
        reply_markup=screen.keyboard,
        link_preview_options=_NO_PREVIEW,
    )


async def show(query: CallbackQuery, screen: Screen) -> None:
    """Put the screen where the tap was, unless that message is one to keep."""
    if isinstance(query.message, Message) and is_home(query.message):
        await replace(query.message, screen)
    else:
        await _say_anew(query, screen)


async def put_over(query: CallbackQuery, screen: Screen) -> None:
    """Put the screen over the tapped message, kept or not; one too old to be edited has it below."""
    if isinstance(query.message, Message):
        await replace(query.message, screen)
    else:
        await _say_anew(query, screen)


async def replace(message: Message, screen: Screen) -> None:
    try:
        await message.edit_text(
            screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=screen.keyboard,
            link_preview_options=_NO_PREVIEW,
        )
    except TelegramBadRequest as refusal:
        if "not modified" not in refusal.message:
            await say(message, screen)


async def drop_buttons(message: Message, *kinds: type[CallbackData]) -> None:
    """Take away buttons that can do nothing any more; the message itself is kept."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    gone = tuple(f"{kind.__prefix__}{kind.__separator__}" for kind in kinds)
    left = [[each for each in row if not (each.callback_data or "").startswith(gone)] for row in rows]
    with suppress(TelegramBadRequest):  # they are gone already: a second tap
        await message.edit_reply_markup(reply_markup=keyboard(*left))


async def send_file(query: CallbackQuery, document: Document, caption: str) -> None:
    if query.bot is not None:
        await query.bot.send_document(
            query.from_user.id,
            BufferedInputFile(document.content, document.name),
            caption=caption,
            parse_mode=ParseMode.HTML,
        )


async def answer(query: CallbackQuery, words: str | None = None, *, alert: bool = False) -> None:
    """Answer a tap: once, since Telegram takes no second answer."""
    if is_answered(query):
        return
    _answered.set(query.id)
    try:
        await query.answer(words, show_alert=alert)
    except TelegramBadRequest:
        return  # too late: the little clock has stopped by itself


def is_answered(query: CallbackQuery) -> bool:
    return _answered.get() == query.id


async def _say_anew(query: CallbackQuery, screen: Screen) -> None:
    if query.bot is not None:  # a person's id is the id of the private chat
        await query.bot.send_message(
            query.from_user.id,
            screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=screen.keyboard,
            link_preview_options=_NO_PREVIEW,
        )
