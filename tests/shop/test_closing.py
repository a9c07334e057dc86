"""A number is closed once, at last, and nobody is called for one that has ended."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from db.states import NumberStatus
from db.store import Store
from db.tables import ActiveNumber, Case
from services.errors import ProviderRefused, ProviderUnavailable
from services.ports.provider import EndAnswer, Ended, Past, Received, Standing, Status
from services.providers.handler_api import DialectName
from services.views import Ticket
from tests.outcomes.shop import wired
from tests.shop.shop import Shop


async def is_closed(shop: Shop, ticket: Ticket) -> bool:
    closed_at = select(ActiveNumber.closed_upstream_at).where(ActiveNumber.id == ticket.number_id)
    return await shop.store.read(lambda connection: connection.scalar(closed_at)) is not None


async def done_with(shop: Shop, ended: Ended = Ended.UNCLEAR) -> tuple[UUID, Ticket]:
    """Somebody is done with a number whose code came; upstream says this to its end."""
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    await shop.activations.finish(ana, ticket.number_id)

    async def finish(upstream_id: str) -> EndAnswer:
        shop.provider.calls.append(f"finish {upstream_id}")
        return EndAnswer(ended)

    shop.provider.finish = finish  # type: ignore[method-assign]
    return ana, ticket


async def close_for(shop: Shop, seconds: int, every: int = 5) -> None:
    for _ in range(seconds // every):
        shop.clock.advance(every)
        await shop.closing.run_due()


async def test_a_number_that_is_never_said_to_be_done_is_closed_after_its_life(shop: Shop) -> None:
    _, ticket = await done_with(shop)

    await close_for(shop, 1195)
    before = await is_closed(shop, ticket), await shop.open_cases()
    await close_for(shop, 305)
    asked = shop.provider.calls.count("finish 1001")
    await close_for(shop, 3600, every=60)

    assert before == (False, ["closing.stuck"])
    assert await is_closed(shop, ticket)
    assert await shop.open_cases() == []
    assert shop.provider.calls.count("finish 1001") == asked


async def test_a_number_that_is_said_to_have_ended_is_closed_though_its_end_is_refused(shop: Shop) -> None:
    _, ticket = await done_with(shop)
    shop.provider.numbers["1001"].ended = True

    await shop.closing.run_due()

    assert await is_closed(shop, ticket)


async def test_a_number_is_not_closed_while_its_texts_are_refused(shop: Shop) -> None:
    ana, ticket = await done_with(shop)
    shop.provider.deliver("1001", "775511")
    honest = shop.provider.texts

    async def throttled(upstream_id: str) -> tuple[Received, ...]:
        raise ProviderRefused("TOO_MANY_REQUESTS")

    shop.provider.texts = throttled  # type: ignore[method-assign]
    shop.clock.advance(1201)
    await shop.closing.run_due()
    before = await is_closed(shop, ticket)
    shop.provider.texts = honest  # type: ignore[method-assign]
    await close_for(shop, 10)

    assert not before
    assert await is_closed(shop, ticket)
    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913", "775511"]


async def test_the_look_that_ends_a_number_calls_nobody(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(130)
    await shop.activations.cancel(ana, ticket.number_id)
    honest = shop.provider.status

    async def down(upstream_id: str) -> Status:
        raise ProviderUnavailable("down")

    shop.provider.status = down  # type: ignore[method-assign]
    await close_for(shop, 200)
    shop.provider.status = honest  # type: ignore[method-assign]
    await close_for(shop, 600)

    assert (await shop.card(ana, ticket)).status is NumberStatus.CANCELLED
    assert await shop.open_cases() == []


async def test_a_number_that_has_ended_is_not_among_those_to_be_ended(shop: Shop) -> None:
    await done_with(shop, Ended.DONE)
    bob = await shop.ana(telegram_id=2, username="bob")
    given_back = await shop.buy(bob)
    shop.clock.advance(130)
    await shop.activations.cancel(bob, given_back.number_id)
    due = select(ActiveNumber.next_check_at)
    before = await shop.store.read(lambda connection: connection.scalars(due).all())

    await shop.closing.run_due()

    assert None not in before
    assert await shop.store.read(lambda connection: connection.scalars(due).all()) == [None, None]


async def waiting_to_end(shop: Shop) -> tuple[UUID, Ticket]:
    """The time of somebody's number is over, and no code has come."""
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(1200)
    await shop.closing.expire_due()
    return ana, ticket


async def unreadable(since: datetime, until: datetime) -> tuple[Past, ...]:
    raise ProviderUnavailable("a number in the history has no id")


