"""What a provider charges otherwise than asked: the person has the number, the admins have a case."""

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from db import cases, pauses
from db.tables import ActiveNumber, Case
from services.ports.provider import Bought, Order, Unknown
from services.views import NumberStatus, Ticket
from tests.shop.shop import Shop, stock


def bought(cost: str | None, currency: str | None) -> Bought:
    return Bought("1001", "5511900001001", None if cost is None else Decimal(cost), currency)


async def facts_of(shop: Shop, kind: str) -> dict[str, str]:
    query = select(Case.facts).where(Case.kind == kind)
    return dict(await shop.store.read(lambda connection: connection.scalar(query) or {}))


async def paused(shop: Shop) -> list[str]:
    return [row.reason for row in await shop.store.read(pauses.all_pauses)]


async def buy(shop: Shop, answer: Bought) -> tuple[UUID, Ticket]:
    ana = await shop.ana("50.00")
    shop.provider.answers = [answer]
    return ana, await shop.buy(ana)


async def test_a_charge_above_the_cap_is_ours_and_opens_a_case(shop: Shop) -> None:
    ana, ticket = await buy(shop, bought("0.5001", "USD"))

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.open_cases() == ["purchase.cost"]
    told = await facts_of(shop, "purchase.cost")
    assert (told["asked"], told["charged"]) == ("0.500000 USD", "0.500100 USD")
    assert await paused(shop) == []


@pytest.mark.parametrize("cost", ["0.50", "0.40", "0", None])
async def test_a_charge_within_the_cap_is_nobodys_business(shop: Shop, cost: str | None) -> None:
    await buy(shop, bought(cost, "USD" if cost else None))

    assert await shop.open_cases() == []


async def test_a_charge_in_another_currency_stops_buying_there(shop: Shop) -> None:
    ana, ticket = await buy(shop, bought("0.40", "EUR"))

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.open_cases() == ["provider.paused", "purchase.cost"]
    assert (await facts_of(shop, "purchase.cost"))["charged"] == "0.400000 EUR"
    assert await paused(shop) == ["wrong_currency"]


async def test_only_an_admin_lets_a_wrong_currency_pass(shop: Shop) -> None:
    await buy(shop, bought("0.40", "EUR"))
    for _ in range(3):
        shop.clock.advance(3600)
        await shop.failover.resume_due()
    before = await paused(shop)

    close = partial(
        cases.resolve, kind="provider.paused", subject="active", resolution="done", now=shop.clock.now()
    )
    await shop.store.write(close)
    await shop.failover.resume_due()

    assert (before, await paused(shop)) == (["wrong_currency"], [])


async def test_a_wrong_currency_outlasts_what_had_stopped_the_provider_before(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    await shop.activations.buy(ana, await shop.offer(ana))
    shop.provider.answers = [bought("0.40", "EUR")]
    pause = partial(
        pauses.pause,
        provider="active",
        reason="no_balance",
        until=None,
        balance_needed=Decimal("0.50"),
        now=shop.clock.now(),
    )
    await shop.store.write(pause)
    [seen] = await shop.store.read(pauses.all_pauses)
    await shop.purchases.send_next()

    # Whoever had looked before goes on now: the purse is full again.
    await shop.store.write(partial(shop.failover._resume, paused=seen))

    assert await paused(shop) == ["wrong_currency"]


async def test_a_wrong_currency_is_seen_in_an_adopted_number_too(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.purchase = _lost(shop)  # type: ignore[method-assign]
    await stock(shop, "active", "0.50")
    shop.provider.currency = "RUB"

    ticket = await shop.buy(ana)
    for _ in range(6):
        shop.clock.advance(10)
        await shop.claims.run()

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE
    assert await shop.open_cases() == ["provider.paused", "purchase.cost"]


async def test_a_cost_with_many_places_is_kept_rounded_up(shop: Shop) -> None:
    ana, ticket = await buy(shop, bought("0.12345678", "USD"))

    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE
    query = select(ActiveNumber.cost)
    assert await shop.store.read(lambda connection: connection.scalar(query)) == Decimal("0.123457")


def _lost(shop: Shop):  # type: ignore[no-untyped-def]  # noqa: ANN202  stands in for a method
    async def purchase(order: Order) -> Unknown:
        shop.provider.rent(order)
        return Unknown("timeout")

    return purchase
