"""One thing said to one person through Telegram, and what came of it."""

from typing import Any, TypeVar

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import (
    EditMessageCaption,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import BufferedInputFile, LinkPreviewOptions, Message, ReplyParameters

from bot.outcomes import Gone, Hush, NoAnswer, Outcome, Refused, Said
from bot.pace import Pace
from handlers.speech import Speech

T = TypeVar("T")
_ANSWER_WITHIN_SECONDS = 20
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_SAME = "message is not modified"
_NO_TEXT = "there is no text in the message to edit"  # it is a photo with a caption
_NO_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_NOBODY = ("chat not found", "peer_id_invalid", "user_id_invalid")


class Voice:
    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace

    async def say(
        self,
        chat_id: int,
        speech: Speech,
        *,
        priority: int = 0,
        edits: int | None = None,
        reply_to: int | None = None,
    ) -> Outcome:
        """Edit the message that says it, or send a new one, at Telegram's pace."""
        if seconds := self._pace.held_seconds(chat_id):
            return Hush(seconds)  # whoever slept here would outlive his lease, and hold a place of others
        try:
            return Said(await self._speak(chat_id, speech, priority, edits, reply_to))
        except TelegramRetryAfter as error:
            self._pace.hold(chat_id, error.retry_after)
            return Hush(error.retry_after)
        except AiogramError as error:
            return _judge(error)

    async def _speak(
        self, chat_id: int, speech: Speech, priority: int, edits: int | None, reply_to: int | None
    ) -> int | None:
        if edits is not None and await self._edit(chat_id, speech, edits, priority):
            return edits
        if speech.drop_if_missing:
            return None
        message = await self._call(_sending(chat_id, speech, reply_to), chat_id, priority)
        return message.message_id

    async def _edit(self, chat_id: int, speech: Speech, message_id: int, priority: int) -> bool:
        """Change what was said; False: that message cannot be changed any more."""
        try:
            await self._call(_editing_text(chat_id, speech, message_id), chat_id, priority)
        except TelegramBadRequest as error:
            told = error.message.lower()
            if _NO_TEXT in told:
                return await self._edit_caption(chat_id, speech, message_id, priority)
            return _edited_anyway(error)
        return True

    async def _edit_caption(self, chat_id: int, speech: Speech, message_id: int, priority: int) -> bool:
        try:
            await self._call(_editing_caption(chat_id, speech, message_id), chat_id, priority)
        except TelegramBadRequest as error:
            return _edited_anyway(error)
        return True

    async def _call(self, method: TelegramMethod[T], chat_id: int, priority: int) -> T:
        await self._pace.turn(chat_id, priority)
        return await self._bot(method, request_timeout=_ANSWER_WITHIN_SECONDS)


def _judge(error: AiogramError) -> Gone | NoAnswer | Refused:
    match error:
        case TelegramForbiddenError():
            return Gone(error.message)
        case TelegramBadRequest() if error.message.lower().removeprefix("bad request: ").startswith(_NOBODY):
            return Gone(error.message)
        case TelegramBadRequest():
            return Refused(error.message)
    return NoAnswer(type(error).__name__)  # the network, Telegram's own trouble, an unreadable answer


def _edited_anyway(error: TelegramBadRequest) -> bool:
    told = error.message.lower()
    if _SAME in told:
        return True
    if any(words in told for words in _NO_MESSAGE):
        return False
    raise error


def _sending(chat_id: int, speech: Speech, reply_to: int | None) -> TelegramMethod[Message]:
    common: dict[str, Any] = {
        "chat_id": chat_id,
        "parse_mode": ParseMode.HTML,
        "reply_markup": speech.keyboard,
        "disable_notification": speech.silent or None,
        "reply_parameters": _reply(reply_to),
    }
    if speech.photo is not None:
        photo = BufferedInputFile(speech.photo, "code.png")
        return SendPhoto(photo=photo, caption=speech.text, **common)
    if speech.document is not None:
        document = BufferedInputFile(speech.document.content, speech.document.name)
        return SendDocument(document=document, caption=speech.text, **common)
    return SendMessage(text=speech.text, link_preview_options=_NO_PREVIEW, **common)


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True)


def _editing_text(chat_id: int, speech: Speech, message_id: int) -> EditMessageText:
    return EditMessageText(
        chat_id=chat_id,
        message_id=message_id,
        text=speech.text,
        parse_mode=ParseMode.HTML,
        reply_markup=speech.keyboard,
        link_preview_options=_NO_PREVIEW,
    )


def _editing_caption(chat_id: int, speech: Speech, message_id: int) -> EditMessageCaption:
    return EditMessageCaption(
        chat_id=chat_id,
        message_id=message_id,
        caption=speech.text,
        parse_mode=ParseMode.HTML,
        reply_markup=speech.keyboard,
    )
