"""Answers that arrive after their purchase was settled without them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from uuid import UUID

from services.ports.provider import Bought, Order, Unknown
from services.views import NumberStatus, Ticket
from tests.shop.shop import Shop


@asynccontextmanager
async def _answering_later(shop: Shop) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    """Send the next purchase; upstream sells, and its answer stays on the way until it is called for."""
    honest, sold, on_the_way = shop.provider.purchase, asyncio.Event(), asyncio.Event()

    async def slow(order: Order) -> Bought:
        shop.provider.purchases.append(order)
        answer = shop.provider.rent(order)
        sold.set()
        await on_the_way.wait()
        return answer

    shop.provider.purchase = slow  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(shop.purchases.send_next())
        await sold.wait()
        shop.provider.purchase = honest  # type: ignore[method-assign]

        async def arrive() -> object:
            on_the_way.set()
            return await sending

        yield arrive


async def _ask(shop: Shop, telegram_id: int) -> tuple[UUID, Ticket]:
    somebody = await shop.ana("50.00", telegram_id=telegram_id, username=f"person{telegram_id}")
    return somebody, await shop.activations.buy(somebody, await shop.offer(somebody))


async def _lose_an_answer(shop: Shop, telegram_id: int) -> tuple[UUID, Ticket]:
    """A purchase of somebody else's of which nothing was bought and nothing was heard."""
    asked = await _ask(shop, telegram_id)
    shop.provider.answers = [Unknown("timeout")]
    await shop.purchases.send_next()
    return asked


async def _settle(shop: Shop, seconds: int = 300) -> None:
    for _ in range(seconds // 10):
        shop.clock.advance(10)
        await shop.purchases.mark_lost()
        await shop.claims.run()


async def test_a_number_another_purchase_has_adopted_is_not_given_twice(shop: Shop) -> None:
    ana, slow = await _ask(shop, 1)
    async with _answering_later(shop) as arrive:
        bob, lost = await _lose_an_answer(shop, 2)
        shop.clock.advance(20)
        await shop.claims.run()
        for _ in range(4):
            shop.clock.advance(10)
            await shop.claims.run()
        assert (await shop.card(bob, lost)).status is NumberStatus.ACTIVE

        await arrive()
    await _settle(shop)

    assert (await shop.card(bob, lost)).status is NumberStatus.ACTIVE
    assert (await shop.card(ana, slow)).status is NumberStatus.REJECTED
    assert await shop.balance(ana) == Decimal("50.00")
    assert await shop.breaches() == []


async def test_a_number_bought_for_money_that_went_back_is_ended_and_told(shop: Shop) -> None:
    ana, slow = await _ask(shop, 1)
    async with _answering_later(shop) as arrive:
        honest = shop.provider.active
        shop.provider.active = _nothing_listed  # type: ignore[method-assign]
        await _settle(shop)
        assert (await shop.card(ana, slow)).status is NumberStatus.REJECTED

        await arrive()
        shop.provider.active = honest  # type: ignore[method-assign]

    assert "upstream.orphan" in await shop.open_cases()
    await _settle(shop)
    assert shop.provider.numbers["1001"].returned
    assert await shop.open_cases() == []
    assert await shop.balance(ana) == Decimal("50.00")


async def _nothing_listed() -> tuple[()]:
    return ()
