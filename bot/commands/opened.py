"""A shop for one command: opened, and closed whatever happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import BadSettings, Settings
from bot.telegram_api import TelegramApi
from bot.wiring import Shop
from db import schema


@asynccontextmanager
async def opened_shop(settings: Settings, api: TelegramApi | None = None) -> AsyncIterator[Shop]:
    """Give the shop's parts; raises BadSettings when the schema is not this program's."""
    if await schema.standing(settings.database_url) is not schema.Standing.CURRENT:
        raise BadSettings("DATABASE_URL leads to another schema than this program's: python main.py migrate.")
    shop = Shop(settings, api)
    try:
        yield shop
    finally:
        await shop.close()
