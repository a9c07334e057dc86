import argparse
import asyncio
import sys

from bot.logs import start_logging
from bot.process import Process
from bot.settings import Settings, read_settings
from bot.telegram_api import TelegramApi
from bot.wiring import Shop
from db import schema
from db.schema import Standing

_STOPPED_BY = {
    Standing.EMPTY: "The database has no tables yet; type: python main.py migrate",
    Standing.OLDER: "The database is older than this program; type: python main.py migrate",
    Standing.NEWER: "The database is newer than this program: install the version that made it.",
}


def main(_asked: argparse.Namespace) -> int:
    """Open the shop and keep it open until it is told to stop."""
    settings = read_settings()
    start_logging(settings)
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    token = settings.token
    standing = await schema.standing(settings.database_url)
    if standing is not Standing.CURRENT:
        print(_STOPPED_BY[standing], file=sys.stderr)
        return 1
    api = TelegramApi(settings.telegram_api_url, token)
    await Process(Shop(settings, api), api).run()
    return 0
