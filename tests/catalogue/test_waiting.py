"""Numbers that have run out, and whoever waits for some."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from db.tables import OutboxFact
from services.bells import Bells
from services.catalogue import NotSold
from services.watches import TooManyWatches, Watches
from tests.catalogue.shop import BRAZIL, INDONESIA, Shelves


@pytest.fixture
async def sold_out(shelves: Shelves) -> Shelves:
    shelves.upstream.sells(("wa", "73", "0.50", 0), ("tg", "73", "0.90", 3))
    shelves.backup.sells(("tg", "73", "0.90", 3))
    await shelves.sync.run()
    return shelves


@pytest.fixture
def watches(sold_out: Shelves) -> Watches:
    return Watches(sold_out.store, sold_out.catalogue, Bells(), sold_out.clock)


async def told(shelves: Shelves) -> list[tuple[UUID, str]]:
    query = select(OutboxFact.user_id, OutboxFact.subject).where(OutboxFact.kind == "stock.back")
    rows = await shelves.store.read(lambda connection: connection.execute(query).all())
    return [(row.user_id, row.subject) for row in rows]


async def restock(shelves: Shelves) -> None:
    shelves.upstream.sells(("wa", "73", "0.50", 5), ("tg", "73", "0.90", 3))
    await shelves.sync.run_prices()


async def test_who_waits_is_told_once_when_there_are_numbers_again(
    sold_out: Shelves, watches: Watches
) -> None:
    ana, whatsapp = await sold_out.ana(), await sold_out.service_id("wa")
    for _ in range(2):
        await watches.wait(ana, whatsapp, BRAZIL)
    await watches.tell_due()
    before = await told(sold_out)

    await restock(sold_out)
    for _ in range(2):
        await watches.tell_due()

    assert before == []
    assert await told(sold_out) == [(ana, f"{whatsapp}:{BRAZIL}")]


async def test_nobody_waits_for_ever(sold_out: Shelves, watches: Watches) -> None:
    await watches.wait(await sold_out.ana(), await sold_out.service_id("wa"), BRAZIL)

    sold_out.clock.advance(timedelta(days=15).total_seconds())
    await restock(sold_out)
    await watches.tell_due()

    assert await told(sold_out) == []


async def test_only_what_is_sold_at_all_is_waited_for_and_not_too_much_of_it(
    sold_out: Shelves, watches: Watches, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, whatsapp = await sold_out.ana(), await sold_out.service_id("wa")
    monkeypatch.setattr("services.watches._MOST", 1)
    await watches.wait(ana, whatsapp, BRAZIL)

    with pytest.raises(TooManyWatches):
        await watches.wait(ana, whatsapp, INDONESIA)
    with pytest.raises(NotSold):
        await watches.wait(ana, UUID(int=404), BRAZIL)
