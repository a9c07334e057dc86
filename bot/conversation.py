"""The chat's side of the process. Loading this loads aiogram, which takes seconds."""

import json
from collections.abc import Mapping
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import TelegramMethod
from aiogram.types import BotCommandScopeChat, BotCommandScopeDefault, Update
from pydantic import ValidationError

from bot.heartbeats import Heartbeats
from bot.lanes import TRIES, CannotBeHandled, TryLater
from bot.middlewares import Introduces, KeepsPace, TriesAgain
from bot.outbox import Sender
from bot.pace import Pace
from bot.tasks import Tasks
from bot.voice import Voice
from bot.wiring import Shop
from db.inbox import Claimed
from handlers.commands import commands_for, description_for, short_description_for
from handlers.notifier import Notifier
from handlers.registry import converse
from handlers.texts import LANGUAGES

_ANSWER_WITHIN_SECONDS = 20
_TELEGRAM_FAILS = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter)

Outages = tuple[type[Exception], ...]


class Conversation:
    """Handles updates, and has the words and the voice for what must be said."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        pace = Pace(shop.clock)
        self._speaker = _bot(shop)
        self._bot = _bot(shop)
        self._bot.session.middleware(KeepsPace(pace))
        self._voice = Voice(self._speaker, pace)
        self._storage, self._outages = _memory(shop)
        self.dispatcher = _dispatcher(shop, self._storage, self._outages)

    async def handle(self, claimed: Claimed) -> None:
        """Let the chat answer one update; raises CannotBeHandled and TryLater."""
        try:
            update = Update.model_validate(json.loads(claimed.payload), context={"bot": self._bot})
        except ValidationError as error:
            raise CannotBeHandled(_first_fault(error)) from error
        try:
            answer = await self.dispatcher.feed_update(self._bot, update, attempt=claimed.attempts)
            if isinstance(answer, TelegramMethod):
                await self.dispatcher.silent_call_request(self._bot, answer)
        except self._outages as error:
            raise TryLater(type(error).__name__) from error

    def sender(self, tasks: Tasks, heartbeats: Heartbeats) -> Sender:
        """Make the one who says what must be said."""
        shop = self._shop
        notifier = Notifier(
            shop.book,
            shop.customers,
            shop.activations,
            shop.topups,
            shop.catalogue,
            shop.cases,
            shop.refunds,
        )
        return Sender(
            shop.store,
            notifier,
            self._voice,
            shop.customers,
            shop.bells.outbox,
            shop.clock,
            tasks,
            heartbeats,
        )

    async def introduce(self) -> None:
        """Tell Telegram the commands and who we are, in each language."""
        for ours, theirs in (*LANGUAGES.items(), (self._shop.settings.default_language, None)):
            commands = commands_for(ours, is_admin=False)
            await self._bot.set_my_commands(commands, BotCommandScopeDefault(), language_code=theirs)
            description = description_for(ours, self._shop.gateways)
            await self._bot.set_my_description(description, language_code=theirs)
            await self._introduce_shortly(ours, theirs)
        for admin in self._shop.settings.admin_ids:
            await self._introduce_to_admin(admin)

    async def close(self) -> None:
        await self._bot.session.close()
        await self._speaker.session.close()
        await self._storage.close()

    async def _introduce_shortly(self, ours: str, theirs: str | None) -> None:
        """Without a contact of our own to name, what the operator wrote there stays: it may name one."""
        contact = self._shop.settings.support_contact
        kept = await self._bot.get_my_short_description(language_code=theirs)
        if contact or not kept.short_description:
            await self._bot.set_my_short_description(
                short_description_for(ours, contact), language_code=theirs
            )

    async def _introduce_to_admin(self, admin: int) -> None:
        try:
            for ours, theirs in (*LANGUAGES.items(), (self._shop.settings.default_language, None)):
                commands = commands_for(ours, is_admin=True)
                await self._bot.set_my_commands(
                    commands, BotCommandScopeChat(chat_id=admin), language_code=theirs
                )
        except TelegramAPIError:
            return  # Telegram: a chat that was never opened has no menu yet; the next day it may


def _bot(shop: Shop) -> Bot:
    session = AiohttpSession(
        api=TelegramAPIServer.from_base(shop.settings.telegram_api_url), timeout=_ANSWER_WITHIN_SECONDS
    )
    return Bot(shop.settings.token, session=session)


def _dispatcher(shop: Shop, storage: BaseStorage, outages: Outages) -> Dispatcher:
    dispatcher = Dispatcher(storage=storage, **_what_handlers_ask_for(shop))
    dispatcher.update.outer_middleware(Introduces(shop.customers, shop.book))
    dispatcher.errors.outer_middleware(TriesAgain(TRIES, outages))
    converse(dispatcher)
    return dispatcher


def _what_handlers_ask_for(shop: Shop) -> Mapping[str, Any]:
    """By the names of their arguments."""
    return {
        "activations": shop.activations,
        "books": shop.books,
        "cases": shop.cases,
        "catalogue": shop.catalogue,
        "customers": shop.customers,
        "desk": shop.desk,
        "offers": shop.offers,
        "payment_cases": shop.payment_cases,
        "purchase_cases": shop.purchase_cases,
        "refunds": shop.refunds,
        "reactivations": shop.reactivations,
        "reports": shop.reports,
        "rules": shop.rules,
        "statement": shop.statement,
        "support_contact": shop.settings.support_contact,
        "topups": shop.topups,
        "watches": shop.watches,
    }


def _memory(shop: Shop) -> tuple[BaseStorage, Outages]:
    """Where conversations are remembered, and all that passes by itself when it fails."""
    if not shop.settings.redis_url:
        return MemoryStorage(), _TELEGRAM_FAILS
    # Loaded here: most shops have no Redis.
    from aiogram.fsm.storage.redis import RedisStorage  # noqa: PLC0415
    from redis.asyncio import Redis  # noqa: PLC0415
    from redis.exceptions import RedisError  # noqa: PLC0415

    return RedisStorage(Redis.from_url(shop.settings.redis_url)), (*_TELEGRAM_FAILS, RedisError)


def _first_fault(error: ValidationError) -> str:
    """Where it is wrong; not what was there, which a person may have written."""
    fault = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
