from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_PREFIXES = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")


def _known_key(key: SecretStr) -> SecretStr:
    if key and not key.get_secret_value().startswith(_PREFIXES):
        raise ValueError(f"STRIPE_SECRET_KEY must begin with one of {', '.join(_PREFIXES)}")
    return key


class StripeSettings(BaseSettings):
    """Without a key the gateway is off; without a webhook secret it is only polled."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    stripe_secret_key: Annotated[SecretStr, AfterValidator(_known_key)] = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_url: str = "https://api.stripe.com"
