"""A customer played over the same wires as a person's taps, and the books held against it at the end."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.phone import NotSeenError, Phone, Wanted
from bot.sandbox.screen import Message, codes, words
from bot.sandbox.shop import Shop

_OPEN_SECONDS = 90.0  # aiogram's import alone takes ten seconds on a slow machine
_TOPUP = Decimal(25)
_SHORT_LIFE_SECONDS = 4
_ACCEPT = r"aceit|accept|agree"
_PAY = r"/pay/stripe|cart[aã]o|card|stripe"
_CREDITED = r"creditad|credited|added"
_BUY = r"comprar|\bbuy\b"
_PHONE = r"\+?55[\s\d()-]{10,}\d"
_ANOTHER = r"outro c[oó]digo|another code|new code"
_DONE = r"terminei|\bdone\b|finish"
_CANCEL = r"cancel|✕"
_GIVEN_BACK = r"volt(ou|aram)|devolv|de volta|returned|refunded|came back|are back|is back"
_NO_CODE = r"nenhum|no sms|no code|expir|⌛"
_AMOUNT = re.compile(r"(\d+)[.,](\d\d)\b")


class NotAsItShouldBeError(Exception):
    """The shop, or its books, did something else than was due."""


class Player:
    """Ana, who has never been here, has a day at the shop."""

    def __init__(self, session: aiohttp.ClientSession, phone: Phone, cancel_seconds: float) -> None:
        self._session = session
        self._phone = phone
        self._cancel_seconds = cancel_seconds

    async def play(self) -> None:
        """Go through it all; raises at the first thing that is not as it should be."""
        await self._accept_terms()
        await self._top_up()
        price = await self._receive_two_codes()
        await self._cancel_one()
        await self._let_one_expire()
        await self._compare_books(_TOPUP - price)

    async def _accept_terms(self) -> None:
        heading("A newcomer says hello and accepts the terms")
        asked = await self._phone.say("/start")
        since = await self._phone.tap(
            await self._phone.key(Wanted("the terms' button", has=_ACCEPT, since=asked))
        )
        await self._phone.key(Wanted("the home screen", has=_BUY, since=since))

    async def _top_up(self) -> None:
        heading("She puts R$ 25 in, by card, at the Stripe stand-in")
        asked = await self._phone.say(f"/topup {_TOPUP}")
        way = await self._phone.key(Wanted("the card among the ways to pay", has=_PAY, since=asked))
        if "url" not in way.button:
            asked = await self._phone.tap(way)
            way = await self._phone.key(Wanted("the link to the checkout", has=r"/pay/stripe/", since=asked))
        await self._pay(urlsplit(way.button["url"]).path)
        await self._phone.see(Wanted("the credits", says=_CREDITED, since=asked))

    async def _pay(self, path: str) -> None:
        """Open the checkout page as a browser would, and pay there."""
        tell(f"  {self._phone.name} ▸ opens {path} and pays")
        async with self._session.get(path) as page:
            expect(page.status == 200, f"the checkout page answered {page.status}")
        await self._post(f"/world/stripe/sessions/{path.rpartition('/')[2]}/pay", {})

    async def _receive_two_codes(self) -> Decimal:
        heading("She rents a WhatsApp number in Brazil; two codes come")
        price, card = await self._buy()
        since = await self._send_code(card, "482913")
        another = await self._phone.key(Wanted("the button for another code", has=_ANOTHER, since=since))
        await self._phone.tap(another)
        await self._until_upstream("waits for another code", card, lambda number: number["state"] == "retry")
        since = await self._send_code(card, "775204")
        await self._phone.tap(
            await self._phone.key(Wanted("the button that ends it", has=_DONE, since=since))
        )
        await self._until_upstream("is finished", card, lambda number: number["state"] == "finished")
        return price

    async def _buy(self) -> tuple[Decimal, Message]:
        """Go from the command to the number's card."""
        asked = await self._phone.say("/buy whatsapp brazil")
        buy = await self._phone.key(Wanted("the offer's first button", has=_BUY, since=asked))
        price = amount_in(words(buy.message))
        since = await self._phone.tap(buy)
        wanted = Wanted("the number's card", says=_PHONE, has=_CANCEL, since=since)
        return price, (await self._phone.key(wanted)).message

    async def _send_code(self, card: Message, code: str) -> int:
        """Let an SMS reach the number, and see its code pushed in monospace."""
        since = self._phone.screen.last_event
        tell(f"  ‹ an SMS with {code} reaches {phone_in(card)} ›")
        await self._post("/world/sms/active/sms", {"phone": phone_in(card), "code": code})
        said = await self._phone.see(Wanted(f"the code {code}", says=code, since=since))
        expect(code in codes(said), f"the code {code} was said, but not in monospace")
        return since

    async def _cancel_one(self) -> None:
        heading("She rents a second one and changes her mind")
        before = self._phone.screen.last_event
        _, card = await self._buy()
        early = await self._phone.key(Wanted("the button that cancels", has=_CANCEL, since=before))
        since = await self._phone.tap(early)
        await self._phone.answer("an answer to the early press", since)
        expect((await self._upstream(card))["is_open"], "the number was given back before upstream's floor")
        tell(f"  ‹ upstream's floor of {self._cancel_seconds:g} s passes ›")
        await asyncio.sleep(self._cancel_seconds)
        await self._cancel_now(card, before, since)

    async def _cancel_now(self, card: Message, before: int, since: int) -> None:
        """Press again, unless the early press was kept and is carried out by now."""
        if self._phone.screen.find(_GIVEN_BACK, since) is None:
            again = await self._phone.key(Wanted("the button that cancels", has=_CANCEL, since=before))
            await self._phone.tap(again)
        await self._phone.see(Wanted("the credits that come back", says=_GIVEN_BACK, since=since))
        await self._until_upstream("is cancelled", card, lambda number: number["state"] == "cancelled")

    async def _let_one_expire(self) -> None:
        heading("A third number never hears anything")
        await self._post("/world/sms/active/life", {"seconds": _SHORT_LIFE_SECONDS, "next_only": True})
        _, card = await self._buy()
        since = self._phone.screen.last_event
        await self._phone.see(Wanted("the end without a code", says=_NO_CODE, since=since), 30)
        await self._phone.see(Wanted("the credits that come back", says=_GIVEN_BACK, since=since))
        await self._until_upstream("is paid back", card, lambda number: not number["is_open"])

    async def _compare_books(self, credits_left: Decimal) -> None:
        heading("The shop's books against the world's")
        asked = await self._phone.say("/balance")
        shown = re.escape(f"{credits_left:.2f}").replace(r"\.", "[.,]")
        await self._phone.see(Wanted(f"a balance of {credits_left:.2f}", says=shown, since=asked))
        books = await self._get("/world/books")
        tell(f"  audit    {books['audit']}\n  outside  {books['outside']}")
        for wrong in differences(books, topup=_TOPUP, credits_left=credits_left):
            raise NotAsItShouldBeError(wrong)

    async def _until_upstream(self, what: str, card: Message, is_so: Callable[[Any], bool]) -> None:
        """Ask upstream until it sees the number so, for ten seconds at most."""
        for _ in range(50):
            if is_so(number := await self._upstream(card)):
                return
            await asyncio.sleep(0.2)
        raise NotAsItShouldBeError(f"upstream does not say that {phone_in(card)} {what}: {number['state']}")

    async def _upstream(self, card: Message) -> Any:
        numbers = await self._get("/world/sms/active/activations")
        return next(number for number in reversed(numbers) if number["phone"] == phone_in(card))

    async def _get(self, path: str) -> Any:
        async with self._session.get(path, raise_for_status=True) as answer:
            return await answer.json(loads=_exactly)

    async def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        async with self._session.post(path, json=body, raise_for_status=True) as answer:
            return await answer.json(loads=_exactly)


