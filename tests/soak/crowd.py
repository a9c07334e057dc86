"""People with a chat: they order, tap what they are shown, tap it twice, whether or not the shop is alive."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.person.speech import _speak, _tap, _written
from bot.sandbox.telegram.world import World

FIRST_ID = 700_000_001
_PATIENCE_SECONDS = (2.0, 6.0)  # so long an answer is waited for
_LOOKED_AT = 8


Cards = Mapping[int, Sequence[str]]  # the words under the buttons of old cards, by person


@dataclass(frozen=True, slots=True)
class Habits:
    """Who shops, how, and how their luck runs."""

    people: int = 8
    goods: Sequence[tuple[str, int]] = (("wa", 73), ("wa", 73), ("tg", 73), ("wa", 6))
    pause_seconds: tuple[float, float] = (0.02, 0.1)
    taps_share: float = 0.5  # of buttons under what the bot has said, where there are any
    topup_share: float = 0.15
    card_share: float = 0.1  # who asks for a new card, and does not press one that lies about
    cards: int = 200  # that lie about for each person
    twice_share: float = 0.3
    cancel_share: float = 0.15
    code_share: float = 0.6
    pay_share: float = 0.7


class Crowd:
    def __init__(self, world: World, dice: Random, habits: Habits, cards: Cards) -> None:
        self.is_shopping = False
        self.updates_made = 0
        self._world = world
        self._dice = dice
        self._habits = habits
        self._cards = {telegram_id: list(theirs) for telegram_id, theirs in cards.items()}
        self._pressed: set[tuple[int, str]] = set()
        self._people = [self._admit(number) for number in range(habits.people)]

    def lives(self) -> list[Coroutine[Any, Any, None]]:
        return [self._shop(person) for person in self._people]

    def heard(self) -> dict[str, list[str]]:
        """What the bot has said to each, as it stands in the chats."""
        return {
            str(person.id): [post.body.get("text", "") for post in person.posts.values() if not post.outgoing]
            for person in self._people
        }

    def play(self, telegram_id: int, *, say: str = "", tap: str = "") -> None:
        """Let one of them say or tap something, by order."""
        person = self._world.people[telegram_id]
        if say:
            self._say(person, say)
        if tap:
            _tap(self._world, person, None, 0, tap)
            self.updates_made += 1

    def _admit(self, number: int) -> Person:
        person = Person(FIRST_ID + number, f"Buyer{number}", None, f"buyer_{number}", "en", started=True)
        return self._world.add_person(person)

    async def _shop(self, person: Person) -> None:
        while True:
            await asyncio.sleep(self._dice.uniform(*self._habits.pause_seconds))
            if self.is_shopping:
                heard = len(person.posts)
                self._act(person)
                await self._wait_for_an_answer(person, heard)

    async def _wait_for_an_answer(self, person: Person, heard: int) -> None:
        """A person who hears nothing loses patience and goes on."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._dice.uniform(*_PATIENCE_SECONDS)
        while len(person.posts) <= heard + 1 and loop.time() < end:  # noqa: ASYNC110  posts ring no bell
            await asyncio.sleep(0.02)

    def _act(self, person: Person) -> None:
        buttons = self._fresh(person)
        if buttons and self._dice.random() < self._habits.taps_share:
            self._press(person, *self._dice.choice(buttons))
        elif self._dice.random() < self._habits.topup_share:
            self._say(person, "/topup 10")
        elif self._dice.random() < self._habits.card_share or not self._cards[person.id]:
            service, country = self._dice.choice(self._habits.goods)
            self._say(person, f"/buy {service} {country}")
        else:
            self._press(person, 0, self._cards[person.id].pop())

    def _press(self, person: Person, message_id: int, word: str) -> None:
        self._pressed.add((message_id, word))
        if word.startswith("cancel") and self._dice.random() > self._habits.cancel_share:
            return
        for _ in range(2 if self._dice.random() < self._habits.twice_share else 1):
            _tap(self._world, person, person.posts.get(message_id), message_id, word)
            self.updates_made += 1

    def _say(self, person: Person, text: str) -> None:
        _speak(self._world, person, _written(text))
        self.updates_made += 1

    def _fresh(self, person: Person) -> list[tuple[int, str]]:
        """Buttons under the latest messages that were not pressed yet."""
        latest = [post for post in list(person.posts.values())[-_LOOKED_AT:] if not post.outgoing]
        keys = [
            (post.body["message_id"], key["callback_data"])
            for post in latest
            for row in (post.body.get("reply_markup") or {}).get("inline_keyboard", [])
            for key in row
        ]
        return [key for key in keys if key not in self._pressed]
