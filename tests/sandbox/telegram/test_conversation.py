import asyncio
from typing import Any

from bot.sandbox.journal import Journal
from bot.sandbox.telegram.profile import Profile
from bot.sandbox.telegram.world import World
from tests.sandbox.telegram.conftest import Phone

BUTTONS = {
    "inline_keyboard": [[{"text": "Buy", "callback_data": "buy:1"}, {"text": "Shop", "url": "https://a.io"}]]
}


async def test_what_a_person_says_reaches_the_bot(phone: Phone) -> None:
    person = await phone.do("/people", first_name="Ana", username="ana", language_code="pt-br")

    said = await phone.do(f"/people/{person['id']}/say", text="/buy whatsapp")

    (update,) = await phone.updates()
    assert update["update_id"] == said["update_id"]
    assert update["message"]["text"] == "/buy whatsapp"
    assert update["message"]["from"]["language_code"] == "pt-br"
    assert update["message"]["chat"]["type"] == "private"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 4}]


async def test_a_deep_link_says_start_with_its_parameter(phone: Phone, ana: int) -> None:
    await phone.do(f"/people/{ana}/open", start="paid_7")

    (update,) = await phone.updates()
    assert update["message"]["text"] == "/start paid_7"


async def test_a_deep_link_carries_no_more_than_telegram_lets_it(phone: Phone, ana: int) -> None:
    refused = await phone.do(f"/people/{ana}/open", 400, start="a" * 65)

    assert "at most 64" in refused["error"]


async def test_a_message_is_seen_as_telegram_would_show_it(phone: Phone, ana: int) -> None:
    await phone.call(
        "sendMessage", chat_id=ana, text="Code <code>482913</code>", parse_mode="HTML", reply_markup=BUTTONS
    )

    message = (await phone.see(f"/people/{ana}/chat"))["messages"][-1]
    assert message["text"] == "Code 482913"
    assert message["entities"] == [{"type": "code", "offset": 5, "length": 6}]
    assert message["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Buy", "callback_data": "buy:1"}, {"text": "Shop", "url": "https://a.io/"}]
        ]
    }
    assert message["outgoing"] is False


async def test_a_tap_is_a_callback_query_and_its_answer_is_seen(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="Buy?", reply_markup=BUTTONS)

    tapped = await phone.do(f"/people/{ana}/tap", message_id=sent["message_id"], data="buy:1")

    (update,) = await phone.updates()
    query = update["callback_query"]
    assert query["id"] == tapped["callback_query_id"]
    assert query["message"]["message_id"] == sent["message_id"]
    assert query["chat_instance"]
    await phone.call("answerCallbackQuery", callback_query_id=query["id"], text="Yes", show_alert=True)
    answer = await last_event(phone, ana)
    assert (answer["kind"], answer["text"], answer["show_alert"]) == ("answer", "Yes", True)


async def test_a_double_tap_asks_twice(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="Buy?", reply_markup=BUTTONS)

    await phone.do(f"/people/{ana}/tap", message_id=sent["message_id"], row=0, column=0, times=2)

    first, second = await phone.updates()
    assert first["callback_query"]["data"] == second["callback_query"]["data"] == "buy:1"
    assert first["callback_query"]["id"] != second["callback_query"]["id"]


async def test_only_a_forged_tap_carries_what_no_button_says(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="Buy?", reply_markup=BUTTONS)

    refused = await phone.do(f"/people/{ana}/tap", 400, message_id=sent["message_id"], data="free:1")
    await phone.do(f"/people/{ana}/tap", message_id=sent["message_id"], data="free:1", forged=True)

    assert "no such button" in refused["error"]
    (update,) = await phone.updates()
    assert update["callback_query"]["data"] == "free:1"


async def test_a_button_that_asks_nothing_cannot_be_tapped_for_the_bot(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="Buy?", reply_markup=BUTTONS)

    refused = await phone.do(f"/people/{ana}/tap", 400, message_id=sent["message_id"], row=0, column=1)

    assert "url button" in refused["error"]


