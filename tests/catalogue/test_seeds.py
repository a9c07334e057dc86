import asyncio
from functools import partial

from db import goods
from db.store import Store
from services.seeds import country_aliases, plant, service_aliases
from tests.worlds import NOON


async def test_seeds_are_planted_once_however_often(store: Store) -> None:
    await asyncio.gather(*(store.write(partial(plant, now=NOON)) for _ in range(4)))

    services, countries = await store.read(goods.services), await store.read(goods.countries)
    assert len({row.code for row in services}) == len(services) == 122
    assert len({row.id for row in countries}) == len(countries) == 206


async def test_what_is_guarded_from_the_start_is_not_sold(store: Store) -> None:
    await store.write(partial(plant, now=NOON))

    sold = {row.code for row in await store.read(goods.services) if row.is_sold}

    assert {"wa", "tg", "go"} <= sold
    assert not {"aaa", "afe", "aon", "ie", "full", "ot", "ts", "anj"} & sold


def test_aliases_may_be_of_several_words() -> None:
    assert "mercado livre" in service_aliases()["cq"]
    assert "usa" in country_aliases()["US"]
