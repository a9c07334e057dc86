import re
from typing import Any

from bot.sandbox.telegram import json_fields
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.json_fields import Json, WrongField
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

methods = Methods()

_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # Bot API: BotCommand
_MENU_BUTTONS = {"default", "commands", "web_app"}


@methods.add
async def get_me(world: World, asked: Parameters) -> Json:  # noqa: ARG001  all methods are called alike
    return world.bot.as_me()


@methods.add
async def log_out(world: World, asked: Parameters) -> bool:  # noqa: ARG001  all methods are called alike
    return True


@methods.add
async def close(world: World, asked: Parameters) -> bool:  # noqa: ARG001  all methods are called alike
    return True


@methods.add
async def set_my_commands(world: World, asked: Parameters) -> bool:
    commands = _commands(asked)
    world.bot.commands[_scope(world, asked), _language(asked)] = commands
    world.tell_commands()
    return True


@methods.add
async def get_my_commands(world: World, asked: Parameters) -> list[Json]:
    return world.bot.commands.get((_scope(world, asked), _language(asked)), [])


@methods.add
async def delete_my_commands(world: World, asked: Parameters) -> bool:
    world.bot.commands.pop((_scope(world, asked), _language(asked)), None)
    world.tell_commands()
    return True


@methods.add
async def set_my_name(world: World, asked: Parameters) -> bool:
    return _set_text(world.bot.names, asked, "name", 64)


@methods.add
async def get_my_name(world: World, asked: Parameters) -> Json:
    return {"name": world.bot.names.get(_language(asked)) or world.bot.names.get("", world.bot.username)}


@methods.add
async def set_my_description(world: World, asked: Parameters) -> bool:
    return _set_text(world.bot.descriptions, asked, "description", 512)


@methods.add
async def get_my_description(world: World, asked: Parameters) -> Json:
    return {"description": _text_of(world.bot.descriptions, asked)}


@methods.add
async def set_my_short_description(world: World, asked: Parameters) -> bool:
    return _set_text(world.bot.short_descriptions, asked, "short_description", 120)


@methods.add
async def get_my_short_description(world: World, asked: Parameters) -> Json:
    return {"short_description": _text_of(world.bot.short_descriptions, asked)}


@methods.add
async def set_chat_menu_button(world: World, asked: Parameters) -> bool:
    button = asked.json("menu_button", "can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in _MENU_BUTTONS:
        raise BadRequest("can't parse menu button: unsupported type specified")
    if asked.has("chat_id"):
        world.chat(asked).menu_button = button
    else:
        world.bot.menu_button = button
    return True


@methods.add
async def get_chat_menu_button(world: World, asked: Parameters) -> Json:
    own = world.chat(asked).menu_button if asked.has("chat_id") else None
    return own or world.bot.menu_button


def _set_text(texts: dict[str, str], asked: Parameters, name: str, limit: int) -> bool:
    text = asked.text(name)
    if len(text) > limit:
        raise BadRequest(f"{name.upper()}_TOO_LONG")
    texts[_language(asked)] = text
    return True


def _text_of(texts: dict[str, str], asked: Parameters) -> str:
    return texts.get(_language(asked)) or texts.get("", "")


def _language(asked: Parameters) -> str:
    language = asked.text("language_code")
    if not re.fullmatch(r"([a-z]{2})?", language):  # Bot API: a two-letter ISO 639-1 code, or empty
        raise BadRequest("LANG_CODE_INVALID")
    return language


def _scope(world: World, asked: Parameters) -> str:
    scope: Any = asked.json("scope", "can't parse BotCommandScope JSON object") or {"type": "default"}
    try:
        return _scope_name(world, json_fields.object_in(scope, "BotCommandScope must be an Object"))
    except WrongField as wrong:
        raise BadRequest(f"can't parse BotCommandScope: {wrong}") from None


def _scope_name(world: World, scope: Json) -> str:
    kind = json_fields.string(scope, "type", required=True)
    if kind in _SCOPES:
        return kind
    if kind not in _CHAT_SCOPES:
        raise WrongField("unsupported type specified")
    chat_id = json_fields.integer(scope, "chat_id", required=True)
    person = world.people.get(chat_id)
    if person is None or not person.started:
        raise BadRequest("chat not found")
    return f"{kind}:{chat_id}"


def _commands(asked: Parameters) -> list[Json]:
    given: Any = asked.json("commands", "can't parse commands JSON object")
    if given is None:
        return []
    if not isinstance(given, list):
        raise BadRequest("expected an Array of BotCommand")
    if len(given) > 100:  # Bot API: at most 100 commands
        raise BadRequest("BOT_COMMANDS_TOO_MUCH")
    try:
        return [_command(item) for item in given]
    except WrongField as wrong:
        raise BadRequest(f"can't parse BotCommand: {wrong}") from None


def _command(item: Any) -> Json:
    source = json_fields.object_in(item, "expected an Object")
    command = json_fields.string(source, "command", required=True).removeprefix("/")
    description = json_fields.string(source, "description", required=True).strip()
    if not _COMMAND.fullmatch(command):
        raise BadRequest("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:  # Bot API: 1-256 characters
        raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}
