"""Keyboards under messages: what Telegram takes, and what it refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram import json_fields
from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.json_fields import Json, WrongField
from bot.sandbox.telegram.links import checked_link
from bot.sandbox.telegram.parameters import Parameters

_MOST_BUTTONS = 100
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_STYLES = {"", "primary", "success", "danger"}
_CANNOT_PARSE = "can't parse reply keyboard markup JSON object"


@dataclass(frozen=True, slots=True)
class Markup:
    """What stands under a message; only an inline keyboard is repeated in the message itself."""

    inline: Json | None = None
    reply: Json | None = None


def read_markup(asked: Parameters, *, is_invoice: bool = False) -> Markup:
    value = asked.json("reply_markup", _CANNOT_PARSE)
    if value is None:
        return Markup()
    if not isinstance(value, dict):
        raise BadRequest("object expected as reply markup")
    if "keyboard" in value:
        return Markup(reply=_reply_keyboard(value))
    if "inline_keyboard" in value:
        return Markup(inline=_inline_keyboard(value, is_invoice=is_invoice))
    if value.get("remove_keyboard") or value.get("force_reply"):
        return Markup(reply=value)
    return Markup()


def button_at(keyboard: Json | None, row: int, column: int) -> Json | None:
    rows = keyboard["inline_keyboard"] if keyboard else []
    if 0 <= row < len(rows) and 0 <= column < len(rows[row]):
        button: Json = rows[row][column]
        return button
    return None


def buttons_of(keyboard: Json | None) -> list[Json]:
    return [button for row in keyboard["inline_keyboard"] for button in row] if keyboard else []


def _inline_keyboard(value: Json, *, is_invoice: bool) -> Json | None:
    rows = _rows(value, "inline_keyboard", "InlineKeyboardMarkup")
    keyboard = [[_inline_button(button) for button in row] for row in rows if row]
    buttons = [button for row in keyboard for button in row]
    if len(buttons) > _MOST_BUTTONS:
        raise BadRequest("reply markup is too long")
    paying = [place for place, button in enumerate(buttons) if "pay" in button]
    if paying not in ([], [0]) or (bool(paying) != is_invoice and buttons):
        raise BadRequest(
            "BUTTON_TYPE_INVALID"
        )  # Bot API: a pay button is an invoice's first, and nobody else's
    return {"inline_keyboard": keyboard} if keyboard else None


def _rows(value: Json, name: str, owner: str) -> list[list[Any]]:
    rows = value[name]
    if not isinstance(rows, list):
        raise BadRequest(f'field "{name}" of the {owner} must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise BadRequest(f'field "{name}" of the {owner} must be an Array of Arrays')
    return rows


def _inline_button(value: Any) -> Json:
    try:
        return _read_inline_button(json_fields.object_in(value, "expected an Object"))
    except WrongField as wrong:
        raise BadRequest(f"can't parse inline keyboard button: {wrong}") from None


def _read_inline_button(source: Json) -> Json:
    text = json_fields.string(source, "text", required=True)
    if not text.strip():
        raise WrongField("Text of the button must be non-empty")
    style = json_fields.string(source, "style")
    if style not in _STYLES:
        raise WrongField("invalid button style specified")
    actions = [name for name in _ACTIONS if source.get(name) is not None]
    if not actions:
        raise WrongField("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise BadRequest("BUTTON_TYPE_INVALID")
    button: Json = {"text": text, actions[0]: _action(source, actions[0])}
    return button | ({"style": style} if style else {})


def _action(source: Json, name: str) -> Any:
    if name == "pay":
        return json_fields.typed(source, name, bool)
    if name in {"url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat"}:
        value: Any = json_fields.string(source, name)
    else:
        value = json_fields.typed(source, name, dict)
    check = _CHECKS.get(name)
    return check(value) if check else value


def _url(url: str) -> str:
    link = checked_link(url)
    if not link:
        raise BadRequest(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return link


def _callback_data(data: str) -> str:
    if not 1 <= len(data.encode()) <= 64:  # Bot API: 1-64 bytes
        raise BadRequest("BUTTON_DATA_INVALID")
    return data


def _copy_text(source: Json) -> Json:
    text = json_fields.string(source, "text", required=True)
    if not 1 <= len(text) <= 256:  # Bot API: 1-256 characters
        raise BadRequest("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _web_app(source: Json) -> Json:
    url = json_fields.string(source, "url", required=True)
    if not url.startswith("https://") or not checked_link(url):
        raise BadRequest(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return {"url": url}


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "url": _url,
    "callback_data": _callback_data,
    "copy_text": _copy_text,
    "web_app": _web_app,
}


def _reply_keyboard(value: Json) -> Json:
    rows = _rows(value, "keyboard", "ReplyKeyboardMarkup")
    keyboard = [[_reply_button(button) for button in row] for row in rows if row]
    if not keyboard:
        raise BadRequest("reply markup must have at least one button")
    return {**value, "keyboard": keyboard}


def _reply_button(value: Any) -> Json:
    source = {"text": value} if isinstance(value, str) else value
    try:
        source = json_fields.object_in(source, "expected an Object")
        json_fields.string(source, "text", required=True)
    except WrongField as wrong:
        raise BadRequest(f"can't parse keyboard button: {wrong}") from None
    return source
