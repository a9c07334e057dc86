import re
from typing import Any

from aiohttp import web

from bot.sandbox.telegram import keyboards
from bot.sandbox.telegram.chats import say_as_person
from bot.sandbox.telegram.detection import with_found
from bot.sandbox.telegram.files import photo_fields
from bot.sandbox.telegram.formatting import CAPTION_LIMIT
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.parameters import read_parameters
from bot.sandbox.telegram.people import Person, Post
from bot.sandbox.telegram.person.doors import Doors, json_of, person_of, refused, whole_number_of
from bot.sandbox.telegram.world import World

doors = Doors()

_SAID_LIMIT = 4096
_MOST_TAPS = 100
_START = re.compile(r"[A-Za-z0-9_-]{0,64}")  # Telegram: deep linking


@doors.post("/people/{person_id}/say")
async def say(world: World, request: web.Request) -> Json:
    person, given = person_of(world, request), await json_of(request)
    text = str(given.get("text", "")).strip()
    if not 1 <= len(text) <= _SAID_LIMIT:
        raise refused(f"a message has between 1 and {_SAID_LIMIT} characters")
    replied = person.posts.get(whole_number_of(given, "reply_to_message_id"))
    return _speak(world, person, _written(text), replied)


@doors.post("/people/{person_id}/open")
async def open_link(world: World, request: web.Request) -> Json:
    """Follow a deep link: Telegram says /start with its parameter."""
    person, given = person_of(world, request), await json_of(request)
    start = str(given.get("start", ""))
    if not _START.fullmatch(start):
        raise refused("a start parameter has at most 64 of the characters A-Z, a-z, 0-9, _ and -")
    return _speak(world, person, _written(f"/start {start}".strip()))


@doors.post("/people/{person_id}/upload")
async def upload_photo(world: World, request: web.Request) -> Json:
    person = person_of(world, request)
    given = await read_parameters(request)
    caption = given.text("caption")[:CAPTION_LIMIT]
    content = photo_fields(world.files, given)
    return _speak(world, person, content | ({"caption": caption} if caption else {}))


@doors.post("/people/{person_id}/tap")
async def tap(world: World, request: web.Request) -> Json:
    person, given = person_of(world, request), await json_of(request)
    _check_unblocked(person)
    message_id, times = whole_number_of(given, "message_id"), whole_number_of(given, "times", 1)
    if not 1 <= times <= _MOST_TAPS:
        raise refused(f"times should be between 1 and {_MOST_TAPS}")
    post = person.posts.get(message_id)
    data = str(given.get("data", "")) if given.get("forged") else _data_under(post, given)
    queries = [_tap(world, person, post, message_id, data) for _ in range(times)]
    return {"callback_query_id": queries[0], "callback_query_ids": queries}


@doors.post("/people/{person_id}/inline")
async def ask_inline(world: World, request: web.Request) -> Json:
    """Type the bot's name and a question into any message."""
    person, given = person_of(world, request), await json_of(request)
    query_id = world.begin_inline_query(person)
    query = {
        "id": query_id,
        "from": person.as_user(),
        "query": str(given.get("query", "")),
        "offset": str(given.get("offset", "")),
        "chat_type": "sender",
    }
    world.updates.add("inline_query", query, person.id)
    return {"inline_query_id": query_id}


def _speak(world: World, person: Person, content: Json, replied: Post | None = None) -> Json:
    _check_unblocked(person)
    person.started = True
    post = say_as_person(world, person, content, replied)
    update_id = world.updates.add("message", post.body, person.id)
    return {"message_id": post.body["message_id"], "update_id": update_id}


def _written(text: str) -> Json:
    entities = with_found(text, [])
    return {"text": text} | ({"entities": entities} if entities else {})


def _check_unblocked(person: Person) -> None:
    if person.blocked:
        raise refused(f"{person.first_name} has blocked the bot; unblock it first")


def _data_under(post: Post | None, given: Json) -> str:
    if post is None:
        raise refused("there is no such message")
    button = _button(post.body.get("reply_markup"), given)
    if button is None:
        raise refused("there is no such button under this message")
    if "callback_data" not in button:
        action = next(name for name in button if name not in {"text", "style"})
        raise refused(f"this button does not ask the bot anything, it is a {action} button")
    return str(button["callback_data"])


def _button(keyboard: Any, given: Json) -> Json | None:
    if "data" not in given:
        return keyboards.button_at(
            keyboard, whole_number_of(given, "row", -1), whole_number_of(given, "column")
        )
    buttons = keyboards.buttons_of(keyboard)
    return next((button for button in buttons if button.get("callback_data") == given["data"]), None)


def _tap(world: World, person: Person, post: Post | None, message_id: int, data: str) -> str:
    query_id = world.begin_callback(person)
    gone = {"chat": person.as_chat(), "message_id": message_id, "date": 0}  # Bot API: InaccessibleMessage
    query = {
        "id": query_id,
        "from": person.as_user(),
        "message": post.body if post else gone,
        "chat_instance": world.chat_instance(person),
        "data": data,
    }
    world.updates.add("callback_query", query, person.id)
    return query_id
