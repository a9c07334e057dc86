"""The shop's end of the chat, without aiogram: it answers, finds words, and says them over the real wire."""

import json
from decimal import Decimal
from functools import partial
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from bot.lanes import TryLater
from bot.outcomes import Gone, Hush, NoAnswer, Outcome, Refused, Said
from bot.telegram_api import TelegramApi, TelegramRefused, TelegramUnreachable
from bot.wiring import Shop
from db.inbox import Claimed
from db.tables import SmsService
from handlers.speech import Speech
from services.activations import NumberNotFound
from services.errors import ShopError
from services.views import Customer, Fact, NumberStatus

_FORBIDDEN, _TOO_MANY = 403, 429
_SAME = "message is not modified"


class Chat:
    """Does what an update asks for, by the services the handlers use."""

    def __init__(self, shop: Shop, api: TelegramApi) -> None:
        self._shop = shop
        self._api = api

    async def handle(self, claimed: Claimed) -> None:
        """Raises TryLater, as the real conversation does."""
        update = json.loads(claimed.payload)
        event = update.get("callback_query") or update["message"]
        customer = await self._shop.customers.meet(event["from"]["id"], event["from"]["username"], "en")
        try:
            if "data" in event:
                await self._press(customer, *event["data"].split(":"))
            else:
                await self._hear(customer, *event["text"].split())
        except ShopError:
            return  # a refusal is an answer like any other
        except TelegramUnreachable as error:
            raise TryLater(str(error)) from error

    async def _hear(self, customer: Customer, command: str, *words: str) -> None:
        if command == "/topup":
            await self._shop.topups.ask(customer.id, "stripe", Decimal(words[0]))
            return
        service, country = words
        found = await self._shop.store.read(partial(_service, code=service))
        card = await self._shop.offers.quote(customer.id, found, int(country))
        await self._api.call(
            "sendMessage",
            chat_id=customer.telegram_id,
            text=f"{card.service.name} for {card.price}",
            reply_markup=_keyboard(f"buy:{card.id.hex}"),
        )

    async def _press(self, customer: Customer, verb: str, subject: str) -> None:
        activations, about = self._shop.activations, UUID(subject)
        match verb:
            case "buy":
                await self._buy(customer, about)
            case "cancel":
                await activations.cancel(customer.id, about)
            case "again":
                await activations.ask_again(customer.id, about)
            case "done":
                await activations.finish(customer.id, about)
            case "paid":
                await self._shop.topups.check(customer.id, about)

    async def _buy(self, customer: Customer, offer_id: UUID) -> None:
        await self._shop.activations.buy(customer.id, offer_id)


class Words:
    """Turns facts into plain words; an audit finds phone and code in them again."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def compose(self, fact: Fact) -> Speech | None:
        if not fact.kind.startswith("number."):
            buttons = (f"paid:{UUID(fact.subject).hex}",) if fact.kind == "topup.bill" else ()
            return _speech(f"{fact.kind} {fact.subject}", *buttons)
        try:
            return await (self._code(fact) if fact.kind == "number.code" else self._number(fact))
        except NumberNotFound:
            return None

    async def _code(self, fact: Fact) -> Speech:
        card, code = await self._shop.activations.message(fact.customer_id, UUID(fact.subject))
        return Speech(
            f"code {card.phone} {code.code or code.text}",
            reply_to=("number.card", str(card.id)),
            remember=("number.code", fact.subject),
        )

    async def _number(self, fact: Fact) -> Speech | None:
        card = await self._shop.activations.card(fact.customer_id, UUID(fact.subject))
        if fact.kind == "number.ended":
            return Speech(f"ended {card.phone} {card.status.value}", reply_to=("number.card", fact.subject))
        is_awaited = card.status is NumberStatus.ACTIVE and not card.codes
        if fact.arguments.get("while_awaited") and not is_awaited:
            return None
        verbs = ("cancel",) if is_awaited else ("again", "done") if card.is_open and card.codes else ()
        spoken = _speech(
            f"card {card.phone} {card.status.value}", *(f"{verb}:{card.id.hex}" for verb in verbs)
        )
        return Speech(spoken.text, spoken.keyboard, remember=("number.card", fact.subject), edits=True)


class PlainVoice:
    """Says it by the Bot API, with the same outcomes as the real voice."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    async def say(
        self,
        chat_id: int,
        speech: Speech,
        *,
        priority: int = 0,
        edits: int | None = None,
        reply_to: int | None = None,
    ) -> Outcome:
        body: dict[str, Any] = {"chat_id": chat_id, "text": speech.text}
        if speech.keyboard is not None:
            body["reply_markup"] = speech.keyboard
        try:
            if edits is not None:
                await self._edit(body, edits)
                return Said(edits)
            if reply_to is not None:
                body["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
            return Said((await self._api.call("sendMessage", **body))["message_id"])
        except TelegramUnreachable as error:
            return NoAnswer(str(error))
        except TelegramRefused as error:
            return _judge(error)

    async def _edit(self, body: dict[str, Any], message_id: int) -> None:
        try:
            await self._api.call("editMessageText", message_id=message_id, **body)
        except TelegramRefused as error:
            if _SAME not in error.description:
                raise


def _judge(error: TelegramRefused) -> Gone | Hush | Refused:
    if error.code == _TOO_MANY:
        return Hush(error.retry_after_seconds or 1)
    return Gone(str(error)) if error.code == _FORBIDDEN else Refused(str(error))


def _speech(text: str, *words: str) -> Speech:
    return Speech(text, cast("Any", _keyboard(*words)) if words else None)


def _keyboard(*words: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": word, "callback_data": word}] for word in words]}


def _service(connection: Any, code: str) -> UUID:
    found: UUID = connection.execute(select(SmsService.id).where(SmsService.code == code)).scalar_one()
    return found
