"""One life in this very process before any fork: what is loaded or compiled at first use is there then."""

import asyncio
from dataclasses import replace
from random import Random

from db.store import open_store
from handlers.texts import TextBook
from services.gateways.stripe.wire import BoundedHttp
from tests.soak.crowd import Habits
from tests.soak.databases import Database
from tests.soak.door import Door
from tests.soak.forks import World
from tests.soak.life import Staff
from tests.soak.rest import rest
from tests.soak.wired import ShopUnderFire, Stage, Warmth, settings_for

_LOOKS, _LOOK_SECONDS = 16, 0.5


def warm_up(database: Database, habits: Habits) -> Warmth:
    """Trade for a while and come to rest; whatever was connected is closed again."""
    database.renew()
    world = World("warm", habits, database.cards)
    try:
        world.door.let_shop(shopping=True)
        warmth = Warmth(open_store(database.address), TextBook("en", "BRL"), BoundedHttp())
        asyncio.run(warmth.store.close())  # as every life finds it
        stage = Stage(settings_for(database.address, world.door.address), warmth)
        asyncio.run(_trade(stage, world.door))
        world.door.let_shop(shopping=False)
        asyncio.run(rest(replace(stage, warmth=replace(warmth, http=BoundedHttp())), world.door))
    finally:
        world.end()
    return replace(warmth, http=BoundedHttp())


async def _trade(stage: Stage, door: Door) -> None:
    """Until somebody has heard a code: by then nearly everything was done once."""
    staff = Staff(ShopUnderFire(stage))
    await staff.recover()
    staff.start(Random(0))
    for _ in range(_LOOKS):
        await asyncio.sleep(_LOOK_SECONDS)
        if await _is_a_code_said(door):
            break
    await staff.close()


async def _is_a_code_said(door: Door) -> bool:
    said = (await asyncio.to_thread(door.evidence))["said"]
    return any(words.startswith("code ") for heard in said.values() for words in heard)
