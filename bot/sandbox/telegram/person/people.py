from aiohttp import web

from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.person.doors import Doors, json_of, person_of, refused, whole_number_of
from bot.sandbox.telegram.world import World

doors = Doors()

_OPTIONAL = ("last_name", "username", "language_code")
_CHANGEABLE = ("first_name", *_OPTIONAL)


@doors.get("/people")
async def list_people(world: World, request: web.Request) -> list[Json]:  # noqa: ARG001  all doors are alike
    return [person.as_listed() for person in world.people.values()]


@doors.post("/people")
async def add_person(world: World, request: web.Request) -> Json:
    given = await json_of(request)
    if not given.get("first_name"):
        raise refused("a person needs a first_name")
    person = Person(whole_number_of(given, "id"), str(given["first_name"]))
    for name in _OPTIONAL:
        setattr(person, name, given.get(name))
    person.stars = whole_number_of(given, "stars", person.stars)
    try:
        return world.add_person(person).as_listed()
    except ValueError as error:
        raise refused(str(error)) from None


@doors.patch("/people/{person_id}")
async def change_person(world: World, request: web.Request) -> Json:
    person, given = person_of(world, request), await json_of(request)
    for name in _CHANGEABLE:
        if name in given:
            setattr(person, name, given[name])
    if "language_code" in given:
        commands = world.bot.commands_for(person.id, person.language_code)
        world.events.tell(person.id, "commands", commands=commands)
    if "stars" in given:
        person.stars = whole_number_of(given, "stars")
    if "blocked" in given and bool(given["blocked"]) != person.blocked:
        _turn_away(world, person, blocked=bool(given["blocked"]))
    return person.as_listed()


def _turn_away(world: World, person: Person, *, blocked: bool) -> None:
    """Block the bot or let it in again; it is told as a change of its membership."""
    person.blocked = blocked
    bot = world.bot.as_user()
    member, kicked = {"status": "member", "user": bot}, {"status": "kicked", "user": bot, "until_date": 0}
    change = {
        "chat": person.as_chat(),
        "from": person.as_user(),
        "date": world.timestamp(),
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }
    world.updates.add("my_chat_member", change, person.id)
