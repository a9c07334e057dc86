from datetime import timedelta
from typing import Any

from bot.sandbox.telegram.errors import QUERY_IS_TOO_OLD, BadRequest
from bot.sandbox.telegram.links import checked_link
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

methods = Methods()

_CALLBACK_PATIENCE = timedelta(seconds=15)  # unpublished; reports say between 10 and 20 seconds
_ANSWER_LIMIT = 200  # Bot API: answerCallbackQuery text, 0-200 characters
_RESULTS_LIMIT = 50  # Bot API: answerInlineQuery


@methods.add
async def answer_callback_query(world: World, asked: Parameters) -> bool:
    query_id = asked.text("callback_query_id")
    callback = world.callbacks.get(query_id)
    if len(asked.text("text")) > _ANSWER_LIMIT:
        raise BadRequest("MESSAGE_TOO_LONG")
    if asked.text("url") and not checked_link(asked.text("url")):
        raise BadRequest("URL_INVALID")
    world.callbacks.pop(query_id, None)
    if callback is None or world.clock.now() - callback.since > _CALLBACK_PATIENCE:
        raise BadRequest(QUERY_IS_TOO_OLD)
    world.events.tell(
        callback.person_id,
        "answer",
        callback_query_id=query_id,
        text=asked.text("text"),
        show_alert=asked.flag("show_alert"),
        url=asked.text("url"),
    )
    return True


@methods.add
async def answer_inline_query(world: World, asked: Parameters) -> bool:
    person_id = world.inline_queries.pop(asked.text("inline_query_id"), None)
    if person_id is None:
        raise BadRequest(QUERY_IS_TOO_OLD)
    results: Any = asked.json("results", "can't parse inline query results JSON object")
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise BadRequest("expected an Array of inline query results")
    if len(results) > _RESULTS_LIMIT:
        raise BadRequest("RESULTS_TOO_MUCH")
    if len({str(result.get("id")) for result in results}) < len(results):
        raise BadRequest("RESULT_ID_DUPLICATE")
    world.events.tell(person_id, "inline_answer", results=results, next_offset=asked.text("next_offset"))
    return True
