from typing import Any

from bot.sandbox.telegram import chats, json_fields, keyboards
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.files import document_fields, photo_fields
from bot.sandbox.telegram.formatting import caption_of, message_caption, message_text
from bot.sandbox.telegram.json_fields import Json, WrongField
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.people import Person, Post
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

methods = Methods()

_TEXT = ("text", "entities", "link_preview_options", "reply_markup")
_CAPTION = ("caption", "caption_entities", "reply_markup")
_MEDIA = ("photo", "document", *_CAPTION)


@methods.add
async def edit_message_text(world: World, asked: Parameters) -> Json:
    person, post = _editable(world, asked)
    content = message_text(asked)
    if "text" not in post.body:
        raise BadRequest("there is no text in the message to edit")
    return _edit(world, person, post, asked, content, _TEXT)


@methods.add
async def edit_message_caption(world: World, asked: Parameters) -> Json:
    person, post = _editable(world, asked)
    content = message_caption(asked)
    if "photo" not in post.body and "document" not in post.body:
        raise BadRequest("there is no caption in the message to edit")
    return _edit(world, person, post, asked, content, _CAPTION)


@methods.add
async def edit_message_reply_markup(world: World, asked: Parameters) -> Json:
    person, post = _editable(world, asked)
    return _edit(world, person, post, asked, {}, ("reply_markup",))


@methods.add
async def edit_message_media(world: World, asked: Parameters) -> Json:
    person, post = _editable(world, asked)
    media = asked.json("media", "can't parse input media JSON object")
    try:
        content = _media(world, asked, json_fields.object_in(media, "expected an Object"))
    except WrongField as wrong:
        raise BadRequest(f"can't parse InputMedia: {wrong}") from None
    if "text" in post.body or "invoice" in post.body:
        raise BadRequest("message content type can't be changed")
    return _edit(world, person, post, asked, content, _MEDIA)


def _editable(world: World, asked: Parameters) -> tuple[Person, Post]:
    if asked.has("inline_message_id"):
        raise BadRequest("MESSAGE_ID_INVALID")
    person = world.reachable(asked)
    post = chats.find_post(person, asked, "message_id", "message to edit not found")
    if post.outgoing or post.is_service:
        raise BadRequest("message can't be edited")
    return person, post


def _edit(
    world: World, person: Person, post: Post, asked: Parameters, content: Json, fields: tuple[str, ...]
) -> Json:
    """Edit a message; a call that names no keyboard takes the old one away."""
    markup = keyboards.read_markup(asked, is_invoice="invoice" in post.body)
    if markup.reply:
        raise BadRequest("inline keyboard expected")
    keyboard = {"reply_markup": markup.inline} if markup.inline else {}
    world.pace.check(person.id)
    return chats.edit(world, person, post, {**content, **keyboard}, fields=fields)


def _media(world: World, asked: Parameters, source: Json) -> Json:
    kind = json_fields.string(source, "type", required=True)
    given = json_fields.string(source, "media", required=True)
    caption = _caption(source, source.get("caption_entities"))
    if kind == "photo":
        return {**photo_fields(world.files, asked, given), **caption}
    if kind == "document":
        return {**document_fields(world.files, asked, given), **caption}
    raise WrongField(f'type "{kind}" is unsupported')


def _caption(source: Json, entities: Any) -> Json:
    caption = json_fields.string(source, "caption")
    return caption_of(caption, json_fields.string(source, "parse_mode"), entities)
