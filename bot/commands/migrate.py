import argparse
import asyncio

from bot.settings import read_settings
from db import schema


def main(_asked: argparse.Namespace) -> int:
    """Bring the schema to head; a schema newer than this code is left alone."""
    return asyncio.run(_migrate(read_settings().database_url))


async def _migrate(address: str) -> int:
    before = await schema.standing(address)
    if before is schema.Standing.NEWER:
        print("The database is newer than this program: install the version that made it.")
        return 1
    if before is schema.Standing.CURRENT:
        print(f"The schema is at {schema.head()} already.")
        return 0
    await schema.migrate(address)
    print(f"The schema is at {schema.head()} now.")
    return 0
