"""What stands around every handler: who is speaking, Telegram's pace, another try before an apology."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, ErrorEvent, TelegramObject, Update, User

from bot.pace import Pace
from handlers.texts import TextBook
from services.customers import Banned, Customers
from services.errors import OutsideError, ShopError

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

# A banned person can still read why, and whom to write to.
_FREE_OF_BANS = ("/paysupport", "/terms", "/privacy", "/help")
_HARMLESS = ("message is not modified", "query is too old", "query id is invalid")
_SENDS = 3
_ANSWERS = 1  # the priority of what a tap is answered with: codes go before


class Introduces(BaseMiddleware):
    """Tell handlers who is speaking, and in which language to answer."""

    def __init__(self, customers: Customers, book: TextBook) -> None:
        self._customers = customers
        self._book = book

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        if user is None or user.is_bot or (chat is not None and chat.type != ChatType.PRIVATE):
            return None
        customer = await self._customers.meet(user.id, user.username, user.language_code)
        data["customer"] = customer
        data["text"] = self._book.texts(customer.language)
        if customer.is_banned and not _is_free_of_bans(event):
            raise Banned(until=customer.banned_until)
        return await handler(event, data)


class TriesAgain(BaseMiddleware):
    """What may go well at another try is not apologised for: the update comes again.

    In an outage nobody could hear an apology: the lane knows how long to try.
    """

    def __init__(self, tries: int, outages: tuple[type[Exception], ...]) -> None:
        self._tries = tries
        self._outages = outages

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, ErrorEvent)
        is_an_answer = isinstance(event.exception, ShopError | OutsideError | TelegramForbiddenError)
        is_outage = isinstance(event.exception, self._outages)
        if is_outage or (not is_an_answer and data.get("attempt", 1) < self._tries):
            raise event.exception
        return await handler(event, data)


class KeepsPace(BaseRequestMiddleware):
    """Handlers' own answers wait for their turn beside what the outbox says."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat_id = getattr(method, "chat_id", None)
        for tries_left in reversed(range(_SENDS)):
            if isinstance(chat_id, int):
                await self._pace.turn(chat_id, _ANSWERS)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if not tries_left:
                    raise
                await self._be_silent(chat_id, error.retry_after)
            except TelegramBadRequest as error:
                if not any(words in error.message.lower() for words in _HARMLESS):
                    raise
                # aiogram: the innermost request answers with the result itself, whatever its type says.
                return cast("Response[TelegramType]", True)
        raise AssertionError("the last try returns or raises")

    async def _be_silent(self, chat_id: object, seconds: float) -> None:
        if isinstance(chat_id, int):
            self._pace.hold(chat_id, seconds)
        else:
            await asyncio.sleep(seconds)


def _is_free_of_bans(event: TelegramObject) -> bool:
    """Money that comes in is always taken note of; so is leaving."""
    if not isinstance(event, Update) or event.message is None:
        return isinstance(event, Update) and event.my_chat_member is not None
    message = event.message
    has_money = message.successful_payment is not None or message.refunded_payment is not None
    return has_money or (message.text or "").lower().startswith(_FREE_OF_BANS)
