import re
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.telegram.errors import BadRequest, Conflict
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.webhook import Webhook
from bot.sandbox.telegram.world import World

methods = Methods()

_WEBHOOK_IS_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_LONGEST_POLL_SECONDS = 50
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@methods.add
async def get_updates(world: World, asked: Parameters) -> list[Json]:
    if world.courier.webhook:
        raise Conflict(_WEBHOOK_IS_ACTIVE)
    _allow(world, asked)
    limit = asked.integer("limit", 100)
    timeout_seconds = min(max(asked.integer("timeout"), 0), _LONGEST_POLL_SECONDS)
    return await world.updates.poll(
        asked.integer("offset"), limit if 1 <= limit <= 100 else 100, timeout_seconds
    )


@methods.add
async def set_webhook(world: World, asked: Parameters) -> bool:
    url = asked.text("url")
    secret = asked.text("secret_token")
    if len(secret) > 256:
        raise BadRequest("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise BadRequest("secret token contains unallowed characters")
    if url:
        _check_address(url)
    if asked.flag("drop_pending_updates"):
        world.updates.clear()
    _allow(world, asked)
    most = min(max(asked.integer("max_connections", 40), 1), 100)
    if url and not world.courier.is_running:
        raise RuntimeError("nobody brings updates: the sandbox's application lacks Telegram.lifetime")
    world.courier.send_to(Webhook(url, secret, most) if url else None)
    return True


@methods.add
async def delete_webhook(world: World, asked: Parameters) -> bool:
    if asked.flag("drop_pending_updates"):
        world.updates.clear()
    world.courier.send_to(None)
    return True


@methods.add
async def get_webhook_info(world: World, asked: Parameters) -> Json:  # noqa: ARG001  all methods are called alike
    webhook = world.courier.webhook or Webhook("", "", 40)
    told: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending()),
    }
    if webhook.url:
        told |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
    if webhook.last_error_message:
        told |= {
            "last_error_date": webhook.last_error_date,
            "last_error_message": webhook.last_error_message,
        }
    return told | ({"allowed_updates": world.updates.allowed} if world.updates.allowed else {})


def _allow(world: World, asked: Parameters) -> None:
    """Remember which kinds of updates are wanted; a call that names none changes nothing."""
    kinds: Any = asked.json("allowed_updates", "can't parse allowed updates JSON object")
    if kinds is None:
        return
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise BadRequest("expected an Array of String as allowed updates")
    world.updates.allow(kinds)


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if not parts.hostname:
        raise BadRequest("bad webhook: invalid webhook URL specified")
    # Telegram wants https; the sandbox also calls this machine.
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
