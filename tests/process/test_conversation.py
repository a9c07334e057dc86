import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from bot.conversation import Conversation
from bot.intake import ALLOWED_UPDATES
from bot.lanes import TRIES, CannotBeHandled, TryLater
from bot.sandbox.telegram.server import DEFAULT_TOKEN
from bot.settings import Settings
from bot.wiring import Shop
from db import people
from db.inbox import Claimed
from tests.process.conftest import World
from tests.worlds import NOON

PRIVATE = "private"


@pytest.fixture
async def shop(world: World, sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    monkeypatch.setenv("STARS_PER_UNIT", "0")
    settings = Settings(
        _env_file=None, bot_token=DEFAULT_TOKEN, telegram_api_url=world.address, database_url=sqlite_address
    )
    opened = Shop(settings)
    yield opened
    await opened.close()


@pytest.fixture
async def conversation(shop: Shop) -> AsyncIterator[Conversation]:
    made = Conversation(shop)
    yield made
    await made.close()


def said(person_id: int, words: str, *, attempts: int = 1, chat: str = PRIVATE) -> Claimed:
    person = {"id": person_id, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    message = {
        "message_id": 1,
        "date": 0,
        "from": person,
        "chat": {"id": person_id, "type": chat},
        "text": words,
    }
    return claimed(message=message, attempts=attempts)


def claimed(*, attempts: int = 1, **event: Any) -> Claimed:
    return Claimed(1, 7, 1, json.dumps({"update_id": 7, **event}), attempts)


async def test_a_newcomer_is_met_and_answered(conversation: Conversation, shop: Shop, world: World) -> None:
    ana = await world.meet()

    await conversation.handle(said(ana, "/start"))

    assert len(await world.chat(ana)) == 1
    assert (await shop.customers.find(str(ana))).language == "en"


async def test_what_cannot_be_read_is_told_without_its_words(conversation: Conversation) -> None:
    with pytest.raises(CannotBeHandled) as told:
        await conversation.handle(claimed(message={"text": "private words"}))

    assert "message.message_id" in str(told.value)
    assert "private words" not in str(told.value)


async def test_a_group_is_not_answered_and_nobody_in_it_met(
    conversation: Conversation, shop: Shop, world: World
) -> None:
    ana = await world.meet()

    await conversation.handle(said(ana, "/start", chat="supergroup"))

    assert await world.chat(ana) == []
    assert await shop.store.read(partial(people.by_telegram_id, telegram_id=ana)) is None


async def test_a_failing_handler_is_tried_again_before_anybody_is_told(
    conversation: Conversation, shop: Shop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await world.meet()
    customer = await shop.customers.meet(ana, None, "en")
    await shop.customers.accept_terms(customer.id)

    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.activations.Activations.open_numbers", fail)
    for attempt in range(1, TRIES):
        with pytest.raises(ZeroDivisionError):
            await conversation.handle(said(ana, "/start", attempts=attempt))
    silent = await world.chat(ana)
    await conversation.handle(said(ana, "/start", attempts=TRIES))

    assert silent == []
    assert len(await world.chat(ana)) == 1


async def test_an_answer_waits_for_telegram_to_come_back(conversation: Conversation, world: World) -> None:
    ana = await world.meet()
    await world.fail("sendMessage", status=502)

    with pytest.raises(TryLater):
        await conversation.handle(said(ana, "/start"))
    await conversation.handle(said(ana, "/start", attempts=2))

    assert len(await world.chat(ana)) == 1


async def test_the_bot_names_its_contact_and_the_ways_to_pay_there_are(shop: Shop, world: World) -> None:
    shop.settings = shop.settings.model_copy(update={"support_contact": "@my_shop"})
    conversation = Conversation(shop)

    await conversation.introduce()

    short = await conversation._bot.get_my_short_description(language_code="en")
    whole = await conversation._bot.get_my_description(language_code="en")
    await conversation.close()
    assert short.short_description.endswith("Support: @my_shop")
    assert "Pix" not in whole.description


async def test_what_the_operator_wrote_about_the_bot_stays(conversation: Conversation) -> None:
    await conversation._bot.set_my_short_description("Suporte: @minha_loja", language_code="pt")

    await conversation.introduce()

    kept = await conversation._bot.get_my_short_description(language_code="pt")
    new = await conversation._bot.get_my_short_description(language_code="en")
    assert kept.short_description == "Suporte: @minha_loja"
    assert new.short_description


async def test_no_outage_of_telegram_is_too_long_for_what_a_person_said(
    conversation: Conversation, world: World
) -> None:
    ana = await world.meet()
    await world.fail("sendMessage", status=502, times=3 * TRIES)

    for attempt in range(TRIES, 2 * TRIES):
        with pytest.raises(TryLater):
            await conversation.handle(said(ana, "/start", attempts=attempt))


async def test_a_redis_that_is_down_is_waited_for(shop: Shop, world: World) -> None:
    ana = await world.meet()
    settings = shop.settings.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"})  # nobody listens there
    shop.settings = settings
    conversation = Conversation(shop)

    with pytest.raises(TryLater):
        await conversation.handle(said(ana, "/start", attempts=TRIES))
    await conversation.close()


async def test_a_chat_that_should_be_quiet_is_answered_after_it(
    conversation: Conversation, world: World
) -> None:
    ana = await world.meet()
    await world.fail("sendMessage", status=429, retry_after=1)

    await conversation.handle(said(ana, "/start"))

    assert [call["status"] for call in world.calls("sendMessage")] == [429, 200]


async def test_who_blocked_the_bot_is_no_failure(
    conversation: Conversation, shop: Shop, world: World
) -> None:
    ana = await world.meet()
    await world.do(f"/people/{ana}", "PATCH", blocked=True)

    await conversation.handle(said(ana, "/start"))

    row = await shop.store.read(partial(people.by_telegram_id, telegram_id=ana))
    assert row is not None
    assert row.unreachable_since is not None


async def test_a_banned_person_hears_so_and_nothing_else(
    conversation: Conversation, shop: Shop, world: World
) -> None:
    ana = await world.meet()
    await conversation.handle(said(ana, "/start"))
    customer = await shop.customers.find(str(ana))
    await shop.store.write(
        partial(people.change, user_id=customer.id, now=NOON, banned_at=NOON, ban_reason="x")
    )

    for words in ("/start", "/buy wa br", "hello"):
        await conversation.handle(said(ana, words))

    answers = [message["text"] for message in (await world.chat(ana))[1:]]
    assert len(answers) == 3
    assert len(set(answers)) == 1
    assert "blocked" in answers[0]


async def test_a_banned_person_about_to_pay_is_told_no(
    conversation: Conversation, shop: Shop, world: World
) -> None:
    ana = await world.meet()
    await conversation.handle(said(ana, "/start"))
    customer = await shop.customers.find(str(ana))
    await shop.store.write(partial(people.change, user_id=customer.id, now=NOON, banned_at=NOON))
    question = {
        "id": "9",
        "from": {"id": ana, "is_bot": False, "first_name": "Ana"},
        "currency": "XTR",
        "total_amount": 800,
        "invoice_payload": "bill",
    }

    await conversation.handle(claimed(pre_checkout_query=question))

    (answer,) = world.calls("answerPreCheckoutQuery")
    assert answer["asked"]["ok"] == "false"
    assert "blocked" in answer["asked"]["error_message"]


async def test_telegram_is_told_the_commands_in_each_language(
    conversation: Conversation, world: World
) -> None:
    await conversation.introduce()

    told = {call["asked"].get("language_code") for call in world.calls("setMyCommands")}
    assert told == {"pt", "en", None}
    assert {call["status"] for call in world.calls("setMyCommands")} == {200}


async def test_every_update_the_chat_listens_to_is_asked_for(conversation: Conversation) -> None:
    assert set(conversation.dispatcher.resolve_used_update_types()) <= set(ALLOWED_UPDATES)
