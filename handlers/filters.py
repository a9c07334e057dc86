"""Own filters. A bare F is tried in a thread of its own, at a fifth of a millisecond each."""

from collections.abc import Callable
from typing import Any

from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.filters import Command as WordForWord
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from handlers.callbacks import Go, Place
from services.views import Customer


class Command(WordForWord):
    """A command in any letters: keyboards like to begin with a capital."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names, ignore_case=True)


class IsAdmin(Filter):
    async def __call__(self, _event: object, customer: Customer) -> bool:
        return customer.is_admin


class IsCommand(Filter):
    """Any command at all, known or not."""

    async def __call__(self, message: Message) -> bool:
        return (message.text or "").startswith("/")


class IsText(Filter):
    """Words that are no command."""

    async def __call__(self, message: Message) -> bool:
        return message.text is not None and not message.text.startswith("/")


class HasPayment(Filter):
    async def __call__(self, message: Message) -> bool:
        return message.successful_payment is not None


class HasRefund(Filter):
    async def __call__(self, message: Message) -> bool:
        return message.refunded_payment is not None


class IsGone(Filter):
    """The person has stopped the bot."""

    async def __call__(self, update: ChatMemberUpdated) -> bool:
        return (
            update.chat.type == ChatType.PRIVATE and update.new_chat_member.status == ChatMemberStatus.KICKED
        )


class To(Filter):
    """A tap on the way to one place."""

    def __init__(self, place: Place) -> None:
        self._data = Go(to=place).pack()

    async def __call__(self, query: CallbackQuery) -> bool:
        return query.data == self._data


class Link(Filter):
    """A deep link of one kind: /start paid_<id>; what follows the prefix comes as `linked`."""

    def __init__(self, prefix: str, read: Callable[[str], object] = str) -> None:
        self._start = f"/start {prefix}_"
        self._read = read

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        words = message.text or ""
        if not words.startswith(self._start):
            return False
        try:
            return {"linked": self._read(words.removeprefix(self._start))}
        except ValueError:
            return False
