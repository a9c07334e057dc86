"""Every dialect a provider of numbers may speak, and the adapter that speaks it."""

from collections.abc import Sequence
from importlib import import_module

from bot.settings import ProviderSettings
from services.clock import Clock
from services.ports.provider import Provider
from services.providers.handler_api import Account, ApiKey

PROVIDERS = {
    "hero": "services.providers.handler_api",
    "classic": "services.providers.handler_api",
    "smsbower": "services.providers.handler_api",
    "smshub": "services.providers.handler_api",
}


def open_providers(accounts: Sequence[ProviderSettings], clock: Clock) -> dict[str, Provider]:
    """Build them by name, in order of preference; none connects before it is asked."""
    return {account.name: _build(account, clock) for account in accounts}


def _build(account: ProviderSettings, clock: Clock) -> Provider:
    provider: Provider = import_module(PROVIDERS[account.dialect]).build(
        Account(
            name=account.name,
            url=account.url,
            api_key=ApiKey(account.api_key.get_secret_value()),
            dialect=account.dialect,
            currency=account.currency,
        ),
        clock,
    )
    return provider
