"""A bot of a few lines that shows each thing the page must be able to draw; it speaks bare HTTP."""

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

TOKEN = "1234567890:sandbox-token-sandbox-token-sandbox"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC"
)
WELCOME = (
    "<b>Olá</b> &amp; <i>welcome</i>\n<code>482913</code> <tg-spoiler>hidden</tg-spoiler>\n"
    '<a href="https://t.me/{bot}?start=paid_7">back</a> /help\n<blockquote>said before</blockquote>'
)
KEYBOARD = [
    [
        {"text": "Toast", "callback_data": "toast"},
        {"text": "Alert", "callback_data": "alert", "style": "danger"},
    ],
    [
        {"text": "Edit", "callback_data": "edit", "style": "primary"},
        {"text": "Delete", "callback_data": "delete"},
    ],
    [{"text": "Copy", "copy_text": {"text": "482913"}}, {"text": "Site", "url": "https://example.org/page"}],
    [{"text": "Pay here", "url": "{site}/pay/elsewhere"}, {"text": "Count", "callback_data": "count"}],
]


class ScriptedBot:
    """Answers /start, /photo, /file, /keys, /stars and the buttons of its first message."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._session: aiohttp.ClientSession
        self._username = ""
        self.taps = 0
        self.heard: list[str] = []

    async def run(self) -> None:
        """Poll and answer until cancelled."""
        async with aiohttp.ClientSession() as self._session:
            self._username = (await self.call("getMe"))["username"]
            await self._set_commands()
            offset = 0
            while True:
                for update in await self.call("getUpdates", offset=offset, timeout=10):
                    offset = update["update_id"] + 1
                    await self._answer(update)

    async def call(self, method: str, **parameters: object) -> Any:
        form = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()
        }
        return await self._post(method, form)

    async def _post(self, method: str, form: Mapping[str, str] | aiohttp.FormData) -> Any:
        async with self._session.post(f"{self._site}/bot{TOKEN}/{method}", data=form) as answer:
            told = await answer.json()
        assert told["ok"], told
        return told["result"]

    async def _set_commands(self) -> None:
        await self.call("setMyCommands", commands=[{"command": "start", "description": "Begin"}])
        portuguese = [
            {"command": "start", "description": "Começar"},
            {"command": "stop", "description": "Parar"},
        ]
        await self.call("setMyCommands", commands=portuguese, language_code="pt")

    async def _answer(self, update: Mapping[str, Any]) -> None:
        if "callback_query" in update:
            await self._press(update["callback_query"])
        elif "pre_checkout_query" in update:
            await self.call(
                "answerPreCheckoutQuery", pre_checkout_query_id=update["pre_checkout_query"]["id"], ok=True
            )
        elif "text" in update.get("message", {}):
            await self._read(update["message"])

    async def _read(self, message: Mapping[str, Any]) -> None:
        chat, text = message["chat"]["id"], message["text"]
        self.heard.append(text)
        match text.split():
            case ["/start", *_]:
                await self.call("sendChatAction", chat_id=chat, action="typing")
                await self._welcome(chat)
            case ["/photo"]:
                await self._send_file("sendPhoto", "photo", chat, "code.png")
            case ["/file"]:
                await self._send_file("sendDocument", "document", chat, "history.csv")
            case ["/keys"]:
                markup = {"keyboard": [[{"text": "One"}, {"text": "Two"}]], "resize_keyboard": True}
                await self.call("sendMessage", chat_id=chat, text="choose", reply_markup=markup)
            case ["/stars"]:
                await self._send_bill(chat)
            case _:
                await self.call(
                    "sendMessage",
                    chat_id=chat,
                    text=f"heard {text}",
                    reply_parameters={"message_id": message["message_id"]},
                )

    async def _welcome(self, chat: int) -> None:
        keyboard = json.loads(json.dumps(KEYBOARD).replace("{site}", self._site))
        await self.call(
            "sendMessage",
            chat_id=chat,
            text=WELCOME.replace("{bot}", self._username),
            parse_mode="HTML",
            reply_markup={"inline_keyboard": keyboard},
        )

    async def _send_file(self, method: str, kind: str, chat: int, name: str) -> None:
        form = aiohttp.FormData({"chat_id": str(chat), "caption": name, kind: "attach://sent"})
        form.add_field("sent", PICTURE, filename=name)
        await self._post(method, form)

    async def _send_bill(self, chat: int) -> None:
        prices = [{"label": "credits", "amount": 960}]
        await self.call(
            "sendInvoice",
            chat_id=chat,
            title="Credits",
            description="R$ 24",
            payload="p",
            currency="XTR",
            prices=prices,
        )

    async def _press(self, query: Mapping[str, Any]) -> None:
        where = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
        match query["data"]:
            case "alert":
                await self.call(
                    "answerCallbackQuery", callback_query_id=query["id"], text="No!", show_alert=True
                )
            case "edit":
                await self.call("answerCallbackQuery", callback_query_id=query["id"])
                await self.call("editMessageText", **where, text="changed")
            case "delete":
                await self.call("answerCallbackQuery", callback_query_id=query["id"])
                await self.call("deleteMessage", **where)
            case "count":
                self.taps += 1
                await self.call("answerCallbackQuery", callback_query_id=query["id"])
            case _:
                await asyncio.sleep(0.2)
                await self.call("answerCallbackQuery", callback_query_id=query["id"], text="A small word")