async def test_a_history_that_cannot_be_read_holds_no_money_for_ever(shop: Shop) -> None:
    ana, ticket = await waiting_to_end(shop)
    shop.provider.history = unreadable  # type: ignore[method-assign]

    await close_for(shop, 595)
    before = await shop.balance(ana), await shop.open_cases()
    await close_for(shop, 305)

    assert before == (Decimal("46.75"), ["closing.stuck"])
    assert await shop.balance(ana) == Decimal("50.00")
    assert (await shop.card(ana, ticket)).status is NumberStatus.EXPIRED
    assert await shop.open_cases() == []
    assert await shop.breaches() == []


async def test_one_failure_long_after_its_life_pays_nothing_back(shop: Shop) -> None:
    ana, ticket = await waiting_to_end(shop)
    shop.provider.deliver("1001", "482913")
    shop.provider.numbers["1001"].ended = True
    honest = shop.provider.history, shop.provider.texts
    shop.clock.advance(3600)  # the shop was down

    async def throttled(upstream_id: str) -> tuple[Received, ...]:
        raise ProviderRefused("TOO_MANY_REQUESTS")

    shop.provider.history, shop.provider.texts = unreadable, throttled  # type: ignore[method-assign]
    await shop.closing.run_due()
    before = await shop.balance(ana)
    shop.provider.history, shop.provider.texts = honest  # type: ignore[method-assign]
    await close_for(shop, 10)

    assert before == Decimal("46.75")
    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]


async def test_a_code_beside_a_history_that_cannot_be_read_is_delivered(shop: Shop) -> None:
    ana, ticket = await waiting_to_end(shop)
    shop.provider.deliver("1001", "482913")
    shop.provider.numbers["1001"].ended = True
    shop.provider.history = unreadable  # type: ignore[method-assign]

    await close_for(shop, 900)

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def told(shop: Shop) -> tuple[list[str], list[str | None]]:
    """The cases that are open, and how the others were resolved."""
    query = select(Case.resolution).where(Case.resolved_at.is_not(None))
    resolved = await shop.store.read(lambda connection: connection.scalars(query).all())
    return await shop.open_cases(), list(resolved)


async def test_a_provider_that_is_not_set_up_any_more_holds_no_money_for_ever(shop: Shop) -> None:
    ana, ticket = await waiting_to_end(shop)
    del shop.closing._providers["active"]  # type: ignore[attr-defined]  # as after a start with other settings

    await close_for(shop, 595)
    before = await shop.balance(ana), await told(shop)
    await close_for(shop, 305)

    assert before == (Decimal("46.75"), (["closing.stuck"], []))
    assert await shop.balance(ana) == Decimal("50.00")
    assert (await shop.card(ana, ticket)).status is NumberStatus.EXPIRED
    assert await told(shop) == ([], ["given back after its time: its provider is not set up any more"])
    assert await shop.breaches() == []


async def test_a_number_with_a_code_at_a_provider_that_is_gone_is_closed(shop: Shop) -> None:
    _, ticket = await done_with(shop)
    del shop.closing._providers["active"]  # type: ignore[attr-defined]  # as after a start with other settings

    await close_for(shop, 5)

    assert await is_closed(shop, ticket)
    assert await told(shop) == ([], [])


async def test_a_code_that_is_said_to_be_there_is_looked_for_until_it_is_told(shop: Shop) -> None:
    ana, ticket = await waiting_to_end(shop)

    async def status(upstream_id: str) -> Status:
        return Status(Standing.RECEIVED)

    shop.provider.status = status  # type: ignore[method-assign]
    await close_for(shop, 1200)
    before = await shop.balance(ana), await shop.open_cases()
    shop.provider.deliver("1001", "482913")
    await close_for(shop, 305)

    assert before == (Decimal("46.75"), ["closing.stuck"])
    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert await shop.open_cases() == []
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


@pytest.mark.parametrize("dialect", ["classic", "smsbower", "smshub"])
async def test_each_sale_is_closed_in_the_words_of_each_dialect(
    sqlite_store: Store, dialect: DialectName
) -> None:
    async with wired(sqlite_store, dialect) as shop:
        ticket = await shop.buy()
        shop.sms_to((await shop.card(ticket)).phone)
        await shop.work(5)
        for _ in range(20):
            await shop.work(100)

        assert (await shop.card(ticket)).status is NumberStatus.FINISHED
        assert await is_closed(shop.shop, ticket)
        assert await shop.shop.open_cases() == []
