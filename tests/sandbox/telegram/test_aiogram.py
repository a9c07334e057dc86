"""An unchanged aiogram speaks to the sandbox and takes it for Telegram."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.sandbox.telegram.server import DEFAULT_TOKEN
from tests.sandbox.telegram.conftest import Phone
from tests.sandbox.telegram.pictures import png


@pytest.fixture(scope="session")
def aiogram() -> Any:
    """Import aiogram once, and only when these tests run: it takes seconds."""
    from aiogram import Bot, Dispatcher, exceptions, types  # noqa: PLC0415  see above
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415  see above
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415  see above

    return SimpleNamespace(
        Bot=Bot,
        Dispatcher=Dispatcher,
        AiohttpSession=AiohttpSession,
        TelegramAPIServer=TelegramAPIServer,
        errors=exceptions,
        types=types,
    )


@pytest.fixture
async def bot(aiogram: Any, phone: Phone) -> AsyncIterator[Any]:
    session = aiogram.AiohttpSession(api=aiogram.TelegramAPIServer.from_base(phone.address))
    async with aiogram.Bot(DEFAULT_TOKEN, session=session) as bot:
        yield bot


async def test_the_bot_knows_who_it_is(bot: Any) -> None:
    me = await bot.get_me()

    assert (me.id, me.is_bot) == (1234567890, True)
    assert (await bot.get_webhook_info()).url == ""


async def test_a_dispatcher_polls_hears_a_tap_and_answers_it(
    aiogram: Any, bot: Any, phone: Phone, ana: int
) -> None:
    dispatcher = aiogram.Dispatcher()
    heard: asyncio.Queue[Any] = asyncio.Queue()

    async def hear(query: Any) -> None:
        await query.answer("Bought")
        await query.message.edit_text("Yours")
        await heard.put(query)

    dispatcher.callback_query.register(hear)
    button = aiogram.types.InlineKeyboardButton(text="Buy", callback_data="buy:1", style="success")
    markup = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
    sent = await bot.send_message(ana, "<b>Buy?</b>", parse_mode="HTML", reply_markup=markup)

    async with asyncio.TaskGroup() as group:
        polling = group.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5))
        await phone.do(f"/people/{ana}/tap", message_id=sent.message_id, data="buy:1")
        query = await asyncio.wait_for(heard.get(), 10)
        await dispatcher.stop_polling()
        await polling

    assert (query.data, query.from_user.language_code) == ("buy:1", "pt-br")
    kinds = [event["kind"] for event in (await phone.see(f"/people/{ana}/events.json"))["events"]]
    assert kinds[-2:] == ["answer", "edit"]


async def test_every_kind_of_update_can_be_read(aiogram: Any, bot: Any, phone: Phone, ana: int) -> None:
    sent = await bot.send_message(ana, "a")
    await phone.do(f"/people/{ana}/say", text="/start@x https://a.io", reply_to_message_id=sent.message_id)
    await phone.do(f"/people/{ana}/tap", message_id=1, data="forged", forged=True)
    await phone.do(f"/people/{ana}/inline", query="whats")
    await phone.do(f"/people/{ana}", verb="PATCH", blocked=True)

    updates = await bot.get_updates()

    assert [update.event_type for update in updates] == [
        "message",
        "callback_query",
        "inline_query",
        "my_chat_member",
    ]
    assert isinstance(updates[1].callback_query.message, aiogram.types.InaccessibleMessage)


async def test_a_photo_goes_up_and_comes_back(aiogram: Any, bot: Any, ana: int) -> None:
    picture = aiogram.types.BufferedInputFile(png(3, 3), "qr.png")

    sent = await bot.send_photo(ana, picture, caption="Pix")

    downloaded = await bot.download(sent.photo[-1])
    assert downloaded.read() == png(3, 3)


async def test_a_photo_is_changed_in_place(aiogram: Any, bot: Any, ana: int) -> None:
    sent = await bot.send_photo(ana, aiogram.types.BufferedInputFile(png(3, 3), "qr.png"))
    media = aiogram.types.InputMediaPhoto(
        media=aiogram.types.BufferedInputFile(png(5, 5), "new.png"), caption="New"
    )

    changed = await bot.edit_message_media(media, chat_id=ana, message_id=sent.message_id)

    assert (changed.photo[-1].width, changed.caption) == (5, "New")


async def test_stars_are_paid_and_given_back(aiogram: Any, bot: Any, phone: Phone, ana: int) -> None:
    price = aiogram.types.LabeledPrice(label="Credits", amount=960)
    sent = await bot.send_invoice(ana, "Credits", "R$ 25,00", "topup:7", "XTR", [price])
    async with asyncio.TaskGroup() as group:
        payment = group.create_task(phone.do(f"/people/{ana}/pay", message_id=sent.message_id))
        (asked,) = await bot.get_updates(timeout=5)
        await asked.pre_checkout_query.answer(ok=True)

    (_, paid) = await bot.get_updates()
    charge_id = paid.message.successful_payment.telegram_payment_charge_id
    assert payment.result()["charge_id"] == charge_id
    await bot.refund_star_payment(ana, charge_id)
    transactions = await bot.get_star_transactions()

    assert [one.id for one in transactions.transactions] == [charge_id, charge_id]
    assert transactions.transactions[0].source.invoice_payload == "topup:7"
    assert (await bot.get_my_star_balance()).amount == 0


async def test_what_the_bot_says_of_itself_can_be_set(aiogram: Any, bot: Any, ana: int) -> None:
    types = aiogram.types
    command = types.BotCommand(command="start", description="Begin")
    scope = types.BotCommandScopeChat(chat_id=ana)

    await bot.set_my_commands([command], scope=scope, language_code="pt")
    await bot.set_my_description("Sells numbers", language_code="en")
    await bot.set_chat_menu_button(ana, types.MenuButtonCommands())

    (told,) = await bot.get_my_commands(scope=scope, language_code="pt")
    assert (told.command, told.description) == ("start", "Begin")
    assert (await bot.get_my_description(language_code="en")).description == "Sells numbers"
    assert (await bot.get_chat_menu_button(ana)).type == "commands"
    assert (await bot.get_chat(ana)).first_name == "Ana"
    assert (await bot.get_chat_member(ana, ana)).status == "member"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 400, "description": "Bad Request: chat not found"}, "TelegramBadRequest"),
        ({"status": 401, "description": "Unauthorized"}, "TelegramUnauthorizedError"),
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, "TelegramForbiddenError"),
        ({"status": 404, "description": "Not Found"}, "TelegramNotFound"),
        ({"status": 409, "description": "Conflict: two"}, "TelegramConflictError"),
        ({"status": 413, "description": "Request Entity Too Large"}, "TelegramEntityTooLarge"),
        ({"status": 429, "retry_after": 3}, "TelegramRetryAfter"),
        ({"status": 502, "description": "Bad Gateway"}, "TelegramServerError"),
        ({"reset": "before"}, "TelegramNetworkError"),
        ({"reset": "after"}, "TelegramNetworkError"),
    ],
)
async def test_each_trouble_is_the_error_aiogram_has_for_it(
    aiogram: Any, bot: Any, phone: Phone, ana: int, fault: dict[str, Any], error: str
) -> None:
    await phone.do("/faults", method="sendMessage", **fault)

    with pytest.raises(getattr(aiogram.errors, error)) as raised:
        await bot.send_message(ana, "a")

    assert getattr(raised.value, "retry_after", 3) == 3
