"""What may happen to a chat: something is posted, edited, deleted. Each is seen by the person at once."""

from typing import Any

from bot.sandbox.telegram import json_fields
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.keyboards import Markup
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.people import Person, Post
from bot.sandbox.telegram.world import World

_DELETABLE_SECONDS = 48 * 3600  # Bot API: a message can be deleted for 48 hours after it was sent
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_CONTENT = (
    "text",
    "entities",
    "link_preview_options",
    "caption",
    "caption_entities",
    "photo",
    "document",
    "reply_markup",
)


def say_as_bot(
    world: World, person: Person, content: Json, markup: Markup | None = None, reply_to: Post | None = None
) -> Json:
    """Post a message of the bot's."""
    markup = markup or Markup()
    extra = {"reply_markup": markup.inline} if markup.inline else {}
    body = _body(world, person, world.bot.as_user(), {**content, **extra}, reply_to)
    return _post(world, person, Post(body, outgoing=False, reply_keyboard=markup.reply))


def say_as_person(world: World, person: Person, content: Json, reply_to: Post | None = None) -> Post:
    """Post a message of the person's; the bot hears of it by an update."""
    post = Post(_body(world, person, person.as_user(), content, reply_to), outgoing=True)
    _post(world, person, post)
    return post


def announce(world: World, person: Person, author: Json, content: Json) -> Post:
    """Post a service message, such as a payment's, and put it into the bot's queue."""
    post = Post(_body(world, person, author, content, None), outgoing=False, is_service=True)
    _post(world, person, post)
    world.updates.add("message", post.body, person.id)
    return post


def edit(world: World, person: Person, post: Post, changed: Json, *, fields: tuple[str, ...]) -> Json:
    """Put new content into the place of these fields, unless it is what stands there."""
    rest = {name: value for name, value in post.body.items() if name not in fields}
    body = {**rest, **changed}
    if {name: body.get(name) for name in _CONTENT} == {name: post.body.get(name) for name in _CONTENT}:
        raise BadRequest(_NOT_MODIFIED)
    post.body = {**body, "edit_date": world.timestamp()}
    world.events.tell(person.id, "edit", message=as_seen(post))
    return post.body


def mark_paid(world: World, person: Person, post: Post) -> None:
    """Let the person see that an invoice is settled; the bot's message stays as it is."""
    post.is_paid = True
    world.events.tell(person.id, "edit", message=as_seen(post))


def delete(world: World, person: Person, message_ids: list[int]) -> None:
    for message_id in message_ids:
        del person.posts[message_id]
    world.events.tell(person.id, "delete", message_ids=message_ids)
    if set(message_ids) & set(person.pinned):
        pin(world, person, [number for number in person.pinned if number not in message_ids])


def pin(world: World, person: Person, message_ids: list[int]) -> None:
    """Make these the pinned messages, the last of them on top."""
    person.pinned = message_ids
    top = as_seen(person.posts[message_ids[-1]]) if message_ids else None
    world.events.tell(person.id, "pinned", message=top)


def is_deletable(world: World, post: Post) -> bool:
    return bool(world.timestamp() - post.body["date"] < _DELETABLE_SECONDS)


def find_post(person: Person, asked: Parameters, name: str, missing: str) -> Post:
    message_id = asked.integer(name)
    if message_id <= 0:
        raise BadRequest("message identifier is not specified")
    if message_id not in person.posts:
        raise BadRequest(missing)
    return person.posts[message_id]


def find_replied(person: Person, asked: Parameters) -> Post | None:
    """Find the message that a new one answers, named in the new way or the old."""
    given = asked.json("reply_parameters", "can't parse reply parameters JSON object") or {}
    if not isinstance(given, dict):
        raise BadRequest("object expected as reply parameters")
    message_id = _replied_id(given) or asked.integer("reply_to_message_id")
    if not message_id:
        return None
    post = person.posts.get(message_id)
    if post is None and not (
        given.get("allow_sending_without_reply") or asked.flag("allow_sending_without_reply")
    ):
        raise BadRequest("message to be replied not found")
    return post


def _replied_id(given: Json) -> int:
    try:
        return json_fields.integer(given, "message_id", required=bool(given))
    except json_fields.WrongField as wrong:
        raise BadRequest(f"can't parse ReplyParameters: {wrong}") from None


def as_seen(post: Post) -> Json:
    """Show a message as the person's screen has it."""
    seen = {**post.body, "outgoing": post.outgoing}
    if post.is_paid:
        seen["paid"] = True
    if post.reaction:
        seen["reaction"] = post.reaction
    if post.reply_keyboard:
        seen["reply_markup"] = post.reply_keyboard
    if file_id := _file_id(post.body):
        seen["file_url"] = f"/world/telegram/files/{file_id}"
    return seen


def _file_id(body: Json) -> str:
    photo: list[Json] = body.get("photo", [])
    return str(photo[-1]["file_id"] if photo else body.get("document", {}).get("file_id", ""))


def _body(world: World, person: Person, author: Json, content: Json, reply_to: Post | None) -> Json:
    body: dict[str, Any] = {
        "message_id": world.next_message_id(),
        "from": author,
        "chat": person.as_chat(),
        "date": world.timestamp(),
        **content,
    }
    if reply_to:
        body["reply_to_message"] = {
            name: value for name, value in reply_to.body.items() if name != "reply_to_message"
        }
    return body


def _post(world: World, person: Person, post: Post) -> Json:
    person.posts[post.body["message_id"]] = post
    world.events.tell(person.id, "message", message=as_seen(post))
    return post.body
