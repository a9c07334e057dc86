"""Every setting of the shop itself; gateways read their own beside their adapters."""

import json
import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.setting_kinds import (
    Address,
    Amounts,
    AtOnce,
    Currency,
    Database,
    Fees,
    Ids,
    Names,
    Networks,
    Origin,
    PathSecret,
    Rate,
    Steps,
    Token,
)

_PLAIN = {
    "bool_parsing": "it should be true or false",
    "int_parsing": "it should be a whole number",
    "extra_forbidden": "there is no setting of this name",
}
_PRESETS = (Decimal(10), Decimal(25), Decimal(50))


class BadSettings(Exception):
    """A setting is missing or impossible; the message is the one sentence that says which."""


def _backups(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value or "[]")
    except ValueError as error:
        raise ValueError('it should be a JSON list like [{"name": "backup", "url": "https://…"}]') from error


Dialect = Literal["hero", "classic", "smsbower", "smshub"]


class ProviderSettings(BaseModel):
    """One account at one provider of numbers."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")]
    url: Address
    api_key: SecretStr
    dialect: Dialect = "classic"
    currency: Currency = "USD"
    rate: Rate
    exclusive: bool = False
    webhook_secret: PathSecret = SecretStr("")
    webhook_ips: Networks = ()
    purchases_at_once: AtOnce = 4


class Settings(BaseSettings):
    """The environment, or `.env` beside the program; `.env.example` tells what each one means."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    bot_token: Token = SecretStr("")
    telegram_api_url: Address = "https://api.telegram.org"
    support_contact: str = ""
    admin_ids: Ids = ()
    database_url: Database = "sqlite+aiosqlite:///var/shop.db"
    encryption_key: SecretStr = SecretStr("")
    redis_url: str = ""
    public_url: Origin = ""
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    trusted_proxies: Networks = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    currency: Currency = "BRL"
    default_language: str = "pt_BR"
    sms_active_url: Address = "https://hero-sms.com/stubs/handler_api.php"
    sms_active_api_key: SecretStr = SecretStr("")
    sms_active_dialect: Dialect = "hero"
    sms_active_currency: Currency = "USD"
    sms_active_rate: Rate | None = None
    sms_active_exclusive: bool = False
    sms_active_webhook_secret: PathSecret = SecretStr("")
    sms_active_webhook_ips: Networks = ()
    sms_active_purchases_at_once: AtOnce = 4
    sms_backups: Annotated[tuple[ProviderSettings, ...], NoDecode, BeforeValidator(_backups)] = ()
    poll_seconds: Annotated[float, Field(gt=0, le=60)] = 5
    sms_active_cancel_seconds: Annotated[int, Field(ge=0)] = 120
    sms_active_claim_seconds: Annotated[int, Field(gt=0)] = 90
    topup_poll_seconds: Annotated[float, Field(gt=0)] = 30
    topup_min: Annotated[Decimal, Field(gt=0)] = Decimal(5)
    topup_max: Annotated[Decimal, Field(gt=0)] = Decimal(1000)
    topup_presets: Amounts = _PRESETS
    topup_ways: Names = ()
    topup_bonuses: Steps = Field(default_factory=dict)
    topup_fees: Fees = Field(default_factory=dict)
    topups_open: Annotated[int, Field(gt=0)] = 3
    topups_per_hour: Annotated[int, Field(gt=0)] = 10
    topup_second_payment: Literal["credit", "refund"] = "credit"
    payer_email_domain: str = ""
    markup_percent: Annotated[Decimal, Field(ge=0)] = Decimal(30)

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, text: str) -> str:
        if text and not text.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it should be an address like redis://localhost:6379/0")
        return text

    @field_validator("default_language")
    @classmethod
    def _language(cls, text: str) -> str:
        if not re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", text):
            raise ValueError("it should be a language of the shop, like pt_BR or en")
        return text

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.sms_active_api_key and self.sms_active_rate is None:
            raise ValueError(
                "SMS_ACTIVE_RATE is missing: it should be the credits for one unit of the"
                " provider's currency, like 5.50"
            )
        if self.topup_min > self.topup_max:
            raise ValueError("TOPUP_MIN is above TOPUP_MAX: it should be the smaller of the two")
        names = [provider.name for provider in self.providers()]
        if len(names) != len(set(names)):
            raise ValueError(
                "SMS_BACKUPS names a provider twice: each name should be its own"
                ' ("active" is the first provider\'s)'
            )
        return self

    def providers(self) -> tuple[ProviderSettings, ...]:
        """All accounts in order of preference; the first is called `active`."""
        if not self.sms_active_api_key or self.sms_active_rate is None:
            return self.sms_backups
        first = ProviderSettings(
            name="active",
            url=self.sms_active_url,
            api_key=self.sms_active_api_key,
            dialect=self.sms_active_dialect,
            currency=self.sms_active_currency,
            rate=self.sms_active_rate,
            exclusive=self.sms_active_exclusive,
            webhook_secret=self.sms_active_webhook_secret,
            webhook_ips=self.sms_active_webhook_ips,
            purchases_at_once=self.sms_active_purchases_at_once,
        )
        return (first, *self.sms_backups)

    @property
    def is_embedded(self) -> bool:
        """The database is a file of this process's own."""
        return self.database_url.startswith("sqlite")

    @property
    def token(self) -> str:
        """The bot's token; raises BadSettings where it is missing."""
        if not self.bot_token:
            raise BadSettings(
                "BOT_TOKEN is missing: it should be the token @BotFather gave, like 123456789:AAE…."
            )
        return self.bot_token.get_secret_value()


def read_settings() -> Settings:
    """Read them all, or raise BadSettings."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettings(sentence(error)) from None


def sentence(error: ValidationError) -> str:
    """Say the first thing that is wrong with the settings, without the value: it may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    told = first["msg"].removeprefix("Value error, ").rstrip(".")
    if not first["loc"]:
        return f"{told}."
    name, *inside = (str(part) for part in first["loc"])
    if told.startswith(name.upper()):
        return f"{told}."
    where = f" (at {'.'.join(inside)})" if inside else ""
    if first["type"] == "missing":
        return f"{name.upper()}{where} is missing: it should be set."
    told = _PLAIN.get(first["type"], told).replace("Input should be", "it should be").split(", unable")[0]
    return f"{name.upper()}{where} is impossible: {told}."
