from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MercadoPagoSettings(BaseSettings):
    """Without a token both gateways are off; without a webhook secret they are only polled."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    mercadopago_access_token: SecretStr = SecretStr("")
    mercadopago_webhook_secret: SecretStr = SecretStr("")
    mercadopago_api_url: str = "https://api.mercadopago.com"
    payer_email_domain: str = ""  # the operator's own; Pix wants an e-mail of people who gave none