async def test_an_edit_and_a_deletion_are_seen(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="Waiting", reply_markup=BUTTONS)
    mine = {"chat_id": ana, "message_id": sent["message_id"]}

    edited = await phone.call("editMessageText", **mine, text="Done")
    edit = await last_event(phone, ana)
    await phone.call("deleteMessage", **mine)
    deletion = await last_event(phone, ana)

    assert "reply_markup" not in edited
    assert edit["kind"] == "edit"
    assert edit["message"]["text"] == "Done"
    assert edit["message"]["edit_date"] >= sent["date"]
    assert (deletion["kind"], deletion["message_ids"]) == ("delete", [sent["message_id"]])


async def test_a_reply_carries_what_it_answers(phone: Phone, ana: int) -> None:
    card = await phone.call("sendMessage", chat_id=ana, text="Card")

    code = await phone.call(
        "sendMessage", chat_id=ana, text="Code", reply_parameters={"message_id": card["message_id"]}
    )

    assert code["reply_to_message"]["text"] == "Card"


async def test_a_pinned_message_is_on_top_until_it_is_deleted(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="Card")
    mine = {"chat_id": ana, "message_id": sent["message_id"]}

    await phone.call("pinChatMessage", **mine)
    pinned = (await phone.see(f"/people/{ana}/chat"))["pinned_message_id"]
    await phone.call("deleteMessages", chat_id=ana, message_ids=[sent["message_id"], 5])

    assert pinned == sent["message_id"]
    assert (await phone.see(f"/people/{ana}/chat"))["pinned_message_id"] is None
    assert (await last_event(phone, ana)) | {"number": 0} == {
        "number": 0,
        "person_id": ana,
        "kind": "pinned",
        "message": None,
    }


async def test_how_a_message_was_meant_is_kept(phone: Phone, ana: int) -> None:
    meant = {"link_preview_options": {"is_disabled": True}, "protect_content": True}

    sent = await phone.call("sendMessage", chat_id=ana, text="https://a.io", **meant)

    assert sent["link_preview_options"] == {"is_disabled": True}
    assert sent["has_protected_content"] is True


async def test_a_reaction_is_seen(phone: Phone, ana: int) -> None:
    said = await phone.do(f"/people/{ana}/say", text="thanks")
    reaction = [{"type": "emoji", "emoji": "👍"}]

    await phone.call("setMessageReaction", chat_id=ana, message_id=said["message_id"], reaction=reaction)

    assert (await phone.see(f"/people/{ana}/chat"))["messages"][-1]["reaction"] == reaction


async def test_a_message_is_copied_and_forwarded(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="Card", reply_markup=BUTTONS)
    source = {"chat_id": ana, "from_chat_id": ana, "message_id": sent["message_id"]}

    await phone.call("copyMessage", **source)
    forwarded = await phone.call("forwardMessage", **source)

    copy = (await phone.see(f"/people/{ana}/chat"))["messages"][-2]
    assert copy["text"] == forwarded["text"] == "Card"
    assert "reply_markup" not in copy
    assert forwarded["forward_origin"]["sender_user"]["is_bot"] is True


async def test_a_reply_keyboard_is_seen_though_the_message_does_not_repeat_it(phone: Phone, ana: int) -> None:
    keyboard = {"keyboard": [[{"text": "Share"}]], "resize_keyboard": True}

    sent = await phone.call("sendMessage", chat_id=ana, text="Pick", reply_markup=keyboard)

    assert "reply_markup" not in sent
    assert (await phone.see(f"/people/{ana}/chat"))["messages"][-1]["reply_markup"] == keyboard


async def test_an_inline_question_is_answered(phone: Phone, ana: int) -> None:
    asked = await phone.do(f"/people/{ana}/inline", query="whats")
    (update,) = await phone.updates()
    result = {"type": "article", "id": "1", "title": "WhatsApp"}

    await phone.call("answerInlineQuery", inline_query_id=asked["inline_query_id"], results=[result])

    assert update["inline_query"]["query"] == "whats"
    assert (await last_event(phone, ana))["results"] == [result]


