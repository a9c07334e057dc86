"""Adapter to providers that speak SMS-Activate's protocol, known as handler_api."""

from services.clock import Clock
from services.ports.provider import Provider
from services.providers.handler_api.account import Account, ApiKey, Deadlines, DialectName, Pace

__all__ = ["Account", "ApiKey", "Deadlines", "DialectName", "Pace", "build"]


def build(account: Account, clock: Clock) -> Provider:
    """Make the provider of one account; it connects when it is first asked."""
    from services.providers.handler_api.provider import (  # noqa: PLC0415  httpx is slow to import
        HandlerApiProvider,
    )

    return HandlerApiProvider(account, clock)