async def play(address: str, shop: Shop, cancel_seconds: float) -> int:
    """Play a customer of an open shop: 0 when everything was said and paid as it should be."""
    try:
        await _until_open(shop)
        async with aiohttp.ClientSession(address) as session, asyncio.TaskGroup() as tasks:
            phone = Phone(session, await _first_person(session), tell)
            watching = tasks.create_task(phone.follow())
            await Player(session, phone, cancel_seconds).play()
            watching.cancel()
    except* (NotSeenError, NotAsItShouldBeError, aiohttp.ClientError, TimeoutError) as failed:
        tell(f"\n✗ {failed.exceptions[0]}")
        return_code = 1
    else:
        tell("\n✓ Everything was said, delivered and paid as it should be.")
        return_code = 0
    return return_code


async def _until_open(shop: Shop) -> None:
    async with asyncio.timeout(_OPEN_SECONDS):
        async for phase in shop.phases():
            tell(f"  {phase}")
            if phase == "open":
                return
            if phase == "stopped":
                raise NotAsItShouldBeError("the shop's process ended before it opened")


async def _first_person(session: aiohttp.ClientSession) -> Any:
    async with session.get("/world/telegram/people", raise_for_status=True) as answer:
        people = await answer.json()
        return people[0]


def differences(books: Any, *, topup: Decimal, credits_left: Decimal) -> list[str]:
    """List where the shop's audit and the world's ledgers do not agree after the day played."""
    audit, outside = books["audit"], books["outside"]
    expected: tuple[tuple[str, object, object], ...] = (
        ("the audit's verdict", audit.get("ok"), True),
        ("the customers' credits", Decimal(str(audit.get("credits_total", 0))), credits_left),
        ("what is reserved", Decimal(str(audit.get("held_total", 0))), Decimal(0)),
        ("upstream's own books", outside["upstream"]["violations"], []),
        ("what upstream holds", Decimal(str(outside["upstream"]["held"])), Decimal(0)),
        ("the numbers upstream sold", outside["upstream"]["activations"], 3),
        ("what came in at Stripe", Decimal(outside["stripe"].get("BRL", "0")), topup),
    )
    return [f"{name}: {found}, not {due}" for name, found, due in expected if found != due]


def amount_in(text: str) -> Decimal:
    """Read the first amount with two decimals."""
    found = _AMOUNT.search(text)
    if found is None:
        raise NotAsItShouldBeError(f"no amount in: {text}")
    return Decimal(f"{found[1]}.{found[2]}")


def phone_in(card: Message) -> str:
    found = re.search(_PHONE, words(card))
    return re.sub(r"\D", "", found[0]) if found else ""


def expect(is_so: bool, otherwise: str) -> None:  # noqa: FBT001  reads as an assertion
    if not is_so:
        raise NotAsItShouldBeError(otherwise)


def heading(text: str) -> None:
    tell(f"\n— {text} —")


def tell(text: str) -> None:
    print(text, flush=True)


def _exactly(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)
