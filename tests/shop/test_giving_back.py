import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.tables import OutboxFact
from services.activations import CancelTooEarly, NotCancellable, NumberNotFound
from services.ports.provider import EndAnswer, Ended
from services.views import NumberStatus
from tests.shop.shop import Shop
from tests.worlds import NOON


async def test_before_upstreams_floor_a_cancel_is_refused_with_the_wait(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.clock.advance(40)

    with pytest.raises(CancelTooEarly) as refused:
        await shop.activations.cancel(ana, ticket.number_id)

    assert refused.value.facts["seconds"] == 80
    assert (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE


async def test_a_cancel_pays_back_only_when_upstream_has_agreed(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(120)

    asked = await shop.activations.cancel(ana, ticket.number_id)
    before = await shop.balance(ana)
    await shop.closing.run_due()

    assert asked.status is NumberStatus.CANCELLING
    assert before == Decimal("46.75")
    assert await shop.balance(ana) == Decimal("50.00")
    assert (await shop.card(ana, ticket)).status is NumberStatus.CANCELLED
    assert (await shop.said("number.ended"))[-1] == {"how": "cancelled"}
    assert await shop.breaches() == []


async def test_five_cancels_at_once_pay_back_once(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(120)

    await asyncio.gather(*(shop.activations.cancel(ana, ticket.number_id) for _ in range(5)))
    await asyncio.gather(*(shop.closing.run_due() for _ in range(5)))

    assert await shop.balance(ana) == Decimal("50.00")
    assert len(await shop.said("number.ended")) == 1
    assert await shop.breaches() == []


async def test_somebody_elses_number_cannot_be_cancelled(shop: Shop) -> None:
    ana, bob = await shop.ana(), await shop.ana(telegram_id=2, username="bob")
    ticket = await shop.buy(ana)
    shop.clock.advance(120)

    with pytest.raises(NumberNotFound):
        await shop.activations.cancel(bob, ticket.number_id)


async def test_a_code_that_comes_while_cancelling_is_delivered_and_charged(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(120)
    await shop.activations.cancel(ana, ticket.number_id)
    shop.provider.deliver("1001", "482913")

    await shop.closing.run_due()

    card = await shop.card(ana, ticket)
    assert card.status is NumberStatus.ACTIVE
    assert [code.code for code in card.codes] == ["482913"]
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_a_sweep_and_a_cancel_at_once_give_code_or_money_never_both(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(120)
    await shop.activations.cancel(ana, ticket.number_id)
    shop.provider.deliver("1001", "482913")

    await asyncio.gather(shop.closing.run_due(), shop.sweep.run(), shop.closing.run_due())

    assert len((await shop.card(ana, ticket)).codes) == 1
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_a_number_with_a_code_cannot_be_cancelled(shop: Shop) -> None:
    ana = await shop.ana()
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    shop.clock.advance(120)

    with pytest.raises(NotCancellable):
        await shop.activations.cancel(ana, ticket.number_id)


async def test_no_code_in_time_gives_the_credits_back_by_itself(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)

    shop.clock.advance(1200)
    await shop.closing.expire_due()
    await shop.closing.run_due()

    assert (await shop.card(ana, ticket)).status is NumberStatus.EXPIRED
    assert await shop.balance(ana) == Decimal("50.00")
    assert (await shop.said("number.ended"))[-1] == {"how": "expired"}
    assert await shop.breaches() == []


async def test_the_last_look_before_an_expiry_finds_a_code(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.life_seconds = 1500
    shop.clock.advance(1200)
    shop.provider.deliver("1001", "482913")

    await shop.closing.expire_due()
    await shop.closing.run_due()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert await shop.balance(ana) == Decimal("46.75")


async def test_an_unclear_answer_pays_nothing_back_and_is_asked_again(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(120)
    await shop.activations.cancel(ana, ticket.number_id)
    honest = shop.provider.cancel

    async def unclear(upstream_id: str) -> EndAnswer:
        return EndAnswer(Ended.UNCLEAR)

    shop.provider.cancel = unclear  # type: ignore[method-assign]
    await shop.closing.run_due()
    between = await shop.balance(ana)
    shop.provider.cancel = honest  # type: ignore[method-assign]
    shop.clock.advance(10)
    await shop.closing.run_due()

    assert between == Decimal("46.75")
    assert await shop.balance(ana) == Decimal("50.00")
    assert (await shop.card(ana, ticket)).status is NumberStatus.CANCELLED


async def test_upstreams_own_floor_is_waited_for(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.floor_seconds = 300
    shop.clock.advance(120)
    await shop.activations.cancel(ana, ticket.number_id)

    await shop.closing.run_due()
    early = await shop.balance(ana)
    shop.clock.advance(181)
    await shop.closing.run_due()

    assert early == Decimal("46.75")
    assert await shop.balance(ana) == Decimal("50.00")


async def test_what_upstream_ends_by_itself_is_given_back(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.numbers["1001"].ended = True

    await shop.sweep.run()
    await shop.closing.run_due()

    assert (await shop.card(ana, ticket)).status is NumberStatus.EXPIRED
    assert await shop.balance(ana) == Decimal("50.00")


async def test_a_code_found_only_in_the_history_is_delivered(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    shop.provider.numbers["1001"].ended = True

    await shop.sweep.run()
    await shop.closing.run_due()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_a_code_after_the_money_went_back_is_kept_unshown_and_opens_a_case(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(120)
    await shop.activations.cancel(ana, ticket.number_id)
    await shop.closing.run_due()

    shop.provider.deliver("1001", "482913")
    await shop.sweep.keep(ticket.number_id, await shop.provider.texts("1001"))

    assert (await shop.card(ana, ticket)).codes == ()
    assert await shop.said("number.code") == []
    assert await shop.open_cases() == ["code.late"]
    assert await shop.balance(ana) == Decimal("50.00")
    assert await shop.breaches() == []


async def test_the_card_is_drawn_anew_when_a_cancel_opens(shop: Shop) -> None:
    ana = await shop.ana()

    await shop.buy(ana)

    due = select(OutboxFact.not_before).where(OutboxFact.kind == "number.card").order_by(OutboxFact.id)
    times = await shop.store.read(lambda connection: connection.scalars(due).all())
    assert [(each - NOON).total_seconds() for each in times] == [0, 120]
