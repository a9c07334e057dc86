"""People who shop while the plug is pulled, and the luck of their numbers."""

import asyncio
import re
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp

from bot.sandbox.app import Sandbox

_SAID = ("/buy wa br", "/buy wa br", "/buy wa br", "/topup 20", "/balance", "/numbers")
# What leads on, the most wanted first; who cancels and asks again is decided by dice.
_LEADS_ON = (r"accept", r"^💳 pay", r"buy for", r"card|stripe", r"add .* to buy")
_CODE_CHANCE = 0.8
GRANT = 10


@dataclass
class Tally:
    """What people did, to be held against what the shop made of it."""

    said: int = 0
    taps: int = 0
    payments: int = 0
    grants: int = 0
    first_update: int = 0


class Buyer:
    """Somebody who taps whatever button leads on, and does not care whether the shop is alive."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox, number: int, tally: Tally) -> None:
        telegram = sandbox.parts.telegram
        self.id = telegram.add_person(f"Buyer{number}", None, f"buyer_{number}", "en").id
        self._base = f"{sandbox.address}/world/telegram/people/{self.id}"
        self._session = session
        self._sandbox = sandbox
        self._tally = tally
        self._pressed: set[str] = set()

    async def shop(self, dice: Random) -> None:
        """Say and tap for ever."""
        await self.say("/start")
        while True:
            await asyncio.sleep(dice.uniform(1.0, 3.0))
            await self._step(dice)

    async def say(self, words: str) -> None:
        said = await self._post("/say", text=words)
        self._tally.said += "update_id" in said

    async def _step(self, dice: Random) -> None:
        messages = await self._messages()
        fresh = [key for key in _buttons(messages) if _does(key) not in self._pressed]
        wanted = [*_LEADS_ON, *(["cancel"] if dice.random() < 0.2 else []), *(["another code"])]
        for pattern in wanted:
            key = next((each for each in fresh if re.search(pattern, each["text"].lower())), None)
            if key is not None:
                await self._press(key, dice)
                return
        if not messages[-1].get("outgoing") or dice.random() < 0.1:  # else the shop has not answered yet
            await self.say(dice.choice(_SAID))

    async def _press(self, key: dict[str, Any], dice: Random) -> None:
        self._pressed.add(_does(key))
        if "url" in key:
            await self._pay(key["url"])
        elif "data" in key:
            times = 2 if dice.random() < 0.3 else 1
            tapped = await self._post("/tap", message_id=key["message_id"], data=key["data"], times=times)
            self._tally.taps += len(tapped.get("callback_query_ids", ()))

    async def _pay(self, url: str) -> None:
        found = re.search(r"/pay/stripe/(\w+)", url)
        if found is None:
            return
        path = f"{self._sandbox.address}/world/stripe/sessions/{found[1]}/pay"
        async with self._session.post(path, json={"outcome": "paid"}) as answer:
            self._tally.payments += answer.status == 200

    async def _post(self, path: str, **order: Any) -> dict[str, Any]:
        async with self._session.post(self._base + path, json=order) as answer:
            told: dict[str, Any] = await answer.json()
            return told

    async def _messages(self) -> list[dict[str, Any]]:
        async with self._session.get(self._base + "/chat") as answer:
            messages: list[dict[str, Any]] = (await answer.json())["messages"]
        return messages


class Owner(Buyer):
    """The shop's admin, who gives somebody credits now and then: an update that moves money."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox, tally: Tally) -> None:
        self.id = sandbox.admin_id
        self._base = f"{sandbox.address}/world/telegram/people/{self.id}"
        self._session = session
        self._sandbox = sandbox
        self._tally = tally
        self._pressed: set[str] = set()

    async def grant(self, to: list[int], dice: Random) -> None:
        """Give for ever."""
        await self._move_in()
        while True:
            await asyncio.sleep(dice.uniform(1.0, 4.0))
            if (await self._messages())[-1].get("outgoing") and dice.random() > 0.3:
                continue  # one chat is answered once a second: a backlog would only grow
            said = await self._post("/say", text=f"/grant {dice.choice(to)} {GRANT} soak")
            self._tally.said += "update_id" in said
            self._tally.grants += "update_id" in said

    async def _move_in(self) -> None:
        """Accept the terms: until then no order is carried out."""
        await self.say("/start")
        while not any("🛠" in key["text"] for key in _buttons(await self._messages())):
            await asyncio.sleep(1)
            accept = next((key for key in _buttons(await self._messages()) if "✅" in key["text"]), None)
            if accept is not None and _does(accept) not in self._pressed:
                await self._press(accept, Random(0))


class Luck:
    """Has a code come on most askings, once buyers can see their numbers: before that nobody writes there."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._decided: set[str] = set()

    async def run(self, dice: Random) -> None:
        while True:
            await asyncio.sleep(0.5)
            digits = self._written()
            for each in self._sandbox.parts.upstream.list_activations():
                asking = f"{each['id']}:{each['asked_again']}"
                if asking in self._decided or not each["is_open"] or each["phone"] not in digits:
                    continue
                self._decided.add(asking)
                if dice.random() < _CODE_CHANCE:
                    self._sandbox.parts.upstream.push_sms(each["id"], after_seconds=dice.uniform(0, 12))

    def _written(self) -> str:
        """Every digit of the latest messages of all chats."""
        people = self._sandbox.parts.telegram._world.people.values()
        texts = (
            str(post.body.get("text", "")) for person in people for post in list(person.posts.values())[-8:]
        )
        return " ".join(re.sub(r"\D", "", text) for text in texts)


def _buttons(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The buttons of the latest few messages, newest first."""
    return [
        {
            "text": key["text"],
            "message_id": message["message_id"],
            **({"url": key["url"]} if "url" in key else {}),
            **({"data": key["callback_data"]} if "callback_data" in key else {}),
        }
        for message in reversed(messages[-12:])
        for row in (message.get("reply_markup") or {}).get("inline_keyboard", [])
        for key in row
    ]


def _does(key: dict[str, Any]) -> str:
    return str(key.get("data") or key.get("url") or key["text"])
