import asyncio
import re
from decimal import Decimal
from uuid import UUID

import pytest

from db.store import Store
from services.bells import Bells
from services.checkout import NotEnoughCredits, OfferExpired, OfferNotFound, TooManyOpen
from services.failover import Failover
from services.ports.provider import Abilities, Bought, Order, Provider, Rejected, Rejection, Unknown
from services.purchases import Purchases
from services.views import NumberStatus, Ticket
from tests.fakes import FakeProvider
from tests.shop.shop import Shop
from tests.worlds import HandClock


async def test_a_purchase_is_charged_and_the_number_is_shown(shop: Shop) -> None:
    ana = await shop.ana("50.00")

    ticket = await shop.buy(ana, "3.25")

    card = await shop.card(ana, ticket)
    assert card.status is NumberStatus.ACTIVE
    assert card.phone == "5511900001001"
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.breaches() == []


async def test_the_card_quotes_what_upstream_may_cost(shop: Shop) -> None:
    ana = await shop.ana()

    await shop.buy(ana)

    assert shop.provider.purchases[0].cap == Decimal("0.50")
    assert shop.provider.purchases[0].service == "wa"
    assert shop.provider.purchases[0].country == "73"


async def test_one_card_buys_once_however_often_it_is_pressed(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    offer = await shop.offer(ana)

    tickets = await asyncio.gather(*(shop.activations.buy(ana, offer) for _ in range(10)))
    while await shop.purchases.send_next():
        pass

    assert len({ticket.number_id for ticket in tickets}) == 1
    assert sum(ticket.is_new for ticket in tickets) == 1
    assert len(shop.provider.purchases) == 1
    assert await shop.balance(ana) == Decimal("46.75")


async def test_two_cards_pressed_at_once_with_credit_for_one_buy_one(shop: Shop) -> None:
    ana = await shop.ana("3.25")
    await shop.rules.change("newcomer_open_numbers", "5")
    offers = [await shop.offer(ana) for _ in range(2)]

    answers = await asyncio.gather(
        *(shop.activations.buy(ana, offer) for offer in offers), return_exceptions=True
    )

    assert {type(answer) for answer in answers} == {NotEnoughCredits, Ticket}
    assert await shop.balance(ana) == Decimal("0.00")
    assert await shop.breaches() == []


async def test_no_numbers_left_gives_the_credits_back(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.stock = 0

    ticket = await shop.buy(ana)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert await shop.balance(ana) == Decimal("50.00")
    assert (await shop.said("number.ended"))[-1] == {"how": "rejected", "reason": "no_numbers"}
    assert await shop.breaches() == []


@pytest.mark.parametrize("reason", list(Rejection))
async def test_every_definite_no_gives_the_credits_back(shop: Shop, reason: Rejection) -> None:
    ana = await shop.ana("50.00")
    shop.provider.answers = [Rejected(reason, "WORD")]

    await shop.buy(ana)

    assert await shop.balance(ana) == Decimal("50.00")


async def test_an_unknown_outcome_holds_the_credits_and_opens_a_case(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.answers = [Unknown("timeout")]

    ticket = await shop.buy(ana)

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.open_cases() == ["purchase.unknown"]
    assert len(shop.provider.purchases) == 1
    assert await shop.breaches() == []


async def test_a_sender_that_died_leaves_an_unknown_purchase(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.activations.buy(ana, await shop.offer(ana))
    await shop.store.write(shop.purchases._claim)

    shop.clock.advance(31)
    await shop.purchases.mark_lost()

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN
    assert shop.provider.purchases == []
    assert not await shop.purchases.send_next()


async def test_a_purchase_in_flight_is_not_lost_yet(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    ticket = await shop.activations.buy(ana, await shop.offer(ana))
    await shop.store.write(shop.purchases._claim)

    shop.clock.advance(29)
    await shop.purchases.mark_lost()

    assert (await shop.card(ana, ticket)).status is NumberStatus.SENT


async def test_several_workers_send_each_purchase_once(shop: Shop) -> None:
    people = [await shop.ana(telegram_id=number, username=f"user{number}") for number in range(8)]
    for one in people:
        await shop.activations.buy(one, await shop.offer(one))

    await asyncio.gather(*(shop.purchases.send_next() for _ in range(16)))
    while await shop.purchases.send_next():
        pass

    assert len(shop.provider.purchases) == 8
    assert len({order.key for order in shop.provider.purchases}) == 8


async def test_no_account_is_asked_for_more_at_once_than_it_may_be(shop: Shop) -> None:
    gate, on_the_way = asyncio.Event(), 0
    most = 0
    honest = shop.provider.purchase

    async def slow(order: Order) -> Bought | Rejected | Unknown:
        nonlocal on_the_way, most
        on_the_way += 1
        most = max(most, on_the_way)
        await gate.wait()
        on_the_way -= 1
        return await honest(order)

    shop.provider.purchase = slow  # type: ignore[method-assign]
    for number in range(6):
        who = await shop.ana("50.00", telegram_id=number, username=f"user{number}")
        await shop.activations.buy(who, await shop.offer(who))

    senders = [asyncio.ensure_future(shop.purchases.send_next()) for _ in range(6)]  # noqa: TID251  ends here
    done, _ = await asyncio.wait(senders, timeout=2, return_when=asyncio.ALL_COMPLETED)
    waiting = len(done)
    gate.set()
    await asyncio.gather(*senders)
    while await shop.purchases.send_next():
        pass

    assert (most, waiting) == (4, 2)
    assert len(shop.provider.numbers) == 6


async def test_an_account_without_a_list_is_asked_for_one_at_a_time(store: Store) -> None:
    clock = HandClock()
    blind = FakeProvider(clock, abilities=Abilities(list_active=False, history=False))
    providers: dict[str, Provider] = {"active": blind, "backup": FakeProvider(clock)}
    failover = Failover(store, providers, {}, Bells(), clock)

    purchases = Purchases(store, providers, failover, Bells(), clock, at_once={"active": 9, "backup": 2})

    assert purchases.lines == 1 + 2


async def test_a_provider_is_told_a_hash_of_who_buys_and_always_the_same(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    bob = await shop.ana("50.00", telegram_id=2, username="bob")
    shop.provider.answers = [Rejected(Rejection.THROTTLED, "RATE_LIMIT")] * 3
    for who in (ana, ana, bob):
        await shop.buy(who)

    first, second, other = (order.buyer or "" for order in shop.provider.purchases)
    assert first == second != other
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert str(ana) not in first


async def test_a_number_of_another_country_is_ended_and_paid_back(shop: Shop) -> None:
    shop.provider.delivers_country = "6"
    ana = await shop.ana("50.00")

    ticket = await shop.buy(ana)
    during, told = (await shop.card(ana, ticket)).status, await shop.open_cases()
    await shop.closing.run_due()
    shop.clock.advance(121)
    await shop.closing.run_due()

    assert (during, told) == (NumberStatus.CANCELLING, ["purchase.country"])
    assert (await shop.card(ana, ticket)).status is NumberStatus.CANCELLED
    assert await shop.balance(ana) == Decimal("50.00")
    assert await shop.open_cases() == []
    assert (await shop.said("number.ended"))[-1] == {"how": "cancelled", "reason": "country"}


async def test_somebody_elses_card_buys_nothing(shop: Shop) -> None:
    ana = await shop.ana()
    bob = await shop.ana(telegram_id=2, username="bob")
    offer = await shop.offer(ana)

    with pytest.raises(OfferNotFound):
        await shop.activations.buy(bob, offer)

    assert await shop.balance(bob) == Decimal("50.00")


async def test_an_invented_card_buys_nothing(shop: Shop) -> None:
    ana = await shop.ana()

    with pytest.raises(OfferNotFound):
        await shop.activations.buy(ana, UUID(int=7))


async def test_an_old_card_buys_nothing(shop: Shop) -> None:
    ana = await shop.ana()
    offer = await shop.offer(ana, lasts_minutes=15)
    shop.clock.advance(15 * 60)

    with pytest.raises(OfferExpired):
        await shop.activations.buy(ana, offer)


async def test_a_newcomer_holds_one_open_number(shop: Shop) -> None:
    ana = await shop.ana()
    await shop.buy(ana)

    with pytest.raises(TooManyOpen):
        await shop.buy(ana)


async def test_after_the_first_code_three_numbers_may_be_open(shop: Shop) -> None:
    ana = await shop.ana()
    await shop.buy(ana)
    shop.provider.deliver("1001", "123456")
    await shop.sweep.run()

    for _ in range(3):
        await shop.buy(ana)

    with pytest.raises(TooManyOpen):
        await shop.buy(ana)


async def test_what_upstream_refused_does_not_count_against_the_pace(shop: Shop) -> None:
    ana = await shop.ana()
    shop.provider.answers = [Rejected(Rejection.THROTTLED, "RATE_LIMIT")] * 20

    for _ in range(20):
        await shop.buy(ana)

    assert (await shop.card(ana, await shop.buy(ana))).status is NumberStatus.ACTIVE
