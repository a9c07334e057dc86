"""A chat without a network: what a person does goes in, what the bot asked of Telegram comes out."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from uuid import UUID

from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendDocument, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, TelegramObject, Update
from teremok.validation import validate_method

from handlers.registry import converse
from handlers.texts import TextBook
from services.views import Customer
from tests.handlers.shop import (
    NOW,
    Complaints,
    Counter,
    HouseRules,
    Ledger,
    People,
    Quotes,
    Rentals,
    Shelves,
    StillClock,
    Till,
    WaitingList,
)

T = TypeVar("T")
_FIRST_MESSAGE = 1000


class RecordingSession(BaseSession):
    """Holds every call to the rules of the Bot API, remembers it, and answers as Telegram would."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.answered: set[str] = set()

    async def make_request(self, bot: Bot, method: TelegramMethod[T], timeout: int | None = None) -> T:  # noqa: ASYNC109  aiogram's own signature
        validate_method(bot, method)
        if isinstance(method, AnswerCallbackQuery):
            assert method.callback_query_id not in self.answered, "Telegram takes one answer to a tap"
            self.answered.add(method.callback_query_id)
        self.calls.append(method)
        content = json.dumps({"ok": True, "result": self._result(method)})
        return cast("T", self.check_response(bot, method, 200, content).result)

    async def close(self) -> None:
        return None

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""

    def _result(self, method: TelegramMethod[Any]) -> object:
        if not isinstance(method, SendMessage | EditMessageText | SendDocument):
            return True
        message_id = getattr(method, "message_id", None) or _FIRST_MESSAGE + len(self.calls)
        return {"message_id": message_id, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "…"}


@dataclass
class Answer:
    """What the person sees after one step."""

    calls: list[TelegramMethod[Any]]

    @property
    def spoken(self) -> list[SendMessage | EditMessageText]:
        return [call for call in self.calls if isinstance(call, SendMessage | EditMessageText)]

    @property
    def text(self) -> str:
        return self.spoken[-1].text or ""

    @property
    def toast(self) -> str | None:
        return next((call.text for call in self.calls if isinstance(call, AnswerCallbackQuery)), None)

    @property
    def is_edit(self) -> bool:
        return isinstance(self.spoken[-1], EditMessageText)

    @property
    def buttons(self) -> list[InlineKeyboardButton]:
        markup = self.spoken[-1].reply_markup
        assert isinstance(markup, InlineKeyboardMarkup)
        return [button for row in markup.inline_keyboard for button in row]

    def data(self, label: str) -> str:
        """What the button carries whose label begins like this."""
        found = next(button for button in self.buttons if button.text.startswith(label))
        assert found.callback_data is not None
        return found.callback_data


class Introduces(BaseMiddleware):
    """Stands in for the process's own middleware: tells who is speaking."""

    def __init__(self, people: People, book: TextBook) -> None:
        self._people = people
        self._book = book

    async def __call__(self, handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        customer = await self._people.get(UUID(int=data["event_from_user"].id))
        data["customer"] = customer
        data["text"] = self._book.texts(customer.language)
        return await handler(event, data)


@dataclass
class Chat:
    people: People = field(default_factory=People)
    till: Till = field(default_factory=Till)
    updates: int = 0
    clicks: int = 0

    def __post_init__(self) -> None:
        self.quotes = Quotes(self.people)
        self.counter = Counter(self.quotes)
        self.complaints = Complaints()
        self.ledger = Ledger()
        self.waiting = WaitingList()
        self.session = RecordingSession()
        self.bot = Bot("42:TEST", session=self.session)
        book = TextBook("pt_BR", "BRL", StillClock())
        self.services: dict[str, Any] = {
            "customers": self.people,
            "catalogue": Shelves(),
            "offers": self.quotes,
            "activations": self.counter,
            "topups": self.till,
            "statement": self.ledger,
            "support_contact": "",
            "payment_cases": object(),
            "purchase_cases": object(),
            "refunds": object(),
            "rules": HouseRules(),
            "reactivations": Rentals(self.quotes),
            "reports": self.complaints,
            "watches": self.waiting,
        }
        self.dispatcher = Dispatcher(**self.services)
        self.dispatcher.update.outer_middleware(Introduces(self.people, book))
        converse(self.dispatcher)

    async def say(self, who: Customer, words: str) -> Answer:
        return await self._feed(message=_message(who, words))

    async def hear(self, who: Customer, **said: Any) -> Answer:
        """Something in the chat that is no words of the person's."""
        message = _message(who, "")
        del message["text"]
        return await self._feed(message=message | said)

    async def tap(
        self, who: Customer, data: str, *, on: Answer | None = None, is_old: bool = False
    ) -> Answer:
        """Tap a button; `on` is the message it stands on, by default one to keep.

        Of an old message Telegram tells the chat and the id alone.
        """
        self.clicks += 1
        message = _message(who, on.text if on else "📱")
        message["from"] = {"id": 42, "is_bot": True, "first_name": "Chegou"}
        if on is not None:
            markup = on.spoken[-1].reply_markup
            assert isinstance(markup, InlineKeyboardMarkup)
            message["reply_markup"] = markup.model_dump(mode="json", exclude_none=True)
        if is_old:
            message = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
        query = {
            "id": str(self.clicks),
            "from": _user(who),
            "chat_instance": "1",
            "message": message,
            "data": data,
        }
        return await self._feed(callback_query=query)

    async def be_asked(self, who: Customer, payload: str) -> Answer:
        """Telegram asks before it takes 800 Stars of somebody."""
        question = {
            "id": "1",
            "from": _user(who),
            "currency": "XTR",
            "total_amount": 800,
            "invoice_payload": payload,
        }
        return await self._feed(pre_checkout_query=question)

    async def _feed(self, **event: Any) -> Answer:
        self.updates += 1
        before = len(self.session.calls)
        update = Update.model_validate({"update_id": self.updates, **event}, context={"bot": self.bot})
        await self.dispatcher.feed_update(self.bot, update)
        return Answer(self.session.calls[before:])


def _user(who: Customer) -> dict[str, Any]:
    return {"id": who.telegram_id, "is_bot": False, "first_name": "Ana <3"}


def _message(who: Customer, words: str) -> dict[str, Any]:
    return {
        "message_id": 7,
        "date": int(NOW.timestamp()),
        "chat": {"id": who.telegram_id, "type": "private"},
        "from": _user(who),
        "text": words,
    }
