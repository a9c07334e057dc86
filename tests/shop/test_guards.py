"""What brings no codes is not sold for a while; who gets none again and again pauses a little."""

import asyncio
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select, update

from db import goods, guards, pauses
from db.rows import AnyRow
from db.tables import ActiveNumber, SalePause, SmsService
from services.bells import Bells
from services.cases import Cases
from services.checkout import OfferExpired, TooManyFailures, UnderReview
from services.ports.provider import Rejected, Rejection
from services.views import NumberStatus, Ticket
from tests.shop.shop import BRAZIL, Shop, stock


async def fail(shop: Shop, user_id: UUID) -> Ticket:
    """Buy, wait past the floor, cancel: a number without a code."""
    ticket = await shop.buy(user_id)
    shop.clock.advance(121)
    await shop.activations.cancel(user_id, ticket.number_id)
    await shop.closing.run_due()
    return ticket


async def succeed(shop: Shop, user_id: UUID) -> None:
    await shop.buy(user_id)
    newest = max(shop.provider.numbers, key=int)
    shop.provider.deliver(newest, "482913")
    await shop.sweep.run()
    [number] = await shop.activations.open_numbers(user_id)
    await shop.activations.finish(user_id, number.id)
    await shop.closing.run_due()
    shop.clock.advance(1)


async def strict(shop: Shop, orders: int = 4, percent: int = 20) -> UUID:
    """Somebody without limits, at a shop that looks at few orders."""
    await shop.rules.change("guard_orders", str(orders))
    await shop.rules.change("guard_percent", str(percent))
    await shop.rules.change("streak_ends", "0")
    await shop.rules.change("purchases_per_hour", "1000")
    await stock(shop, "active", "0.50")
    return await shop.ana("500.00")


async def sold(shop: Shop) -> list[str]:
    def work(connection):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  a query of the test's own
        service_id = connection.scalar(select(SmsService.id).where(SmsService.code == "wa"))
        return [row.provider for row in goods.sold_prices(connection, ["active"], [service_id], BRAZIL)]

    return await shop.store.read(work)


async def test_too_few_codes_stop_the_sale_and_tell_until_when(shop: Shop) -> None:
    ana = await strict(shop)
    await succeed(shop, ana)
    for _ in range(3):
        await fail(shop, ana)
    before = await sold(shop)

    await fail(shop, ana)

    assert (before, await sold(shop)) == (["active"], [])
    assert await shop.open_cases() == ["sales.guarded"]
    pause = await shop.store.read(lambda connection: connection.scalar(select(SalePause.until)))
    assert pause == shop.clock.now() + timedelta(minutes=30)


async def test_a_card_drawn_before_is_not_sold_either(shop: Shop) -> None:
    ana = await strict(shop)
    offer = await shop.offer(ana)
    for _ in range(4):
        await fail(shop, ana)

    with pytest.raises(OfferExpired):
        await shop.activations.buy(ana, offer)


async def test_selling_goes_on_by_itself_and_the_next_failure_stops_it_anew(shop: Shop) -> None:
    ana = await strict(shop)
    for _ in range(4):
        await fail(shop, ana)
    shop.clock.advance(29 * 60)
    await shop.guard.resume_due()
    early = await sold(shop)

    shop.clock.advance(60)
    await shop.guard.resume_due()
    later, cases = await sold(shop), await shop.open_cases()
    await fail(shop, ana)

    assert (early, later, cases) == ([], ["active"], [])
    assert await sold(shop) == []


async def test_enough_codes_and_too_few_orders_change_nothing(shop: Shop) -> None:
    ana = await strict(shop, orders=10, percent=8)
    await succeed(shop, ana)
    for _ in range(9):
        await fail(shop, ana)

    assert await sold(shop) == ["active"]
    assert await shop.open_cases() == []


async def test_what_is_refused_upstream_says_nothing_about_codes(shop: Shop) -> None:
    ana = await strict(shop)
    shop.provider.answers = [Rejected(Rejection.THROTTLED, "RATE_LIMIT")] * 6
    for _ in range(6):
        await shop.buy(ana)

    kind = select(ActiveNumber.provider, ActiveNumber.sms_service_id, ActiveNumber.country_id).limit(1)
    row: AnyRow = await shop.store.read(lambda connection: connection.execute(kind).one())
    assert await shop.store.read(partial(guards.last_of_kind, kind=row, limit=80)) == []


