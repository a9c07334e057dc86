"""A used number rented again: the price first, then the same steps as any purchase."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from db import buying
from db.tables import SmsMessage
from services.checkout import CannotRentAgain, NotEnoughCredits, RentalExpired
from services.errors import ProviderUnavailable
from services.ports.provider import Abilities, Bought, Order, Reactivation, Rejected, Rejection, Unknown
from services.views import NumberStatus, OfferCard, Ticket
from tests.shop.shop import Shop, open_shop, stock


async def used_number(shop: Shop, purse: str = "50.00") -> tuple[UUID, Ticket]:
    """Somebody who has received a code on a number, and said so."""
    shop.provider.abilities = Abilities(reactivate=True)
    ana = await shop.ana(purse)
    ticket = await shop.buy(ana)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    await shop.activations.finish(ana, ticket.number_id)
    await shop.closing.run_due()
    return ana, ticket


async def rent(shop: Shop, user_id: UUID, card: OfferCard) -> Ticket:
    ticket = await shop.activations.buy(user_id, card.id)
    while await shop.purchases.send_next():
        pass
    return ticket


async def test_the_price_is_upstreams_by_rate_and_markup_rounded_up(shop: Shop) -> None:
    ana, ticket = await used_number(shop)
    shop.provider.again_cost = Decimal("0.4321")

    card = await shop.reactivations.quote(ana, ticket.number_id)

    assert card.price == Decimal("2.81")  # 0.4321 × 5 × 1.30 = 2.80865
    assert (card.service.code, card.country.country_id) == ("wa", 73)
    offer = await shop.store.read(partial(buying.offer, offer_id=card.id))
    assert offer is not None
    assert (offer.reactivates_number_id, offer.cap) == (ticket.number_id, Decimal("0.4321"))
    assert await shop.balance(ana) == Decimal("46.75")


async def test_the_same_number_is_charged_once_more_and_brings_another_code(shop: Shop) -> None:
    ana, used = await used_number(shop)

    ticket = await rent(shop, ana, await shop.reactivations.quote(ana, used.number_id))
    shop.provider.deliver("1002", "222222")
    await shop.sweep.run()

    card = await shop.card(ana, ticket)
    assert (card.phone, [code.code for code in card.codes]) == ("5511900001001", ["222222"])
    assert shop.provider.calls.count("reactivate 1001") == 1
    assert len(shop.provider.purchases) == 1
    assert await shop.balance(ana) == Decimal("44.15")  # 3.25 and 2.60
    assert await shop.breaches() == []


async def test_paid_ones_and_free_repeats_are_counted_apart(shop: Shop) -> None:
    ana, used = await used_number(shop)
    ticket = await rent(shop, ana, await shop.reactivations.quote(ana, used.number_id))
    shop.provider.deliver("1002", "222222")
    await shop.sweep.run()

    await shop.activations.ask_again(ana, ticket.number_id)
    assert (await shop.card(ana, ticket)).is_asking_again
    shop.provider.deliver("1002", "333333")
    await shop.sweep.run()

    assert not (await shop.card(ana, ticket)).is_asking_again
    query = (
        select(SmsMessage.reactivation_count, SmsMessage.paid_reactivations)
        .where(SmsMessage.active_number_id == ticket.number_id)
        .order_by(SmsMessage.reactivation_count)
    )
    assert await shop.store.read(lambda connection: connection.execute(query).all()) == [(1, 1), (2, 1)]


async def test_pressing_ten_times_rents_once(shop: Shop) -> None:
    ana, used = await used_number(shop)
    card = await shop.reactivations.quote(ana, used.number_id)

    tickets = await asyncio.gather(*(shop.activations.buy(ana, card.id) for _ in range(10)))
    await asyncio.gather(*(shop.purchases.send_next() for _ in range(4)))

    assert len({ticket.number_id for ticket in tickets}) == 1
    assert shop.provider.calls.count("reactivate 1001") == 1
    assert await shop.balance(ana) == Decimal("44.15")


async def test_two_cards_for_one_number_at_once_rent_it_once(shop: Shop) -> None:
    ana, used = await used_number(shop)
    cards = [await shop.reactivations.quote(ana, used.number_id) for _ in range(2)]

    answers = await asyncio.gather(
        *(shop.activations.buy(ana, card.id) for card in cards), return_exceptions=True
    )

    assert {type(answer) for answer in answers} == {Ticket, CannotRentAgain}
    assert await shop.balance(ana) == Decimal("44.15")
    assert await shop.breaches() == []


async def test_a_price_that_rose_since_the_card_is_not_paid(shop: Shop) -> None:
    ana, used = await used_number(shop)
    card = await shop.reactivations.quote(ana, used.number_id)
    shop.provider.again_cost = Decimal("0.41")

    ticket = await rent(shop, ana, card)

    assert (await shop.card(ana, ticket)).rejection == Rejection.PRICE_ROSE
    assert "reactivate 1001" not in shop.provider.calls
    assert await shop.balance(ana) == Decimal("46.75")


async def test_a_no_is_final_and_hurts_no_other_offer(shop: Shop) -> None:
    ana, used = await used_number(shop)
    await stock(shop, "active", "0.50")
    await stock(shop, "backup", "0.10")
    card = await shop.reactivations.quote(ana, used.number_id)
    shop.provider.answers = [Rejected(Rejection.NO_NUMBERS, "SIM_OFFLINE")]

    ticket = await rent(shop, ana, card)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert shop.backup.purchases == []
    assert await shop.balance(ana) == Decimal("46.75")
    shop.provider.stock = 5
    assert (await shop.card(ana, await shop.buy(ana))).status is NumberStatus.ACTIVE


async def test_an_upstream_that_does_not_tell_the_price_is_asked_for_nothing(shop: Shop) -> None:
    ana, used = await used_number(shop)
    card = await shop.reactivations.quote(ana, used.number_id)

    async def silent(upstream_id: str) -> Reactivation:
        raise ProviderUnavailable(upstream_id)

    shop.provider.reactivation = silent  # type: ignore[method-assign]
    ticket = await rent(shop, ana, card)

    assert (await shop.card(ana, ticket)).rejection == Rejection.NOT_SENT
    assert "reactivate 1001" not in shop.provider.calls
    assert await shop.balance(ana) == Decimal("46.75")


@pytest.mark.parametrize("is_rented", [True, False])
async def test_an_unknown_outcome_is_settled_like_any_purchase(shop: Shop, *, is_rented: bool) -> None:
    ana, used = await used_number(shop)
    card = await shop.reactivations.quote(ana, used.number_id)
    hand_out = shop.provider.rent

    async def lost(upstream_id: str, order: Order) -> Unknown:
        if is_rented:
            hand_out(order, shop.provider.numbers[upstream_id].phone)
        return Unknown("timeout")

    shop.provider.reactivate = lost  # type: ignore[method-assign]
    ticket = await rent(shop, ana, card)
    held = await shop.balance(ana)
    for _ in range(12):
        shop.clock.advance(10)
        await shop.claims.run()

    status = NumberStatus.ACTIVE if is_rented else NumberStatus.REJECTED
    assert (await shop.card(ana, ticket)).status is status
    assert held == Decimal("44.15")
    assert await shop.balance(ana) == (held if is_rented else Decimal("46.75"))
    assert await shop.breaches() == []


async def test_another_number_is_never_taken_for_the_one_rented_again(shop: Shop) -> None:
    ana, used = await used_number(shop)
    card = await shop.reactivations.quote(ana, used.number_id)

    async def lost(_upstream_id: str, order: Order) -> Unknown:
        shop.provider.rent(replace(order), "5511999999999")
        return Unknown("timeout")

    shop.provider.reactivate = lost  # type: ignore[method-assign, assignment]
    ticket = await rent(shop, ana, card)
    for _ in range(12):
        shop.clock.advance(10)
        await shop.claims.run()

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED


async def test_a_number_upstream_names_twice_is_charged_for_once(shop: Shop) -> None:
    ana, used = await used_number(shop)
    shop.provider.answers = [Bought("1001", "5511900001001", Decimal("0.40"), "USD")]

    ticket = await rent(shop, ana, await shop.reactivations.quote(ana, used.number_id))

    assert (await shop.card(ana, ticket)).status is NumberStatus.UNKNOWN
    assert await shop.open_cases() == ["purchase.unknown"]
    assert await shop.breaches() == []


async def test_without_enough_credit_nothing_is_asked(shop: Shop) -> None:
    ana, used = await used_number(shop, "5.00")
    card = await shop.reactivations.quote(ana, used.number_id)

    with pytest.raises(NotEnoughCredits):
        await shop.activations.buy(ana, card.id)


async def test_an_old_card_is_refused_with_its_number(shop: Shop) -> None:
    ana, used = await used_number(shop)
    card = await shop.reactivations.quote(ana, used.number_id)
    shop.clock.advance(15 * 60)

    with pytest.raises(RentalExpired) as refused:
        await shop.activations.buy(ana, card.id)

    assert refused.value.facts == {"number_id": used.number_id}


async def test_only_ones_own_used_number_can_be_rented_again(shop: Shop) -> None:
    ana, used = await used_number(shop)
    bob = await shop.ana(telegram_id=2, username="bob")
    running = await shop.buy(ana)
    shop.provider.again_cost = None

    for who, number in ((bob, used), (ana, running), (ana, used)):
        with pytest.raises(CannotRentAgain):
            await shop.reactivations.quote(who, number.number_id)


async def test_it_is_offered_only_where_the_dialect_knows_it(shop: Shop) -> None:
    ana, used = await used_number(shop)
    assert (await shop.card(ana, used)).can_rent_again
    shop.provider.abilities = Abilities(reactivate=False)

    assert not (await shop.card(ana, used)).can_rent_again
    with pytest.raises(CannotRentAgain):
        await shop.reactivations.quote(ana, used.number_id)


async def test_on_a_shared_account_an_unknown_one_waits_for_an_admin(shop: Shop) -> None:
    shared = await open_shop(shop.store, is_exclusive=False)
    ana, used = await used_number(shared)
    card = await shared.reactivations.quote(ana, used.number_id)
    shared.provider.answers = [Unknown("timeout")]

    ticket = await rent(shared, ana, card)
    for _ in range(12):
        shared.clock.advance(10)
        await shared.claims.run()

    assert (await shared.card(ana, ticket)).status is NumberStatus.UNKNOWN
    assert await shared.open_cases() == ["purchase.unknown"]
