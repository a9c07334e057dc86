from typing import Any

import pytest

from tests.sandbox.telegram.conftest import Phone


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


TAP = {"text": "a", "callback_data": "a"}


async def test_a_wrong_token_is_unauthorized(phone: Phone) -> None:
    async with phone.session.get(f"{phone.address}/bot1:wrong/getMe") as reply:
        assert await reply.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_the_token_may_come_percent_encoded(phone: Phone) -> None:
    address = phone.address + "/bot1234567890%3Asandbox-token-sandbox-token-sandbox/getMe"
    async with phone.session.get(address) as reply:
        assert (await reply.json())["result"]["is_bot"] is True


async def test_an_unknown_method_is_not_found(phone: Phone) -> None:
    assert (await phone.ask("sendPigeon"))["error_code"] == 404
    assert await phone.refusal("sendPigeon") == "Not Found: method not found"


@pytest.mark.parametrize("text", ["", "   \n", "<b></b>"])
async def test_an_empty_text_is_refused(phone: Phone, ana: int, text: str) -> None:
    refusal = await phone.refusal("sendMessage", chat_id=ana, text=text, parse_mode="HTML")

    assert refusal == "Bad Request: message text is empty"


async def test_a_texts_limit_counts_what_is_left_after_parsing(phone: Phone, ana: int) -> None:
    await phone.call("sendMessage", chat_id=ana, text=f"<b>{'🔑' * 2048}</b>", parse_mode="HTML")

    refusal = await phone.refusal("sendMessage", chat_id=ana, text="🔑" * 2048 + "a")

    assert refusal == "Bad Request: message is too long"


async def test_a_captions_limit_is_a_quarter_of_it(phone: Phone, ana: int) -> None:
    refusal = await phone.refusal("sendPhoto", chat_id=ana, photo="x", caption="a" * 1025)

    assert refusal == "Bad Request: message caption is too long"


