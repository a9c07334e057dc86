"""Updates come in: stored before they are confirmed or answered, then the lanes are woken."""

import json
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeGuard

from bot.heartbeats import INTAKE, Heartbeats
from bot.telegram_api import TelegramApi, TelegramRefused, TelegramUnreachable
from db import inbox
from db.store import Store
from services.bells import Bell
from services.clock import Clock

_log = logging.getLogger(__name__)

# What the conversation hears; Telegram sends nothing else.
ALLOWED_UPDATES = ("message", "callback_query", "pre_checkout_query", "my_chat_member", "inline_query")
_IMPATIENT = {"pre_checkout_query", "inline_query"}  # Telegram waits ten seconds for these, and no longer
_POLL_SECONDS = 20
_ANSWER_MARGIN_SECONDS = 10
_BATCH = 100
_PAUSES_SECONDS = (0.5, 1, 2, 4, 8, 15)
_CONFLICT = 409
_TOO_BIG = 2**63  # for a column of either database


class NotAnUpdate(Exception):
    """It carries no update_id, so it can be neither kept nor confirmed."""


class Intake:
    """Keeps updates: each once, however often it comes."""

    def __init__(self, store: Store, bell: Bell, clock: Clock) -> None:
        self._store = store
        self._bell = bell
        self._clock = clock

    async def keep(self, updates: Sequence[Any]) -> None:
        """Store them; when this returns they cannot be lost any more."""
        arrived = [_arrived(update) for update in updates]
        if await self._store.write(partial(inbox.store, arrived=arrived, now=self._clock.now())):
            self._bell.ring()


class Polling:
    """Asks Telegram for updates; the next question confirms only what is stored."""

    def __init__(self, api: TelegramApi, intake: Intake, heartbeats: Heartbeats, bell: Bell) -> None:
        self._api = api
        self._intake = intake
        self._heartbeats = heartbeats
        self._hurry = bell  # rung to end a pause early
        self._offset = 0
        self._failures = 0
        self._is_heard = False

    async def run(self) -> None:
        while True:
            if await self._poll():
                self._failures = 0
                self._heartbeats.beat(INTAKE)
            else:
                await self._hurry.wait(_PAUSES_SECONDS[min(self._failures, len(_PAUSES_SECONDS)) - 1])

    async def _poll(self) -> bool:
        # The first question after silence is answered at once: whether we are heard should be known soon.
        wait_seconds = _POLL_SECONDS if self._is_heard else 0
        self._is_heard = False
        try:
            updates = await self._api.call(
                "getUpdates",
                within_seconds=_POLL_SECONDS + _ANSWER_MARGIN_SECONDS,
                offset=self._offset,
                limit=_BATCH,
                timeout=wait_seconds,
                allowed_updates=ALLOWED_UPDATES,
            )
        except (TelegramRefused, TelegramUnreachable) as error:
            self._failures += 1
            _log.warning("no updates from Telegram: %s", _explain(error))
            return False
        await self._take(updates)
        self._is_heard = True
        return True

    async def _take(self, updates: Sequence[Any]) -> None:
        if not updates:
            return
        known = [update for update in updates if _number(update) is not None]
        if len(known) < len(updates):
            _log.error("%d things from Telegram are no updates", len(updates) - len(known))
        await self._intake.keep(known)
        self._offset = max((update["update_id"] for update in known), default=self._offset) + 1


def _arrived(update: Any) -> inbox.Arrived:
    number = _number(update)
    if number is None:
        raise NotAnUpdate
    return inbox.Arrived(number, _lane(update, number), json.dumps(update))


def _number(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return number if _is_id(number) else None


def _lane(update: Mapping[str, Any], number: int) -> int:
    """One lane a person; a question that cannot wait gets one of its own."""
    for kind, event in update.items():
        if kind in _IMPATIENT:
            return -number
        if isinstance(event, Mapping):
            sender = event.get("from") or event.get("chat")
            person = sender.get("id") if isinstance(sender, Mapping) else None
            return abs(person) if _is_id(person) else 0
    return 0


def _is_id(value: Any) -> TypeGuard[int]:
    return type(value) is int and abs(value) < _TOO_BIG


def _explain(error: TelegramRefused | TelegramUnreachable) -> str:
    if isinstance(error, TelegramRefused) and error.code == _CONFLICT:
        return f"another process uses this token, and only one may: {error.description}"
    return str(error)
