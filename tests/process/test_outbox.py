import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy import Connection, select

from bot.heartbeats import Heartbeats
from bot.outbox import Sender
from bot.pace import Pace
from bot.sandbox.telegram.server import DEFAULT_TOKEN
from bot.tasks import Tasks
from bot.voice import Voice
from db import outbox, people
from db.store import Store
from db.tables import Case, OutboxFact, User
from handlers.speech import Speech
from services.bells import Bell
from services.clock import SystemClock
from services.customers import Customers
from services.rules import Rules, RuleSet
from services.views import Fact
from tests.process.conftest import World, until
from tests.worlds import person

Compose = Callable[[Fact], Speech | None]


@dataclass
class Notebook:
    """Says each kind of fact the way a test wants it."""

    says: dict[str, Compose] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def compose(self, fact: Fact) -> Speech | None:
        self.asked.append((fact.kind, fact.subject))
        if fact.kind in self.says:
            return self.says[fact.kind](fact)
        return Speech(f"{fact.kind} {fact.subject}")


class Shop:
    def __init__(self, store: Store, world: World, notebook: Notebook, bell: Bell) -> None:
        self.store = store
        self.world = world
        self.notebook = notebook
        self.bell = bell
        self.clock = SystemClock()

    async def admit(self, name: str) -> tuple[int, UUID]:
        telegram_id = await self.world.meet(name)
        admitted = await self.store.write(
            lambda connection: person(connection, telegram_id, username=f"user{telegram_id}")
        )
        return telegram_id, admitted

    async def put(self, user_id: UUID, kind: str, subject: str = "1", **arguments: Any) -> None:
        await self.store.write(
            lambda connection: outbox.put(
                connection,
                user_id=user_id,
                kind=kind,
                subject=subject,
                now=self.clock.now(),
                arguments=arguments,
            )
        )
        self.bell.ring()

    async def facts(self) -> list[Any]:
        def work(connection: Connection) -> list[Any]:
            return list(connection.execute(select(*OutboxFact.__table__.columns).order_by(OutboxFact.id)))

        return await self.store.read(work)

    async def is_over(self) -> bool:
        return all(row.sent_at or row.blocked_at for row in await self.facts())

    async def texts(self, telegram_id: int) -> list[str]:
        messages = await self.world.chat(telegram_id)
        return [str(message.get("text", message.get("caption"))) for message in messages]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
async def shop(sqlite_store: Store, world: World, notebook: Notebook) -> Shop:
    return Shop(sqlite_store, world, notebook, Bell())


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(world.address))
    made = Bot(DEFAULT_TOKEN, session=session)
    yield made
    await made.session.close()


@pytest.fixture
def sender(shop: Shop, bot: Bot, tasks: Tasks) -> Sender:
    clock = shop.clock
    rules = Rules(shop.store, RuleSet(), clock)
    return Sender(
        shop.store,
        shop.notebook,
        Voice(bot, Pace(clock, chat_pause_seconds=0.05)),
        Customers(shop.store, rules, clock, admin_ids=(), language_of=lambda _: "en"),
        shop.bell,
        clock,
        tasks,
        Heartbeats(clock, {}),
    )


async def test_what_must_be_said_is_said_codes_first(shop: Shop, sender: Sender, tasks: Tasks) -> None:
    ana, her = await shop.admit("Ana")
    for kind in ("credits.granted", "topup.paid", "number.ended", "number.code"):
        await shop.put(her, kind)

    tasks.start(sender.run(), "outbox")
    await until(shop.is_over)

    assert await shop.texts(ana) == ["number.code 1", "number.ended 1", "topup.paid 1", "credits.granted 1"]


