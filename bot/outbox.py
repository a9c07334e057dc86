"""What must be said is said: from the table, codes first, no chat ever waiting for another."""

import asyncio
import logging
from datetime import timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from bot.heartbeats import OUTBOX, Heartbeats
from bot.outcomes import Gone, Hush, NoAnswer, Outcome, Refused, Said
from bot.tasks import Tasks
from db import cases, outbox
from db.outbox import DueFact
from db.store import Store
from handlers.speech import Remembered, Speech
from services.bells import Bell
from services.clock import Clock
from services.customers import Customers
from services.views import Fact

_log = logging.getLogger(__name__)

_AT_ONCE = 200  # most of them wait for their chat's turn
_LEASE = timedelta(seconds=60)
_LOOK_EVERY_SECONDS = 0.5  # for what another replica has written, and for what was put off
_TRIES = 5
_LONGEST_PAUSE_SECONDS = 300


class Composer(Protocol):
    async def compose(self, fact: Fact) -> Speech | None:
        """Turn a fact into words in the person's language, as things stand now; None: nothing to say."""


class Voice(Protocol):
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


class Sender:
    """Says each fact until it is said, or its person is gone; every row ends with a date."""

    def __init__(
        self,
        store: Store,
        composer: Composer,
        voice: Voice,
        customers: Customers,
        bell: Bell,
        clock: Clock,
        tasks: Tasks,
        heartbeats: Heartbeats,
    ) -> None:
        self._store = store
        self._composer = composer
        self._voice = voice
        self._customers = customers
        self._bell = bell
        self._clock = clock
        self._tasks = tasks
        self._heartbeats = heartbeats
        self._running = 0

    async def run(self) -> None:
        while True:
            claimed = await self._claim()
            for fact in claimed:
                self._running += 1
                self._tasks.start(self._see_through(fact), name=f"{fact.kind} {fact.subject}")
            self._heartbeats.beat(OUTBOX)
            if not claimed:
                await self._bell.wait(_LOOK_EVERY_SECONDS)

    async def _claim(self) -> list[DueFact]:
        now = self._clock.now()
        if not await self._store.read(partial(outbox.is_anything_due, now=now)):
            return []
        limit = _AT_ONCE - self._running
        return await self._store.write(partial(outbox.claim, now=now, until=now + _LEASE, limit=limit))

    async def _see_through(self, fact: DueFact) -> None:
        try:
            await self._say(fact)
        except asyncio.CancelledError:
            await self._put_off(fact, "the process stopped", seconds=0)
            raise
        except Exception as error:  # noqa: BLE001  a text fails in its own ways, and holds nobody else up
            _log.exception("a fact could not be said", extra={"kind": fact.kind, "subject": fact.subject})
            await self._try_again(fact, f"{type(error).__name__}: {error}")
        finally:
            self._running -= 1
            self._bell.ring()

    async def _say(self, fact: DueFact) -> None:
        if fact.telegram_id is None:
            await self._block(fact, "no chat")
            return
        speech = await self._composer.compose(_view(fact, fact.telegram_id))
        if speech is None:
            await self._finish(fact, None, None)
            return
        reply_to = await self._spoken(fact, speech.reply_to)
        if speech.reply_to and reply_to is None and await self._lets_go_first(fact, speech.reply_to):
            return
        edits = await self._spoken(fact, speech.remember if speech.edits else None)
        outcome = await self._voice.say(
            fact.telegram_id, speech, priority=fact.priority, edits=edits, reply_to=reply_to
        )
        await self._conclude(fact, speech, outcome)

    async def _conclude(self, fact: DueFact, speech: Speech, outcome: Outcome) -> None:
        match outcome:
            case Said(message_id):
                await self._finish(fact, speech.remember, message_id)
            case Gone(why):
                await self._block(fact, why)
                await self._customers.mark_unreachable(fact.user_id)
            case Hush(seconds):
                until = self._clock.now() + timedelta(seconds=seconds)
                work = partial(outbox.put_off_person, fact=fact, until=until, error="too many requests")
                await self._store.write(work)
            case NoAnswer(why):
                await self._put_off(fact, why, seconds=min(2**fact.attempts, _LONGEST_PAUSE_SECONDS))
            case Refused(why):
                await self._try_again(fact, why)

    async def _try_again(self, fact: DueFact, why: str) -> None:
        if fact.attempts < _TRIES:
            await self._put_off(fact, why, seconds=min(4 ** (fact.attempts - 1), _LONGEST_PAUSE_SECONDS))
            return
        _log.error("a fact is given up", extra={"kind": fact.kind, "subject": fact.subject, "why": why})
        await self._store.write(partial(self._give_up, fact=fact, why=why))

    def _give_up(self, connection: Connection, fact: DueFact, why: str) -> None:
        now = self._clock.now()
        outbox.block(connection, fact, now, why)
        facts = {"subject": fact.subject, "customer": str(fact.user_id), "why": why}
        cases.open_case(connection, kind="outbox.unsaid", subject=fact.kind, facts=facts, now=now)

    async def _finish(self, fact: DueFact, remembered: Remembered | None, message_id: int | None) -> None:
        def work(connection: Connection) -> None:
            now = self._clock.now()
            outbox.finish(connection, fact, now)
            if remembered is not None and message_id is not None:
                kind, subject = remembered
                outbox.remember(
                    connection,
                    user_id=fact.user_id,
                    kind=kind,
                    subject=subject,
                    message_id=message_id,
                    now=now,
                )

        await self._store.write(work)

    async def _block(self, fact: DueFact, why: str) -> None:
        await self._store.write(partial(outbox.block, fact=fact, now=self._clock.now(), error=why))

    async def _put_off(self, fact: DueFact, why: str, *, seconds: float) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        await self._store.write(partial(outbox.put_off, fact=fact, until=until, error=why))

    async def _spoken(self, fact: DueFact, remembered: Remembered | None) -> int | None:
        if remembered is None:
            return None
        kind, subject = remembered
        return await self._store.read(
            partial(outbox.spoken, user_id=fact.user_id, kind=kind, subject=subject)
        )

    async def _lets_go_first(self, fact: DueFact, awaited: Remembered) -> bool:
        kind, subject = awaited
        now = self._clock.now()
        return await self._store.write(
            partial(outbox.let_go_first, fact=fact, kind=kind, subject=subject, now=now)
        )


def _view(fact: DueFact, telegram_id: int) -> Fact:
    return Fact(
        id=fact.id,
        customer_id=fact.user_id,
        telegram_id=telegram_id,
        language=fact.language,
        kind=fact.kind,
        subject=fact.subject,
        arguments=fact.arguments,
        attempts=fact.attempts,
    )
