"""What waits too long is told once, and once more when it is over."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, update

from db.store import Store
from db.tables import InboxUpdate, OutboxFact
from services.alarms import Alarms
from services.bells import Bells
from services.ports.gateway import Gateway
from services.ports.provider import Rejected, Rejection
from tests.shop.shop import Shop


def alarms(shop: Shop, gateways: Mapping[str, Gateway] | None = None) -> Alarms:
    on = {"stripe": shop.gateway} if gateways is None else gateways
    return Alarms(shop.store, {"active": shop.provider}, on, Bells(), shop.clock)


async def _change(store: Store, statement: Any) -> None:
    def work(connection: Connection) -> None:
        connection.execute(statement)

    await store.write(work)


async def test_an_update_that_nobody_handles_is_told_and_clears_itself(shop: Shop) -> None:
    now = shop.clock.now()
    await _change(
        shop.store, insert(InboxUpdate).values(update_id=1, payload="{}", received_at=now, lane=1, attempts=0)
    )
    watch = alarms(shop)

    await watch.run()
    shop.clock.advance(61)
    await watch.run()
    await watch.run()
    during = await shop.open_cases()
    await _change(shop.store, update(InboxUpdate).values(done_at=shop.clock.now()))
    await watch.run()

    assert during == ["queue.waits"]
    assert await shop.open_cases() == []


async def test_open_bills_of_a_gateway_that_was_switched_off_are_told_until_they_have_ended(
    shop: Shop,
) -> None:
    ana = await shop.ana("0.00")
    bill = await shop.topups.ask(ana, "stripe", Decimal("20.00"))
    await shop.topup_jobs.open_drafts()

    await alarms(shop).run()
    while_it_is_on = await shop.open_cases()
    await alarms(shop, {}).run()
    while_it_is_off = await shop.open_cases()
    await shop.topups.cancel(ana, bill.id)
    await alarms(shop, {}).run()

    assert (while_it_is_on, while_it_is_off) == ([], ["gateway.off"])
    assert await shop.open_cases() == []


async def test_a_code_that_is_not_said_is_told_however_often_it_was_put_off(shop: Shop) -> None:
    await shop.buy(await shop.ana("50.00"))
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    await _change(
        shop.store,
        update(OutboxFact).where(OutboxFact.kind != "number.code").values(sent_at=shop.clock.now()),
    )
    shop.clock.advance(61)
    later = shop.clock.now().replace(year=2027)
    await _change(shop.store, update(OutboxFact).values(attempts=3, not_before=later))

    await alarms(shop).run()

    assert await shop.open_cases() == ["queue.waits"]


async def test_what_is_planned_for_later_does_not_wait(shop: Shop) -> None:
    """A card is drawn anew when its cancel opens, two minutes after the purchase."""
    await shop.buy(await shop.ana("50.00"))
    await _change(
        shop.store,
        update(OutboxFact).where(OutboxFact.not_before <= shop.clock.now()).values(sent_at=shop.clock.now()),
    )
    shop.clock.advance(119)

    await alarms(shop).run()

    assert await shop.open_cases() == []


async def test_a_purchase_that_nobody_sends_is_told(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    await shop.activations.buy(ana, await shop.offer(ana))
    shop.clock.advance(61)

    await alarms(shop).run()

    assert await shop.open_cases() == ["queue.waits"]


async def test_codes_that_came_late_to_the_chat_are_told_for_ten_minutes(shop: Shop) -> None:
    await shop.buy(await shop.ana("50.00"))
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    shop.clock.advance(90)
    await _change(shop.store, update(OutboxFact).values(sent_at=shop.clock.now()))
    watch = alarms(shop)

    await watch.run()
    during = await shop.open_cases()
    shop.clock.advance(601)
    await watch.run()

    assert during == ["codes.slow"]
    assert await shop.open_cases() == []


async def test_an_account_that_goes_on_failing_is_told_until_it_is_well(shop: Shop) -> None:
    watch = alarms(shop)
    shop.provider.is_buying = False

    await watch.run()
    once = await shop.open_cases()
    await watch.run()
    twice = await shop.open_cases()
    shop.provider.is_buying = True
    await watch.run()

    assert (once, twice) == ([], ["provider.failing"])
    assert await shop.open_cases() == []


async def test_a_pause_that_was_told_is_not_told_again_as_a_failure(shop: Shop) -> None:
    shop.provider.answers = [Rejected(Rejection.BANNED, "BANNED")]
    await shop.buy(await shop.ana("50.00"))
    shop.provider.is_buying = False
    watch = alarms(shop)

    await watch.run()
    await watch.run()

    assert await shop.open_cases() == ["provider.paused"]
