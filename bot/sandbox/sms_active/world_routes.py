import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web

from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.wire import as_json
from bot.sandbox.sms_active.world import SideDoor

Operation = Callable[..., Any]


def routes(door: SideDoor, prefix: str) -> list[web.RouteDef]:
    """Open the side door on the web: each path is one operation, its JSON body the arguments."""
    looks: Mapping[str, Operation] = {
        "activations": door.list_activations,
        "ledger": door.ledger,
        "audit": door.audit,
        "faults": door.list_faults,
        "webhooks": door.list_webhooks,
    }
    acts: Mapping[str, Operation] = {
        "sms": door.push_sms,
        "auto": door.set_auto,
        "balance": door.set_balance,
        "stock": door.set_stock,
        "price": door.set_price,
        "life": door.set_life,
        "cancel_floor": door.set_cancel_floor,
        "rules": door.set_rules,
        "advance": door.move_time,
        "ban": door.ban,
        "end": door.end,
        "faults": door.add_fault,
        "release": door.release_hanging,
        "webhooks": door.add_webhook,
        "webhooks/deliver": door.deliver_webhooks,
        "webhooks/forge": door.forge_webhook,
    }
    clears: Mapping[str, Operation] = {"faults": door.clear_faults, "webhooks": door.clear_webhooks}
    return [
        *(web.get(f"{prefix}/{path}", _run(look)) for path, look in looks.items()),
        *(web.post(f"{prefix}/{path}", _run(act)) for path, act in acts.items()),
        *(web.delete(f"{prefix}/{path}", _run(clear)) for path, clear in clears.items()),
    ]


def _run(operation: Operation) -> Callable[[web.Request], Awaitable[web.Response]]:
    return partial(_answer, operation)


async def _answer(operation: Operation, request: web.Request) -> web.Response:
    body = await request.json() if request.can_read_body else {}
    try:
        inspect.signature(operation).bind(**body)
        outcome = operation(**body)
        if inspect.isawaitable(outcome):
            outcome = await outcome
    except RefusedError as refused:
        return _say({"error": refused.code}, 404)
    except (TypeError, ValueError, KeyError) as error:
        return _say({"error": str(error)}, 400)
    return _say(outcome, 200)


def _say(content: object, status: int) -> web.Response:
    return web.Response(text=as_json(content), status=status, content_type="application/json")
