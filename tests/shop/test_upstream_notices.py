"""What a provider posts is a doorbell: it is looked after, and never believed."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from db import upstream_notices
from db.tables import UpstreamNotice
from services.errors import ForgedNotice, ProviderUnavailable
from services.ports.provider import Bought, Order, Rejected, Status, Unknown
from services.views import NumberStatus
from tests.shop.shop import Shop


async def rings(shop: Shop, *, handled: bool) -> int:
    is_handled = UpstreamNotice.handled_at.is_not(None) == handled
    query = select(func.count()).select_from(UpstreamNotice).where(is_handled)
    return await shop.store.read(lambda connection: connection.scalar(query) or 0)


async def test_a_ring_brings_the_code_before_the_next_sweep(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")

    assert await shop.upstream_notices.hear("active", b"1001 a")
    await shop.upstream_notices.handle_due()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert len(await shop.said("number.code")) == 1
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_a_ring_that_comes_again_is_heard_once(shop: Shop) -> None:
    await shop.buy(await shop.ana())

    heard = [await shop.upstream_notices.hear("active", b"1001 a") for _ in range(8)]
    await shop.upstream_notices.handle_due()
    await shop.upstream_notices.handle_due()

    assert heard == [True] + [False] * 7
    assert shop.provider.calls == ["status 1001"]


async def test_forged_rings_cause_one_look_and_neither_a_code_nor_a_charge(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)

    for number in range(50):
        await shop.upstream_notices.hear("active", f"1001 {number}".encode())
    await shop.upstream_notices.handle_due()
    await shop.upstream_notices.handle_due()

    assert shop.provider.calls == ["status 1001"]
    assert (await shop.card(ana, ticket)).codes == ()
    assert await shop.said("number.code") == []
    assert await shop.breaches() == []


async def test_a_ring_for_a_strangers_number_asks_nobody_anything(shop: Shop) -> None:
    await shop.buy(await shop.ana())

    await shop.upstream_notices.hear("active", b"9999 a")
    await shop.upstream_notices.handle_due()

    assert shop.provider.calls == []
    assert await rings(shop, handled=False) == 1


async def test_what_names_no_number_is_refused_and_not_kept(shop: Shop) -> None:
    with pytest.raises(ForgedNotice):
        await shop.upstream_notices.hear("active", b"nonsense")

    assert await rings(shop, handled=False) == 0


async def test_a_ring_before_the_purchases_reply_is_heeded_when_the_number_is_known(shop: Shop) -> None:
    ana = await shop.ana()
    offer = await shop.offer(ana)
    sell = shop.provider.purchase

    async def ring_first(order: Order) -> Bought | Rejected | Unknown:
        answer = await sell(order)
        shop.provider.deliver("1001", "482913")
        await shop.upstream_notices.hear("active", b"1001 a")
        for _ in range(5):  # nothing known of it yet: put off longer and longer
            await shop.upstream_notices.handle_due()
            shop.clock.advance(1)
        return answer

    shop.provider.purchase = ring_first  # type: ignore[method-assign]
    ticket = await shop.activations.buy(ana, offer)
    await shop.purchases.send_next()
    await shop.upstream_notices.handle_due()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert await rings(shop, handled=True) == 1


async def test_a_provider_that_is_down_is_asked_again_later(shop: Shop) -> None:
    await shop.buy(await shop.ana())
    shop.provider.deliver("1001", "482913")
    look, is_down = shop.provider.status, True

    async def status(upstream_id: str) -> Status:
        if is_down:
            raise ProviderUnavailable("silent")
        return await look(upstream_id)

    shop.provider.status = status  # type: ignore[method-assign]
    await shop.upstream_notices.hear("active", b"1001 a")
    await shop.upstream_notices.handle_due()
    is_down = False
    shop.clock.advance(2)
    await shop.upstream_notices.handle_due()

    assert len(await shop.said("number.code")) == 1


async def test_a_sweep_and_rings_at_once_say_a_code_once(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    for number in range(4):
        await shop.upstream_notices.hear("active", f"1001 {number}".encode())

    await asyncio.gather(
        shop.sweep.run(),
        *(shop.upstream_notices.handle_due() for _ in range(4)),
        *(shop.upstream_notices.hear("active", b"1001 5") for _ in range(4)),
    )

    assert len((await shop.card(ana, ticket)).codes) == 1
    assert len(await shop.said("number.code")) == 1
    assert await shop.breaches() == []


async def test_a_ring_after_the_money_went_back_shows_nothing(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.clock.advance(130)
    await shop.activations.cancel(ana, ticket.number_id)
    await shop.closing.run_due()

    await shop.upstream_notices.hear("active", b"1001 a")
    await shop.upstream_notices.handle_due()

    card = await shop.card(ana, ticket)
    assert (card.status, card.codes) == (NumberStatus.CANCELLED, ())
    assert await shop.balance(ana) == Decimal("50.00")


async def test_rings_are_forgotten_after_two_days(shop: Shop) -> None:
    await shop.upstream_notices.hear("active", b"9999 a")
    shop.clock.advance(2 * 24 * 3600)
    await shop.upstream_notices.hear("active", b"9999 b")

    before = shop.clock.now() - timedelta(days=1)
    await shop.store.write(lambda connection: upstream_notices.prune(connection, before))

    assert await rings(shop, handled=False) == 1