async def test_silence_in_one_chat_delays_no_other(shop: Shop, sender: Sender, tasks: Tasks) -> None:
    ana, her = await shop.admit("Ana")
    bia, hers = await shop.admit("Bia")
    await shop.world.fail("sendMessage", status=429, retry_after=30, person_id=ana)
    for number in range(5):
        await shop.put(her, "credits.granted", str(number))
        await shop.put(hers, "credits.granted", str(number))

    tasks.start(sender.run(), "outbox")
    await until(lambda: has_heard(shop, bia, 5))

    assert await shop.texts(ana) == []
    waiting = [row for row in await shop.facts() if row.user_id == her]
    assert all(row.not_before > shop.clock.now() + timedelta(seconds=20) for row in waiting)


async def test_what_comes_during_a_silence_is_put_off_and_keeps_no_place(
    shop: Shop, sender: Sender, tasks: Tasks
) -> None:
    ana, her = await shop.admit("Ana")
    await shop.world.fail("sendMessage", status=429, retry_after=30, person_id=ana)
    await shop.put(her, "number.card")
    tasks.start(sender.run(), "outbox")
    await until(lambda: is_put_off(shop, "number.card"))

    await shop.put(her, "number.code")
    await until(lambda: is_put_off(shop, "number.code"))

    assert sender._running == 0
    assert len(shop.world.calls("sendMessage")) == 1


async def test_who_blocked_the_bot_is_marked_with_a_date(shop: Shop, sender: Sender, tasks: Tasks) -> None:
    ana, her = await shop.admit("Ana")
    await shop.world.do(f"/people/{ana}", "PATCH", blocked=True)
    await shop.put(her, "number.code")

    tasks.start(sender.run(), "outbox")
    await until(shop.is_over)

    (row,) = await shop.facts()
    assert row.blocked_at is not None
    assert row.sent_at is None
    await until(lambda: is_unreachable(shop, her))


async def test_a_reply_waits_for_what_it_replies_to(
    shop: Shop, sender: Sender, notebook: Notebook, tasks: Tasks
) -> None:
    ana, her = await shop.admit("Ana")
    card = ("number.card", "n")
    notebook.says["number.card"] = lambda _: Speech("card", remember=card, edits=True)
    notebook.says["number.code"] = lambda _: Speech("code", reply_to=card)
    await shop.put(her, "number.card", "n")
    await shop.put(her, "number.code", "m")

    tasks.start(sender.run(), "outbox")
    await until(shop.is_over)

    card_said, code_said = await shop.world.chat(ana)
    assert code_said["reply_to_message"]["message_id"] == card_said["message_id"]


async def test_a_thing_said_before_is_edited_and_said_anew_when_it_is_gone(
    shop: Shop, sender: Sender, notebook: Notebook, tasks: Tasks
) -> None:
    ana, her = await shop.admit("Ana")
    card = ("number.card", "n")
    notebook.says["number.card"] = lambda fact: Speech(str(fact.arguments["text"]), remember=card, edits=True)
    tasks.start(sender.run(), "outbox")

    for text in ("bought", "bought", "cancelled"):
        await shop.put(her, "number.card", "n", text=text)
        await until(shop.is_over)
    edited = await shop.texts(ana)
    await shop.world.fail("editMessageText", status=400, description="Bad Request: message to edit not found")
    await shop.put(her, "number.card", "n", text="ended")
    await until(shop.is_over)

    assert edited == ["cancelled"]
    assert await shop.texts(ana) == ["cancelled", "ended"]


async def test_a_bill_with_a_picture_is_edited_in_its_caption(
    shop: Shop, sender: Sender, notebook: Notebook, tasks: Tasks
) -> None:
    ana, her = await shop.admit("Ana")
    bill = ("topup.bill", "t")
    tasks.start(sender.run(), "outbox")

    notebook.says["topup.bill"] = lambda _: Speech("pay", photo=PICTURE, remember=bill, edits=True)
    await shop.put(her, "topup.bill", "t")
    await until(shop.is_over)
    notebook.says["topup.bill"] = lambda _: Speech("paid", remember=bill, edits=True)
    await shop.put(her, "topup.bill", "t")
    await until(shop.is_over)

    assert await shop.texts(ana) == ["paid"]


