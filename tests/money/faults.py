"""`python -m tests.money.faults`: each kind of trouble at each gateway, and what people read of it.

Real adapters, services, handlers and words; stand-ins over loopback. It ends with the books read through.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine

from db.store import open_store
from db.tables import metadata
from tests.money.talk import Talk
from tests.money.troubles import TROUBLES, Lived, Trouble, live_through
from tests.money.wired import open_wired


def main() -> int:
    logging.disable()
    is_right = True
    for way, troubles in TROUBLES.items():
        for trouble in troubles:
            with tempfile.TemporaryDirectory() as folder:
                is_right &= asyncio.run(_show(Path(folder) / "shop.db", way, trouble))
    return 0 if is_right else 1


async def _show(file: Path, way: str, trouble: Trouble) -> bool:
    engine = create_engine(f"sqlite:///{file}")
    metadata.create_all(engine)
    engine.dispose()
    store = open_store(f"sqlite+aiosqlite:///{file}")
    try:
        async with open_wired(store) as wired:
            admin = await wired.till.admin()
            lived = await live_through(wired, way, trouble)
            talk = Talk(wired.till)
            told = {"payer": await talk.told(lived.ana), "admin": await talk.told(admin.id)}
            breaches = await wired.till.breaches()
    finally:
        await store.close()
    sys.stdout.write("\n".join(_lines(way, trouble, lived, told, len(breaches))) + "\n")
    sys.stdout.flush()
    return lived.balance == trouble.credits and not breaches


def _lines(
    way: str, trouble: Trouble, lived: Lived, told: dict[str, list[str]], breaches: int
) -> Iterator[str]:
    yield ""
    yield f"{way}: {trouble.name}"
    yield f"  credited {lived.balance} of 20.00; breaches in the books: {breaches}"
    for who, messages in told.items():
        read = [message for place, message in enumerate(messages) if message not in messages[:place]]
        for message in read or ["(nothing)"]:
            yield f"  {who} reads: {' / '.join(message.splitlines())}"


if __name__ == "__main__":
    sys.exit(main())
