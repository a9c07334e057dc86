from typing import Any

from bot.sandbox.telegram import chats, keyboards
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.files import document_fields, photo_fields
from bot.sandbox.telegram.formatting import message_caption, message_text
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

methods = Methods()

_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
_COPIED = ("text", "entities", "caption", "caption_entities", "photo", "document")


@methods.add
async def send_message(world: World, asked: Parameters) -> Json:
    content = message_text(asked)
    return _send(world, world.reachable(asked), asked, content)


@methods.add
async def send_photo(world: World, asked: Parameters) -> Json:
    caption = message_caption(asked)
    person = world.reachable(asked)
    return _send(world, person, asked, {**photo_fields(world.files, asked), **caption})


@methods.add
async def send_document(world: World, asked: Parameters) -> Json:
    caption = message_caption(asked)
    person = world.reachable(asked)
    return _send(world, person, asked, {**document_fields(world.files, asked), **caption})


@methods.add
async def copy_message(world: World, asked: Parameters) -> Json:
    person = world.reachable(asked)
    content = _original(world, asked, "message to copy not found")
    if asked.has("caption") and "text" not in content:
        kept: Json = {name: content[name] for name in ("photo", "document") if name in content}
        content = {**kept, **message_caption(asked)}
    return {"message_id": _send(world, person, asked, content)["message_id"]}


@methods.add
async def forward_message(world: World, asked: Parameters) -> Json:
    person = world.reachable(asked)
    content = _original(world, asked, "message to forward not found")
    source = world.chat(asked, "from_chat_id").posts[asked.integer("message_id")].body
    origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
    return _send(world, person, asked, {**content, "forward_origin": origin})


@methods.add
async def send_chat_action(world: World, asked: Parameters) -> bool:
    person = world.reachable(asked)
    action = asked.text("action").lower()
    if action not in _ACTIONS:
        raise BadRequest("wrong parameter action in request")
    world.events.tell(person.id, "chat_action", action=action)
    return True


@methods.add
async def delete_message(world: World, asked: Parameters) -> bool:
    person = world.chat(asked)
    post = chats.find_post(person, asked, "message_id", "message to delete not found")
    if not chats.is_deletable(world, post):
        raise BadRequest("message can't be deleted for everyone")
    chats.delete(world, person, [post.body["message_id"]])
    return True


@methods.add
async def delete_messages(world: World, asked: Parameters) -> bool:
    person = world.chat(asked)
    wanted: Any = asked.json("message_ids", "can't parse message identifiers JSON object")
    if not isinstance(wanted, list) or not wanted:
        raise BadRequest("message identifiers are not specified")
    if len(wanted) > 100:  # Bot API: 1-100 identifiers
        raise BadRequest("too many message identifiers specified")
    if not all(isinstance(message_id, int) for message_id in wanted):
        raise BadRequest("message identifier must be a Number")
    posts = [person.posts[message_id] for message_id in wanted if message_id in person.posts]
    going = [post.body["message_id"] for post in posts if chats.is_deletable(world, post)]
    if going:
        chats.delete(world, person, going)
    return True


@methods.add
async def set_message_reaction(world: World, asked: Parameters) -> bool:
    person = world.chat(asked)
    post = chats.find_post(person, asked, "message_id", "message to react not found")
    reaction = asked.json("reaction", "can't parse reaction types JSON object") or []
    if not isinstance(reaction, list) or len(reaction) > 1:
        raise BadRequest("REACTIONS_TOO_MANY")
    post.reaction = reaction
    world.events.tell(person.id, "reaction", message_id=post.body["message_id"], reaction=reaction)
    return True


@methods.add
async def pin_chat_message(world: World, asked: Parameters) -> bool:
    person = world.chat(asked)
    post = chats.find_post(person, asked, "message_id", "message to pin not found")
    message_id = post.body["message_id"]
    chats.pin(world, person, [*(other for other in person.pinned if other != message_id), message_id])
    return True


@methods.add
async def unpin_chat_message(world: World, asked: Parameters) -> bool:
    person = world.chat(asked)
    message_id = asked.integer("message_id", person.pinned[-1] if person.pinned else 0)
    if message_id not in person.pinned:
        raise BadRequest("message to unpin not found")
    chats.pin(world, person, [other for other in person.pinned if other != message_id])
    return True


@methods.add
async def unpin_all_chat_messages(world: World, asked: Parameters) -> bool:
    chats.pin(world, world.chat(asked), [])
    return True


def _send(world: World, person: Person, asked: Parameters, content: Json) -> Json:
    markup = keyboards.read_markup(asked)
    replied = chats.find_replied(person, asked)
    world.pace.check(person.id)
    protection = {"has_protected_content": True} if asked.flag("protect_content") else {}
    return chats.say_as_bot(world, person, {**content, **protection}, markup, replied)


def _original(world: World, asked: Parameters, missing: str) -> Json:
    """Take what another message says, without what hangs on it."""
    source = world.chat(asked, "from_chat_id")
    post = chats.find_post(source, asked, "message_id", missing)
    content = {name: post.body[name] for name in _COPIED if name in post.body}
    if not content:
        raise BadRequest("the message can't be copied")
    return content
