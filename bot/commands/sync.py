import argparse
import asyncio
import sys

from bot.commands.opened import opened_shop
from bot.logs import start_logging
from bot.settings import Settings, read_settings


def main(_asked: argparse.Namespace) -> int:
    """Fetch the catalogue from every provider; exit code 1 if any fails."""
    settings = read_settings()
    start_logging(settings, level="warning")
    return asyncio.run(_sync(settings))


async def _sync(settings: Settings) -> int:
    async with opened_shop(settings) as shop:
        reports = await shop.catalogue_sync.run()
    for report in reports:
        told = report.error or f"{report.prices} prices, {report.changed} changed"
        print(f"{report.provider}: {told}")
    if not reports:
        print("No provider is set up: SMS_ACTIVE_API_KEY is empty.", file=sys.stderr)
    return int(not reports or any(report.error for report in reports))
