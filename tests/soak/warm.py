"""One life in this very process before any fork: what is loaded or compiled at first use is there then."""

import asyncio
from dataclasses import replace
from random import Random

from db.store import open_store
from handlers.texts import TextBook
from services.gateways.stripe.wire import BoundedHttp
from tests.soak.crowd import Habits
from tests.soak.databases import Database
from tests.soak.forks import World
from tests.soak.life import Staff
from tests.soak.rest import rest
from tests.soak.wired import ShopUnderFire, Stage, Warmth, settings_for

_SECONDS = 4.0


def warm_up(database: Database, habits: Habits) -> Warmth:
    """Trade for some seconds and come to rest; whatever was connected is closed again."""
    database.renew()
    world = World("warm", habits, database.cards)
    try:
        world.door.let_shop(shopping=True)
        warmth = Warmth(open_store(database.address), TextBook("en", "BRL"), BoundedHttp())
        asyncio.run(warmth.store.close())  # as every life finds it
        stage = Stage(settings_for(database.address, world.door.address), warmth)
        asyncio.run(_trade(stage))
        world.door.let_shop(shopping=False)
        asyncio.run(rest(replace(stage, warmth=replace(warmth, http=BoundedHttp())), world.door))
    finally:
        world.end()
    return replace(warmth, http=BoundedHttp())


async def _trade(stage: Stage) -> None:
    staff = Staff(ShopUnderFire(stage))
    await staff.recover()
    staff.start(Random(0))
    await asyncio.sleep(_SECONDS)
    await staff.close()
