"""How settings are written: what each kind looks like, and the sentence for one that does not."""

import re
from decimal import Decimal, InvalidOperation
from ipaddress import ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bot.peers import Network
from services.percents import read_percents, read_steps

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it should be an address like https://example.org")
    return text.rstrip("/")


def _origin(text: str) -> str:
    if not text:
        return text
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not (is_safe and parts.hostname and parts.path in {"", "/"} and not parts.query):
        raise ValueError("it should be an https origin without a path, like https://shop.example.org")
    return text.rstrip("/")


def _database(text: str) -> str:
    if not text.startswith(_DATABASES):
        raise ValueError(
            "it should be sqlite+aiosqlite:///path/to/shop.db or postgresql+asyncpg://user:password@host/name"
        )
    return text


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError("it should be three letters, like BRL")
    return text.upper()


def _ids(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    ids = [part for part in re.split(r"[\s,;]+", value.strip("[] ")) if part]
    if not all(part.isdecimal() for part in ids):
        raise ValueError("it should be Telegram ids with commas between them, like 123456789,987654321")
    return ids


def _token(secret: SecretStr) -> SecretStr:
    # aiogram refuses any other form, with a traceback.
    if secret and not re.fullmatch(r"\d+:\S+", secret.get_secret_value()):
        raise ValueError("it should be the token @BotFather gave, like 123456789:AAE…")
    return secret


def _secret_path(secret: SecretStr) -> SecretStr:
    if secret and not re.fullmatch(r"[\w.~-]{8,}", secret.get_secret_value(), re.ASCII):
        raise ValueError(
            "it should be at least 8 letters, digits or any of - _ . ~, since it stands in a path"
        )
    return secret


def _amounts(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        amounts = tuple(Decimal(part.strip()) for part in value.split(",") if part.strip())
    except InvalidOperation:
        amounts = ()
    if not amounts or not all(amount.is_finite() and amount > 0 for amount in amounts):
        raise ValueError("it should be amounts with commas between them, like 10,25,50")
    return amounts


def _names(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _steps(value: Any) -> Any:
    try:
        return read_steps(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError("it should be sums and what they bring on top in %, like 50=5,200=10") from error


def _fees(value: Any) -> Any:
    try:
        return read_percents(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValueError("it should be ways to pay and their fees in %, like stripe=4.99") from error


def _networks(value: Any) -> Any:
    named = re.split(r"[\s,;]+", value) if isinstance(value, str) else value
    try:
        return tuple(ip_network(str(each)) for each in named if each)
    except ValueError as error:
        raise ValueError("it should be addresses or networks like 84.32.223.53,185.138.88.0/24") from error


Address = Annotated[str, AfterValidator(_address)]
Origin = Annotated[str, AfterValidator(_origin)]
Database = Annotated[str, AfterValidator(_database)]
Currency = Annotated[str, AfterValidator(_currency)]
Token = Annotated[SecretStr, AfterValidator(_token)]
PathSecret = Annotated[SecretStr, AfterValidator(_secret_path)]
Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
Amounts = Annotated[tuple[Decimal, ...], NoDecode, BeforeValidator(_amounts)]
Steps = Annotated[dict[str, Decimal], NoDecode, BeforeValidator(_steps)]
Fees = Annotated[dict[str, Decimal], NoDecode, BeforeValidator(_fees)]
Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
Rate = Annotated[Decimal, Field(gt=0)]
AtOnce = Annotated[int, Field(ge=1, le=50)]
