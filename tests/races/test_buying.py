"""Taps that arrive at once. Beside each race its control: the same one with its guard switched off."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from db.tables import ActiveNumber
from services.errors import ShopError
from tests.races import naive
from tests.races.gate import Gate
from tests.shop.shop import Shop


@dataclass(frozen=True)
class Outcome:
    sold: int
    balance: Decimal
    refused: int
    is_right: bool  # the books are


ONE_WAS_SOLD = Outcome(sold=1, balance=Decimal("0.00"), refused=1, is_right=True)


async def _tap(shop: Shop, gate: Gate, customer: UUID, cards: list[UUID]) -> Outcome:
    gate.arm(len(cards))
    taps = (shop.activations.buy(customer, card) for card in cards)
    told = await asyncio.gather(*taps, return_exceptions=True)
    refused = [each for each in told if isinstance(each, ShopError)]
    assert len(refused) == sum(isinstance(each, BaseException) for each in told), told
    sold = await shop.store.read(_count)
    return Outcome(sold, await shop.balance(customer), len(refused), not await shop.breaches())


def _count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(ActiveNumber)).scalar_one()


async def two_taps_with_credit_for_one(shop: Shop, gate: Gate) -> Outcome:
    ana = await shop.ana("3.25")
    return await _tap(shop, gate, ana, [await shop.offer(ana), await shop.offer(ana)])


async def test_of_two_taps_with_credit_for_one_one_buys(shop: Shop, gate: Gate) -> None:
    assert await two_taps_with_credit_for_one(shop, gate) == ONE_WAS_SOLD


async def test_who_looks_and_then_writes_sells_both(
    careless_shop: Shop, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.ledger.hold", naive.hold)

    outcome = await two_taps_with_credit_for_one(careless_shop, gate)

    assert outcome == Outcome(sold=2, balance=Decimal("0.00"), refused=0, is_right=False)


async def test_of_twenty_taps_with_credit_for_one_one_buys(shop: Shop, gate: Gate) -> None:
    ana = await shop.ana("3.25")
    cards = [await shop.offer(ana) for _ in range(20)]

    outcome = await _tap(shop, gate, ana, cards)

    assert outcome == Outcome(sold=1, balance=Decimal("0.00"), refused=19, is_right=True)


async def the_same_card_pressed_by_four(shop: Shop, gate: Gate) -> Outcome:
    ana = await shop.ana("50.00")
    return await _tap(shop, gate, ana, [await shop.offer(ana)] * 4)


async def test_a_card_pressed_four_times_at_once_buys_once(shop: Shop, gate: Gate) -> None:
    outcome = await the_same_card_pressed_by_four(shop, gate)

    assert outcome == Outcome(sold=1, balance=Decimal("46.75"), refused=0, is_right=True)


async def test_a_card_that_nothing_makes_unique_buys_each_time(careless_shop: Shop, gate: Gate) -> None:
    outcome = await the_same_card_pressed_by_four(careless_shop, gate)

    assert (outcome.sold, outcome.balance) == (4, Decimal("37.00"))


async def test_twenty_people_who_press_at_once_get_a_number_each(shop: Shop, gate: Gate) -> None:
    people = [await shop.ana("3.25", telegram_id=each, username=f"p{each}") for each in range(1, 21)]
    cards = [await shop.offer(person) for person in people]
    gate.arm(20)

    await asyncio.gather(*(shop.activations.buy(*each) for each in zip(people, cards, strict=True)))

    assert await shop.store.read(_count) == 20
    assert [await shop.balance(person) for person in people] == [Decimal("0.00")] * 20


async def test_a_stranger_who_presses_somebodys_card_at_the_same_moment_gets_nothing(
    shop: Shop, gate: Gate
) -> None:
    ana, bob = await shop.ana("3.25"), await shop.ana("3.25", telegram_id=2, username="bob")
    card = await shop.offer(ana)
    gate.arm(2)

    hers, his = await asyncio.gather(
        shop.activations.buy(ana, card), shop.activations.buy(bob, card), return_exceptions=True
    )

    assert not isinstance(hers, BaseException)
    assert isinstance(his, ShopError)
    assert (await shop.balance(ana), await shop.balance(bob)) == (Decimal("0.00"), Decimal("3.25"))