async def test_failures_at_once_stop_the_sale_once(shop: Shop) -> None:
    ana = await strict(shop, orders=3)
    await shop.rules.change("newcomer_open_numbers", "9")
    tickets = [await shop.buy(ana) for _ in range(8)]
    shop.clock.advance(121)
    for ticket in tickets:
        await shop.activations.cancel(ana, ticket.number_id)

    await asyncio.gather(*(shop.closing.run_due() for _ in range(3)))

    assert await shop.open_cases() == ["sales.guarded"]
    assert await shop.breaches() == []


async def test_five_numbers_in_a_row_without_a_code_pause_the_person(shop: Shop) -> None:
    ana = await shop.ana("100.00")
    for _ in range(5):
        await fail(shop, ana)

    with pytest.raises(TooManyFailures) as refused:
        await shop.buy(ana)
    shop.clock.advance(15 * 60)
    ticket = await shop.buy(ana)

    assert refused.value.facts["count"] == 5
    assert refused.value.facts["until"] == shop.clock.now()
    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE


async def test_a_code_among_the_last_five_is_no_streak(shop: Shop) -> None:
    ana = await shop.ana("100.00")
    for _ in range(4):
        await fail(shop, ana)
    await succeed(shop, ana)
    for _ in range(4):
        await fail(shop, ana)

    assert (await shop.card(ana, await shop.buy(ana))).status is NumberStatus.ACTIVE


async def test_limits_never_block_a_first_purchase(shop: Shop) -> None:
    for rule in ("newcomer_open_numbers", "purchases_per_hour", "purchases_per_day"):
        await shop.rules.change(rule, "0")
    await shop.rules.change("streak_ends", "1")
    ana = await shop.ana()

    assert (await shop.card(ana, await shop.buy(ana))).status is NumberStatus.ACTIVE


async def test_somebody_elses_streak_is_nobodys_pause(shop: Shop) -> None:
    ana = await shop.ana("100.00")
    for _ in range(5):
        await fail(shop, ana)
    bob = await shop.ana(telegram_id=2, username="bob")

    assert (await shop.card(bob, await shop.buy(bob))).status is NumberStatus.ACTIVE


async def test_an_old_streak_is_over(shop: Shop) -> None:
    ana = await shop.ana("100.00")
    for _ in range(5):
        await fail(shop, ana)
    long_ago = update(ActiveNumber).values(ended_at=shop.clock.now() - timedelta(days=1))
    await shop.store.write(lambda connection: connection.execute(long_ago).rowcount)

    assert (await shop.card(ana, await shop.buy(ana))).status is NumberStatus.ACTIVE


async def test_too_few_codes_of_a_whole_account_stop_buying_there_for_a_while(shop: Shop) -> None:
    """Many kinds with a few failures each are what a provider counts together."""
    ana = await strict(shop, orders=100)
    await shop.rules.change("account_guard_orders", "4")
    await shop.rules.change("account_guard_percent", "30")
    await succeed(shop, ana)
    for _ in range(3):
        await fail(shop, ana)

    paused, told = await _paused(shop), await shop.open_cases()
    await shop.failover.resume_due()
    during = await _paused(shop)
    shop.clock.advance(30 * 60)
    await shop.failover.resume_due()

    assert (paused, during, told) == (["active"], ["active"], ["provider.paused"])
    assert await _paused(shop) == []
    assert await shop.open_cases() == []


async def test_who_hardly_ever_gets_a_code_is_looked_at_first(shop: Shop) -> None:
    ana = await strict(shop, orders=100)
    await shop.rules.change("review_orders", "4")
    await shop.rules.change("review_percent", "30")
    await succeed(shop, ana)
    for _ in range(3):
        await fail(shop, ana)

    with pytest.raises(UnderReview):
        await shop.buy(ana)

    (case,) = (await Cases(shop.store, Bells(), shop.clock).page()).cases
    assert (case.kind, case.subject) == ("person.review", str(ana))
    assert case.facts == {"telegram_id": 1, "handle": "ana", "codes": 1, "numbers": 4}
    bob = await shop.ana("50.00", telegram_id=2, username="bob")
    assert (await shop.card(bob, await shop.buy(bob))).status is NumberStatus.ACTIVE


async def test_after_an_admin_has_looked_only_what_comes_later_counts(shop: Shop) -> None:
    ana = await strict(shop, orders=100)
    await shop.rules.change("review_orders", "3")
    for _ in range(3):
        await fail(shop, ana)
    await Cases(shop.store, Bells(), shop.clock).close("person.review", str(ana), "looked at")
    shop.clock.advance(1)

    for _ in range(2):
        await fail(shop, ana)
    meanwhile = await shop.open_cases()
    await fail(shop, ana)

    assert meanwhile == []
    assert await shop.open_cases() == ["person.review"]


async def _paused(shop: Shop) -> list[str]:
    return [row.provider for row in await shop.store.read(pauses.all_pauses)]
