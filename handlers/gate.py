"""What stands before every handler of the chat, and what goes on after one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.dispatcher.flags import get_flag
from aiogram.enums import ChatType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from handlers.callbacks import Accept, ChooseLanguage, Go, Place, Speak, with_asked
from handlers.say import answer, say, show
from handlers.screens.terms import terms_question
from handlers.texts import Texts
from services.views import Customer

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

# A flag for handlers that answer their tap themselves, with what came of it.
ANSWERS_ITSELF = {"answers_itself": True}

_FREE_COMMANDS = {"/terms", "/privacy", "/language", "/help", "/paysupport"}
_FREE_PLACES = {Go(to=place).pack() for place in (Place.TERMS, Place.PRIVACY, Place.REFUNDS, Place.HELP)}
_FREE_PREFIXES = tuple(f"{free.__prefix__}|" for free in (Accept, ChooseLanguage, Speak))


@dataclass(frozen=True, slots=True)
class GoOn:
    """What a handler returns for the words to be heard as if they were said just now."""

    message: Message
    customer: Customer
    text: Texts


class PrivateOnly(BaseMiddleware):
    """The shop speaks with one person at a time."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        message = event.message if isinstance(event, CallbackQuery) else event
        chat = getattr(message, "chat", None)
        if chat is None or chat.type == ChatType.PRIVATE:
            return await handler(event, data)
        return None


class TermsGate(BaseMiddleware):
    """Nobody is served before the terms are accepted; what was asked is kept for afterwards."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        customer: Customer = data["customer"]
        if customer.has_accepted_terms or _is_free(event):
            return await handler(event, data)
        text: Texts = data["text"]
        if isinstance(event, CallbackQuery):
            await answer(event)
            return await show(event, terms_question(text, event.from_user.first_name))
        if isinstance(event, Message) and event.from_user is not None:
            asked = with_asked(event.text if _command(event.text) else None)
            return await say(event, terms_question(text, event.from_user.first_name, asked))
        return None


class LeavesConversation(BaseMiddleware):
    """A command or a tap ends the typing of a search or an amount."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        state: FSMContext | None = data.get("state")
        is_asked_anew = isinstance(event, CallbackQuery) or _command(getattr(event, "text", None))
        if state is not None and data.get("raw_state") and is_asked_anew:
            await state.clear()
        return await handler(event, data)


class AnswersTaps(BaseMiddleware):
    """Answer each tap before its handler runs, unless the handler has something to answer."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, CallbackQuery)
        if not get_flag(data, "answers_itself"):
            await answer(event)
        result = await handler(event, data)
        await answer(event)
        return result


class GoesOn(BaseMiddleware):
    """Let what was asked before the terms go on after them."""

    def __init__(self, root: Router) -> None:
        self._root = root

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        result = await handler(event, data)
        if isinstance(result, GoOn):
            heard = {**data, "customer": result.customer, "text": result.text, "raw_state": None}
            return await self._root.propagate_event("message", result.message, **heard)
        return result


def _command(words: str | None) -> str | None:
    if not (words or "").startswith("/"):
        return None
    return (words or "").split()[0].split("@")[0].lower()


def _is_free(event: TelegramObject) -> bool:
    if isinstance(event, CallbackQuery):
        asked = event.data or ""
        return asked in _FREE_PLACES or asked.startswith(_FREE_PREFIXES)
    if not isinstance(event, Message):
        return True
    has_money = event.successful_payment is not None or event.refunded_payment is not None
    return has_money or _command(event.text) in _FREE_COMMANDS