async def test_ids_rise_from_one_run_to_the_next(phone: Phone, ana: int) -> None:
    before = await phone.call("sendMessage", chat_id=ana, text="a")
    phone.clock.advance(3600)

    later = World(phone.clock, Journal(phone.clock), Profile(1, "later_bot"))

    assert later.next_message_id() > before["message_id"]


async def test_commands_are_those_of_the_persons_scope_and_language(phone: Phone, ana: int) -> None:
    await set_commands(phone, "start", None, "")
    default = await commands_of(phone, ana)
    await set_commands(phone, "iniciar", {"type": "all_private_chats"}, "pt")
    in_portuguese = await commands_of(phone, ana)
    await set_commands(phone, "admin", {"type": "chat", "chat_id": ana}, "")
    of_an_admin = await commands_of(phone, ana)

    assert (default, in_portuguese, of_an_admin) == (["start"], ["iniciar"], ["admin"])


async def test_events_are_streamed_and_resumed(phone: Phone, ana: int) -> None:
    last = (await phone.see(f"/people/{ana}/chat"))["last_event"]
    await phone.call("sendMessage", chat_id=ana, text="one")
    await phone.call("sendMessage", chat_id=ana, text="two")

    address = f"{phone.address}/world/telegram/people/{ana}/events"
    async with phone.session.get(address, headers={"Last-Event-ID": str(last + 1)}) as stream:
        lines = [(await stream.content.readline()).decode().strip() for _ in range(2)]

    assert stream.content_type == "text/event-stream"
    assert lines[0] == f"id: {last + 2}"
    assert '"text": "two"' in lines[1]


async def test_events_are_waited_for(phone: Phone, ana: int) -> None:
    last = (await phone.see(f"/people/{ana}/chat"))["last_event"]

    async with asyncio.TaskGroup() as group:
        seen = group.create_task(phone.see(f"/people/{ana}/events.json?after={last}&wait=20"))
        await phone.call("sendChatAction", chat_id=ana, action="typing")

    assert [event["kind"] for event in seen.result()["events"]] == ["chat_action"]
    assert seen.result()["last"] == last + 1


async def test_everybody_sees_their_own_events_and_a_page_sees_all(phone: Phone, ana: int) -> None:
    bea = await phone.do("/people", first_name="Bea")
    await phone.do(f"/people/{bea['id']}/say", text="/start")

    of_bea = (await phone.see(f"/people/{bea['id']}/events.json"))["events"]
    of_all = (await phone.see("/events.json"))["events"]

    assert {event["person_id"] for event in of_bea} == {bea["id"]}
    assert {event["person_id"] for event in of_all} == {ana, bea["id"]}


async def test_blocking_is_told_and_refuses_messages(phone: Phone, ana: int) -> None:
    await phone.do(f"/people/{ana}", verb="PATCH", blocked=True)

    refusal = await phone.refusal("sendMessage", chat_id=ana, text="Hello")
    await phone.do(f"/people/{ana}", verb="PATCH", blocked=False)

    assert refusal == "Forbidden: bot was blocked by the user"
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in await phone.updates()]
    assert statuses == ["kicked", "member"]
    await phone.call("sendMessage", chat_id=ana, text="Hello again")


async def test_whoever_never_started_is_no_chat(phone: Phone) -> None:
    person = await phone.do("/people", first_name="Bea")

    assert (
        await phone.refusal("sendMessage", chat_id=person["id"], text="Hi") == "Bad Request: chat not found"
    )
    assert await phone.refusal("sendMessage", chat_id=5, text="Hi") == "Bad Request: chat not found"


async def last_event(phone: Phone, person: int) -> dict[str, Any]:
    events: list[dict[str, Any]] = (await phone.see(f"/people/{person}/events.json"))["events"]
    return events[-1]


async def set_commands(phone: Phone, name: str, scope: dict[str, Any] | None, language: str) -> None:
    commands = [{"command": name, "description": "What it does"}]
    await phone.call("setMyCommands", commands=commands, scope=scope, language_code=language)


async def commands_of(phone: Phone, person: int) -> list[str]:
    chat = await phone.see(f"/people/{person}/chat")
    return [command["command"] for command in chat["commands"]]
