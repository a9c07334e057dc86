"""A definite no leads on to another provider; anything unclear leads nowhere."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from db import pauses
from db.tables import ProviderPrice
from services.ports.provider import Rejected, Rejection, Unknown
from services.views import NumberStatus
from tests.shop.shop import Shop, stock
from tests.worlds import NOON

NO_NUMBERS = Rejected(Rejection.NO_NUMBERS, "NO_NUMBERS")


async def _paused(shop: Shop) -> list[str]:
    return [row.provider for row in await shop.store.read(pauses.all_pauses)]


async def test_a_definite_no_is_followed_by_another_provider(shop: Shop) -> None:
    await stock(shop, "backup", "0.40")
    ana = await shop.ana("50.00")
    shop.provider.answers = [NO_NUMBERS]

    ticket = await shop.buy(ana)

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE
    assert [order.cap for order in shop.backup.purchases] == [Decimal("0.40")]
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_an_unknown_outcome_is_never_sent_elsewhere(shop: Shop) -> None:
    await stock(shop, "backup", "0.40")
    ana = await shop.ana("50.00")
    shop.provider.answers = [Unknown("timeout")]

    ticket = await shop.buy(ana)

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN
    assert shop.backup.purchases == []


async def test_nobody_pays_more_upstream_than_the_person_pays_us(shop: Shop) -> None:
    await stock(shop, "backup", "0.66")
    ana = await shop.ana("50.00")
    shop.provider.answers = [NO_NUMBERS]

    ticket = await shop.buy(ana, "3.25")

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert shop.backup.purchases == []
    assert await shop.balance(ana) == Decimal("50.00")


async def test_each_provider_is_asked_once(shop: Shop) -> None:
    await stock(shop, "backup", "0.40")
    await stock(shop, "active", "0.50")
    ana = await shop.ana("50.00")
    shop.provider.answers = [NO_NUMBERS] * 5
    shop.backup.answers = [Rejected(Rejection.THROTTLED, "RATE_LIMIT")] * 5

    ticket = await shop.buy(ana)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert (len(shop.provider.purchases), len(shop.backup.purchases)) == (1, 1)
    assert await shop.balance(ana) == Decimal("50.00")


@pytest.mark.parametrize("reason", [Rejection.NO_BALANCE, Rejection.BAD_KEY, Rejection.BANNED])
async def test_a_stopped_account_pauses_selling_there_and_admins_are_told_once(
    shop: Shop, reason: Rejection
) -> None:
    await shop.ana("0.00", telegram_id=9, username="chef", is_admin=True)
    await stock(shop, "active", "0.50")
    shop.provider.answers = [Rejected(reason, "WORD")] * 3
    for number in range(3):
        who = await shop.ana("50.00", telegram_id=number, username=f"user{number}")
        await shop.activations.buy(who, await shop.offer(who))

    while await shop.purchases.send_next():
        pass

    assert await _paused(shop) == ["active"]
    assert len(await shop.said("case.opened")) == 1


async def test_selling_goes_on_by_itself_when_the_purse_is_filled(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.answers = [Rejected(Rejection.NO_BALANCE, "NO_BALANCE")]
    shop.provider.purse = Decimal("0.49")
    await shop.buy(ana)

    await shop.failover.resume_due()
    before = await _paused(shop)
    shop.provider.purse = Decimal("20.00")
    await shop.failover.resume_due()

    assert before == ["active"]
    assert await _paused(shop) == []
    assert await shop.open_cases() == []


async def test_a_ban_ends_when_upstream_said_it_would(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    until = NOON + timedelta(minutes=30)
    shop.provider.answers = [Rejected(Rejection.BANNED, "BANNED", until=until)]
    await shop.buy(ana)

    shop.clock.advance(29 * 60)
    await shop.failover.resume_due()
    before = await _paused(shop)
    shop.clock.advance(60)
    await shop.failover.resume_due()

    assert before == ["active"]
    assert await _paused(shop) == []


async def test_an_account_that_fails_just_now_is_not_asked_instead(shop: Shop) -> None:
    await stock(shop, "backup", "0.40")
    shop.backup.is_buying = False
    ana = await shop.ana("50.00")
    shop.provider.answers = [NO_NUMBERS]

    ticket = await shop.buy(ana)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert shop.backup.purchases == []


async def test_what_upstream_has_run_out_of_is_not_offered_again(shop: Shop) -> None:
    await stock(shop, "active", "0.50")
    ana = await shop.ana("50.00")
    shop.provider.answers = [NO_NUMBERS]

    await shop.buy(ana)

    query = select(ProviderPrice.stock).where(ProviderPrice.provider == "active")
    assert await shop.store.read(lambda connection: connection.scalars(query).all()) == [0]
    assert shop.failover.takes_doubt()
    assert not shop.failover.takes_doubt()


@pytest.mark.parametrize(
    ("told", "kept"), [("0.70", "0.70"), ("0.70000000000000004", "0.700001"), ("0.7234567", "0.723457")]
)
async def test_a_price_that_rose_is_quoted_rightly_from_then_on(shop: Shop, told: str, kept: str) -> None:
    await stock(shop, "active", "0.50")
    ana = await shop.ana("50.00")
    shop.provider.answers = [Rejected(Rejection.PRICE_ROSE, "WRONG_MAX_PRICE", minimum=Decimal(told))]

    await shop.buy(ana)

    query = select(ProviderPrice.cost).where(ProviderPrice.provider == "active")
    assert await shop.store.read(lambda connection: connection.scalars(query).all()) == [Decimal(kept)]
    assert await shop.balance(ana) == Decimal("50.00")