async def test_a_chat_must_be_named(phone: Phone) -> None:
    assert await phone.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"text": "a", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({**TAP, "url": "https://a.io"}, "BUTTON_TYPE_INVALID"),
        ({"text": "a", "pay": True}, "BUTTON_TYPE_INVALID"),
        ({"text": "a", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        (
            {"text": "a"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "a"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({**TAP, "style": "golden"}, "can't parse inline keyboard button: invalid button style specified"),
        (
            {"text": "a", "copy_text": "x"},
            'can\'t parse inline keyboard button: Field "copy_text" must be of type Object',
        ),
    ],
)
async def test_a_wrong_button_is_refused(
    phone: Phone, ana: int, button: dict[str, Any], refusal: str
) -> None:
    said = await phone.refusal("sendMessage", chat_id=ana, text="a", reply_markup=keyboard(button))

    assert said == f"Bad Request: {refusal}"


@pytest.mark.parametrize("style", ["primary", "success", "danger"])
async def test_a_buttons_style_is_kept(phone: Phone, ana: int, style: str) -> None:
    markup = keyboard({**TAP, "style": style})

    sent = await phone.call("sendMessage", chat_id=ana, text="a", reply_markup=markup)

    assert sent["reply_markup"] == markup


async def test_a_keyboard_has_at_most_a_hundred_buttons(phone: Phone, ana: int) -> None:
    hundred = [[TAP] * 5] * 20

    await phone.call("sendMessage", chat_id=ana, text="a", reply_markup={"inline_keyboard": hundred})
    refusal = await phone.refusal(
        "sendMessage", chat_id=ana, text="a", reply_markup={"inline_keyboard": [*hundred, [TAP]]}
    )

    assert refusal == "Bad Request: reply markup is too long"


async def test_wrong_json_is_refused(phone: Phone, ana: int) -> None:
    refusal = await phone.refusal("sendMessage", chat_id=ana, text="a", reply_markup="{")

    assert refusal == "Bad Request: can't parse reply keyboard markup JSON object"


async def test_a_change_must_change_something(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="a", reply_markup=keyboard(TAP))
    mine = {"chat_id": ana, "message_id": sent["message_id"]}

    refusal = await phone.refusal("editMessageText", **mine, text="a", reply_markup=keyboard(TAP))

    assert refusal == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
    await phone.call("editMessageText", **mine, text="a")


async def test_only_the_bots_own_messages_can_be_edited(phone: Phone, ana: int) -> None:
    said = await phone.do(f"/people/{ana}/say", text="hi")

    refusal = await phone.refusal("editMessageText", chat_id=ana, message_id=said["message_id"], text="b")

    assert refusal == "Bad Request: message can't be edited"


@pytest.mark.parametrize(
    ("method", "fields", "refusal"),
    [
        ("editMessageText", {"message_id": 5, "text": "a"}, "message to edit not found"),
        ("editMessageText", {"text": "a"}, "message identifier is not specified"),
        ("deleteMessage", {"message_id": 5}, "message to delete not found"),
        ("sendMessage", {"text": "a", "reply_parameters": {"message_id": 5}},
         "message to be replied not found"),
        ("sendMessage", {"text": "a", "link_preview_options": [1]},
         "object expected as link preview options"),
        ("sendMessage", {"text": "a", "reply_parameters": {"message_id": "x"}},
         'can\'t parse ReplyParameters: Field "message_id" must be of type Number'),
        ("sendMessage", {"text": "a", "reply_markup": "[]"}, "object expected as reply markup"),
        ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": 1}},
         'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array'),
        ("sendMessage", {"text": "a", "reply_markup": {"keyboard": [1]}},
         'field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays'),
        ("sendMessage", {"text": "a", "reply_markup": {"keyboard": [[1]]}},
         "can't parse keyboard button: expected an Object"),
        ("sendMessage", {"text": "a", "reply_markup": {"keyboard": []}},
         "reply markup must have at least one button"),
        ("sendMessage", {"text": "a", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
         "can't parse entities: entity is out of the text"),
        ("sendMessage", {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 0}]},
         "can't parse entities: entity has invalid bounds"),
        ("sendMessage", {"text": "a", "parse_mode": "Markdown"},
         "unsupported parse_mode: the sandbox reads HTML only"),
        ("sendPhoto", {"photo": "attach://nothing"}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "https://a.io/a.png"}, "failed to get HTTP URL content"),
        ("getChatMember", {"user_id": 7}, "member not found"),
        ("deleteMessages", {}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": list(range(101))}, "too many message identifiers specified"),
        ("deleteMessages", {"message_ids": ["1"]}, "message identifier must be a Number"),
        ("setMessageReaction", {"message_id": 5}, "message to react not found"),
        ("unpinChatMessage", {"message_id": 5}, "message to unpin not found"),
        ("editMessageText", {"inline_message_id": "x", "text": "a"}, "MESSAGE_ID_INVALID"),
        ("getFile", {}, "file_id not specified"),
        ("answerCallbackQuery", {"text": "a" * 201}, "MESSAGE_TOO_LONG"),
        ("answerCallbackQuery", {"url": "nowhere"}, "URL_INVALID"),
        ("setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
        ("setMyCommands", {"commands": [{}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", {"scope": [1]},
         "can't parse BotCommandScope: BotCommandScope must be an Object"),
        ("setMyCommands", {"scope": {"type": "moon"}},
         "can't parse BotCommandScope: unsupported type specified"),
        ("setMyCommands", {"scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        ("setMyCommands", {"language_code": "pt-br"}, "LANG_CODE_INVALID"),
        ("setMyName", {"name": "a" * 65}, "NAME_TOO_LONG"),
        ("setMyDescription", {"description": "a" * 513}, "DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "a" * 121}, "SHORT_DESCRIPTION_TOO_LONG"),
        ("setChatMenuButton", {"menu_button": {"type": "x"}},
         "can't parse menu button: unsupported type specified"),
        ("getUpdates", {"allowed_updates": {}}, "expected an Array of String as allowed updates"),
        ("getStarTransactions", {"limit": 101}, "LIMIT_INVALID"),
        ("refundStarPayment", {"user_id": 5}, "invalid user_id specified"),
        ("answerPreCheckoutQuery", {"ok": False}, 'parameter "error_message" is required'),
        ("sendMessage", {"text": "a", "reply_parameters": [1]}, "object expected as reply parameters"),
        ("sendMessage", {"text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ("sendMessage", {"text": "<b>a", "parse_mode": "HTML"},
         "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("sendChatAction", {"action": "sleep"}, "wrong parameter action in request"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "unknown"}, "wrong file identifier/HTTP URL specified"),
        ("getChatMember", {"user_id": 0}, "invalid user_id specified"),
    ],
)  # fmt: skip
async def test_what_is_not_there_or_not_known_is_refused(
    phone: Phone, ana: int, method: str, fields: dict[str, Any], refusal: str
) -> None:
    assert await phone.refusal(method, chat_id=ana, **fields) == f"Bad Request: {refusal}"


async def test_a_button_opens_a_web_app_over_https_only(phone: Phone, ana: int) -> None:
    refusal = await phone.refusal(
        "sendMessage",
        chat_id=ana,
        text="a",
        reply_markup=keyboard({"text": "a", "web_app": {"url": "http://a.io"}}),
    )

    assert refusal == (
        "Bad Request: inline keyboard button Web App URL 'http://a.io' is invalid: "
        "Only HTTPS links are allowed"
    )


async def test_a_text_turns_into_no_picture_and_a_picture_into_no_text(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="a")
    mine = {"chat_id": ana, "message_id": sent["message_id"]}

    caption = await phone.refusal("editMessageCaption", **mine, caption="b")
    sticker = await phone.refusal("editMessageMedia", **mine, media={"type": "sticker", "media": "x"})
    keys = await phone.refusal("editMessageReplyMarkup", **mine, reply_markup={"keyboard": [["a"]]})

    assert caption == "Bad Request: there is no caption in the message to edit"
    assert sticker == 'Bad Request: can\'t parse InputMedia: type "sticker" is unsupported'
    assert keys == "Bad Request: inline keyboard expected"


async def test_a_reply_may_go_without_what_it_answers(phone: Phone, ana: int) -> None:
    lenient = {"message_id": 5, "allow_sending_without_reply": True}

    sent = await phone.call("sendMessage", chat_id=ana, text="a", reply_parameters=lenient)

    assert "reply_to_message" not in sent


async def test_a_callback_is_answered_once(phone: Phone, ana: int) -> None:
    query_id = await tapped(phone, ana)

    await phone.call("answerCallbackQuery", callback_query_id=query_id)
    refusal = await phone.refusal("answerCallbackQuery", callback_query_id=query_id)

    assert refusal.startswith("Bad Request: query is too old and response timeout expired")


async def test_a_callback_is_answered_soon_or_never(phone: Phone, ana: int) -> None:
    query_id = await tapped(phone, ana)

    phone.clock.advance(16)

    refusal = await phone.refusal("answerCallbackQuery", callback_query_id=query_id)
    assert refusal.endswith("query ID is invalid")


async def test_an_old_message_can_be_edited_but_not_deleted(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="a")
    mine = {"chat_id": ana, "message_id": sent["message_id"]}

    phone.clock.advance(49 * 3600)

    assert (
        await phone.refusal("deleteMessage", **mine) == "Bad Request: message can't be deleted for everyone"
    )
    await phone.call("editMessageText", **mine, text="b")


async def test_a_keyboard_is_taken_away_by_an_edit_that_names_none(phone: Phone, ana: int) -> None:
    sent = await phone.call("sendMessage", chat_id=ana, text="a", reply_markup=keyboard(TAP))

    edited = await phone.call("editMessageReplyMarkup", chat_id=ana, message_id=sent["message_id"])

    assert "reply_markup" not in edited


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ({"command": "Buy", "description": "a"}, "BOT_COMMAND_INVALID"),
        ({"command": "b" * 33, "description": "a"}, "BOT_COMMAND_INVALID"),
        ({"command": "buy", "description": "a" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "buy"}, "can't parse BotCommand: Can't find field \"description\""),
    ],
)
async def test_a_wrong_command_is_refused(phone: Phone, command: dict[str, str], refusal: str) -> None:
    assert await phone.refusal("setMyCommands", commands=[command]) == f"Bad Request: {refusal}"


async def tapped(phone: Phone, person: int) -> str:
    sent = await phone.call("sendMessage", chat_id=person, text="a", reply_markup=keyboard(TAP))
    answer = await phone.do(f"/people/{person}/tap", message_id=sent["message_id"], data="a")
    return str(answer["callback_query_id"])
