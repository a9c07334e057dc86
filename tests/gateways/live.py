"""Suites that talk to the real gateways: only with `pytest -m live`, and only with test keys."""

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings


class LiveSettings(BaseSettings):
    stripe_test_key: SecretStr = SecretStr("")
    mercadopago_test_token: SecretStr = SecretStr("")
    cryptopay_test_token: SecretStr = SecretStr("")
    stars_test_token: SecretStr = SecretStr("")


def live_key(request: pytest.FixtureRequest, name: str, begins: str = "") -> SecretStr:
    """Tell the test key of this name, or skip and say what is missing."""
    if "live" not in request.config.getoption("-m"):
        pytest.skip("talks to a real gateway: only with -m live")
    key: SecretStr = getattr(LiveSettings(), name)
    if not key or not key.get_secret_value().startswith(begins):
        pytest.skip(f"talks to a real gateway: set {name.upper()} to a test key")
    return key
