"""What a definite no stops, for how long, and that nothing else is stopped with it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select

from db import pauses
from db.tables import Case, ProviderPause, ProviderPrice, SalePause
from services.ports.provider import Rejected, Rejection
from services.views import NumberStatus
from tests.shop.shop import Shop, stock
from tests.worlds import NOON

NO_NUMBERS = Rejected(Rejection.NO_NUMBERS, "NO_NUMBERS")
BANNED_KIND = Rejected(Rejection.BANNED, "BANNED", is_of_kind=True, until=NOON + timedelta(minutes=30))


async def _paused(shop: Shop) -> list[str]:
    return [row.provider for row in await shop.store.read(pauses.all_pauses)]


async def _resting(shop: Shop) -> list[object]:
    query = select(SalePause.until)
    return list(await shop.store.read(lambda connection: connection.scalars(query).all()))


async def _refuse(shop: Shop, no: Rejected, times: int = 1) -> None:
    """Have somebody new meet a refusal, some times."""
    for number in range(times):
        who = await shop.ana("50.00", telegram_id=100 + number, username=f"user{number}")
        shop.provider.answers = [no]
        await shop.buy(who)


async def test_a_ban_of_one_kind_of_number_leaves_the_account_selling(shop: Shop) -> None:
    await stock(shop, "active", "0.50")

    await _refuse(shop, BANNED_KIND)

    assert await _paused(shop) == []
    assert await _resting(shop) == [NOON + timedelta(minutes=30)]
    assert await shop.open_cases() == ["sales.banned"]


async def test_a_banned_kind_is_sold_again_when_the_ban_ends(shop: Shop) -> None:
    await _refuse(shop, BANNED_KIND)

    shop.clock.advance(29 * 60)
    await shop.guard.resume_due()
    during = await _resting(shop)
    shop.clock.advance(60)
    await shop.guard.resume_due()

    assert len(during) == 1
    assert await _resting(shop) == []
    assert await shop.open_cases() == []


async def test_a_ban_whose_end_is_not_told_lasts_half_an_hour(shop: Shop) -> None:
    await _refuse(shop, Rejected(Rejection.BANNED, "BANNED"))

    shop.clock.advance(29 * 60)
    await shop.failover.resume_due()
    before = await _paused(shop)
    shop.clock.advance(60)
    await shop.failover.resume_due()

    assert before == ["active"]
    assert await _paused(shop) == []


async def test_a_full_provider_sells_again_when_one_of_its_numbers_ends(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    await _refuse(shop, Rejected(Rejection.TOO_MANY_OPEN, "CHANNELS_LIMIT", most_open=1))

    await shop.failover.resume_due()
    full = await _paused(shop)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    await shop.failover.resume_due()

    assert (await shop.card(ana, ticket)).codes
    assert full == ["active"]
    assert await _paused(shop) == []


async def test_a_provider_filled_by_others_is_tried_again_after_five_minutes(shop: Shop) -> None:
    await _refuse(shop, Rejected(Rejection.TOO_MANY_OPEN, "CHANNELS_LIMIT"))

    await shop.failover.resume_due()
    full = await _paused(shop)
    shop.clock.advance(5 * 60)
    await shop.failover.resume_due()

    assert full == ["active"]
    assert await _paused(shop) == []


@pytest.mark.parametrize("reason", [Rejection.BAD_KEY, Rejection.NO_BALANCE])
async def test_what_stops_again_and_again_rests_longer_each_time(shop: Shop, reason: Rejection) -> None:
    """A purse that looks full to the shop and empty to the provider must not tell admins each minute."""
    for _ in range(120):
        shop.clock.advance(30)
        await shop.failover.resume_due()
        if not await _paused(shop):
            await _refuse(shop, Rejected(reason, "WORD"))

    query = select(Case.id).where(Case.kind == "provider.paused")
    assert len(await shop.store.read(lambda connection: connection.scalars(query).all())) <= 7


async def test_a_kind_that_is_denied_thrice_rests_and_one_sale_makes_it_good(shop: Shop) -> None:
    await stock(shop, "active", "0.50")

    await _refuse(shop, NO_NUMBERS, times=2)
    await shop.buy(await shop.ana("50.00", telegram_id=7, username="eve"))
    await _refuse(shop, NO_NUMBERS, times=2)
    twice = await _resting(shop)
    await _refuse(shop, NO_NUMBERS)

    assert twice == []
    assert await _resting(shop) == [NOON + timedelta(minutes=1)]
    assert await shop.open_cases() == []


async def test_a_no_to_one_operator_hides_no_other(shop: Shop) -> None:
    await stock(shop, "active", "0.50")
    ana = await shop.ana("50.00")
    offer = await shop.offer(ana, operator="claro")
    shop.provider.answers = [NO_NUMBERS]

    ticket = await shop.activations.buy(ana, offer)
    await shop.purchases.send_next()

    query = select(ProviderPrice.stock)
    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert await shop.store.read(lambda connection: connection.scalars(query).all()) == [100]
    assert await shop.balance(ana) == Decimal("50.00")


async def test_a_region_that_is_refused_is_told_and_looked_at_again_later(shop: Shop) -> None:
    await _refuse(shop, Rejected(Rejection.REGION, "SERVICE_UNAVAILABLE_REGION"))

    await shop.failover.resume_due()

    def reasons(connection: Connection) -> list[str]:
        return list(connection.scalars(select(ProviderPause.reason)))

    assert await shop.store.read(reasons) == ["region"]
    assert await shop.open_cases() == ["provider.paused"]