async def test_nothing_left_to_say_is_done(
    shop: Shop, sender: Sender, notebook: Notebook, tasks: Tasks
) -> None:
    ana, her = await shop.admit("Ana")
    notebook.says["number.card"] = lambda _: None
    await shop.put(her, "number.card")

    tasks.start(sender.run(), "outbox")
    await until(shop.is_over)

    assert await shop.texts(ana) == []
    (row,) = await shop.facts()
    assert row.sent_at is not None


async def test_a_fact_without_words_is_given_up_and_holds_nobody_up(
    shop: Shop, sender: Sender, notebook: Notebook, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, her = await shop.admit("Ana")
    monkeypatch.setattr("bot.outbox._TRIES", 2)
    notebook.says["number.code"] = lambda _: Speech("<b>never closed")
    notebook.says["number.card"] = lambda fact: Speech(str(fact.arguments["none"]))
    for kind in ("number.code", "number.card", "credits.granted"):
        await shop.put(her, kind)

    tasks.start(sender.run(), "outbox")
    await until(shop.is_over)

    assert await shop.texts(ana) == ["credits.granted 1"]
    code, card, _ = await shop.facts()
    assert "can't parse entities" in code.error
    assert card.error == "KeyError: 'none'"
    subjects = await shop.store.read(lambda connection: connection.scalars(select(Case.subject)).all())
    assert set(subjects) == {"number.code", "number.card"}


async def test_what_telegram_did_not_take_is_said_later(shop: Shop, sender: Sender, tasks: Tasks) -> None:
    ana, her = await shop.admit("Ana")
    await shop.world.fail("sendMessage", status=502)
    await shop.put(her, "number.code")

    tasks.start(sender.run(), "outbox")
    await until(shop.is_over)

    assert await shop.texts(ana) == ["number.code 1"]


async def test_what_was_being_said_when_the_process_died_is_said_after_it(
    shop: Shop, sender: Sender, tasks: Tasks
) -> None:
    ana, her = await shop.admit("Ana")
    await shop.put(her, "number.code")
    now = shop.clock.now()
    await shop.store.write(
        lambda connection: outbox.claim(connection, now=now, until=now + timedelta(hours=1), limit=9)
    )

    await shop.store.write(outbox.free_all)
    tasks.start(sender.run(), "outbox")
    await until(shop.is_over)

    assert await shop.texts(ana) == ["number.code 1"]


async def test_two_senders_say_each_thing_once_and_never_two_at_a_time_to_one(store: Store) -> None:
    clock = SystemClock()
    now = clock.now()

    def fill(connection: Connection) -> None:
        for telegram_id in (1, 2, 3):
            user_id = person(connection, telegram_id, username=f"user{telegram_id}")
            for number in range(3):
                outbox.put(connection, user_id=user_id, kind="topup.paid", subject=str(number), now=now)

    def add_a_code(connection: Connection) -> None:
        for user_id in connection.scalars(select(User.id)).all():
            outbox.put(connection, user_id=user_id, kind="number.code", subject="c", now=now)

    def claim(connection: Connection) -> list[outbox.DueFact]:
        return outbox.claim(connection, now=now, until=now + timedelta(minutes=1), limit=9)

    await store.write(fill)

    first, second = await asyncio.gather(store.write(claim), store.write(claim))

    claimed = first + second
    assert sorted(fact.telegram_id or 0 for fact in claimed) == [1, 2, 3]
    assert {fact.subject for fact in claimed} == {"0"}
    await store.write(add_a_code)
    assert await store.write(claim) == []


async def has_heard(shop: Shop, telegram_id: int, count: int) -> bool:
    return len(await shop.texts(telegram_id)) == count


async def is_put_off(shop: Shop, kind: str) -> bool:
    soon = shop.clock.now() + timedelta(seconds=20)
    return all(
        row.not_before > soon and not row.leased_until for row in await shop.facts() if row.kind == kind
    )


async def is_unreachable(shop: Shop, user_id: UUID) -> bool:
    row = await shop.store.read(lambda connection: people.by_id(connection, user_id))
    return row is not None and row.unreachable_since is not None


# The smallest picture there is: one transparent dot.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
