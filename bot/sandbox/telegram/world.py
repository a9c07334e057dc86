import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.telegram.errors import BadRequest, Forbidden
from bot.sandbox.telegram.events import Events
from bot.sandbox.telegram.faults import Faults
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.pace import Pace
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.payments import Checkouts
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.profile import Profile
from bot.sandbox.telegram.updates import Updates
from bot.sandbox.telegram.webhook import Courier

_FIRST_PERSON_ID = 700_000_001
_EPOCH = 1_767_225_600  # 2026-01-01: ids count from here


@dataclass(frozen=True, slots=True)
class Callback:
    """A tap on a button that waits for its answer."""

    person_id: int
    since: datetime


class World:
    """Everything on Telegram's side: one bot, its people, their chats."""

    def __init__(self, clock: Clock, journal: Journal, bot: Profile) -> None:
        self.clock = clock
        self.journal = journal
        self.bot = bot
        first = self._first_number()
        self.updates = Updates(clock, first)
        self.courier = Courier(clock, journal, self.updates)
        self.events = Events()
        self.files = Files()
        self.faults = Faults()
        self.pace = Pace(clock)
        self.checkouts = Checkouts(clock)
        self.callbacks: dict[str, Callback] = {}
        self.inline_queries: dict[str, int] = {}
        self.people: dict[int, Person] = {}
        self._message_ids = count(first)
        self._person_ids = count(_FIRST_PERSON_ID)

    def timestamp(self) -> int:
        return int(self.clock.now().timestamp())

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def add_person(self, person: Person) -> Person:
        """Let somebody in; without an id they get the next free one."""
        if person.id in self.people:
            raise ValueError(f"there is somebody with the id {person.id} already")
        if not person.id:
            person.id = next(number for number in self._person_ids if number not in self.people)
        self.people[person.id] = person
        return person

    def meant_person_id(self, asked: Parameters) -> int | None:
        """Tell whom a call is about, as far as its parameters say."""
        callback = self.callbacks.get(asked.text("callback_query_id"))
        return (
            asked.integer("chat_id") or asked.integer("user_id") or (callback and callback.person_id) or None
        )

    def chat(self, asked: Parameters, name: str = "chat_id") -> Person:
        """Find whom a call is about; only people who spoke to the bot can be found."""
        if not asked.text(name).strip():
            raise BadRequest(f"{name} is empty")
        person = self.people.get(asked.integer(name))
        if person is None or not person.started:
            raise BadRequest("chat not found")
        return person

    def reachable(self, asked: Parameters) -> Person:
        """Find whom a message is for, if they want any."""
        person = self.chat(asked)
        if person.blocked:
            raise Forbidden("bot was blocked by the user")
        return person

    def begin_callback(self, person: Person) -> str:
        number = str(secrets.randbits(62))
        self.callbacks[number] = Callback(person.id, self.clock.now())
        return number

    def begin_inline_query(self, person: Person) -> str:
        number = str(secrets.randbits(62))
        self.inline_queries[number] = person.id
        return number

    def chat_instance(self, person: Person) -> str:
        return str((person.id * 2_654_435_761 + self.bot.id) % 2**63)

    def tell_commands(self) -> None:
        """Let each person's page know what the bot's commands are now."""
        for person in self.people.values():
            commands: list[Json] = self.bot.commands_for(person.id, person.language_code)
            self.events.tell(person.id, "commands", commands=commands)

    def _first_number(self) -> int:
        # Ids rise from one run to the next: a bot that remembers those of yesterday must not mistake today's.
        return max(1, (self.timestamp() - _EPOCH) * 8)
