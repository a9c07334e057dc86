"""Two processes over one PostgreSQL reach for the same work; beside each the same without its guard."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from db import closing, inbox, outbox, topups, upstream_notices
from db.inbox import Arrived
from db.states import TopupState
from tests.races import naive
from tests.races.gate import Gate
from tests.shop.shop import Shop
from tests.worlds import NOON

Two = tuple[Shop, Shop]
Claim = Callable[[Connection], Any]
LATER = NOON + timedelta(hours=2)
WHILE = LATER + timedelta(seconds=60)


async def _claim_at_once(shops: Two, gate: Gate, claim: Claim, *, at: str = r"UPDATE|INSERT") -> int:
    """How many were claimed by both together."""
    gate.arm(2, at=at, in_turn=at != "COMMIT")
    claimed = await asyncio.gather(*(shop.store.write(claim) for shop in shops))
    return sum(len(each) for each in claimed)


async def outbox_rows_claimed_by_two(shops: Two, gate: Gate) -> int:
    for number in range(1, 6):
        person = await shops[0].ana("5.00", telegram_id=number, username=f"p{number}")
        put = partial(outbox.put, user_id=person, kind="number.code", subject="1", now=NOON)
        await shops[0].store.write(put)
    claim = partial(outbox.claim, now=LATER, until=WHILE, limit=20)
    return await _claim_at_once(shops, gate, claim, at="COMMIT")


async def test_a_fact_is_said_by_one_process(two_shops: Two, gate: Gate) -> None:
    assert await outbox_rows_claimed_by_two(two_shops, gate) == 5


async def test_without_locks_facts_are_said_by_both(two_careless_shops: Two, gate: Gate) -> None:
    assert await outbox_rows_claimed_by_two(two_careless_shops, gate) == 10


async def updates_claimed_by_two(shops: Two, gate: Gate) -> int:
    arrived = [Arrived(number, number, "{}") for number in range(1, 6)]
    await shops[0].store.write(partial(inbox.store, arrived=arrived, now=NOON))
    claim = partial(inbox.claim, now=LATER, until=WHILE, limit=20)
    return await _claim_at_once(shops, gate, claim, at="COMMIT")


async def test_an_update_is_handled_by_one_process(two_shops: Two, gate: Gate) -> None:
    assert await updates_claimed_by_two(two_shops, gate) == 5


async def test_without_locks_updates_are_handled_by_both(two_careless_shops: Two, gate: Gate) -> None:
    assert await updates_claimed_by_two(two_careless_shops, gate) == 10


async def numbers_closed_by_two(shops: Two, gate: Gate) -> int:
    ana = await shops[0].ana("50.00")
    tickets = [await shops[0].buy(ana) for _ in range(3)]
    shops[0].clock.advance(130)
    for ticket in tickets:
        await shops[0].activations.cancel(ana, ticket.number_id)
    return await _claim_at_once(
        shops, gate, partial(closing.claim_due, provider="active", now=LATER, limit=20)
    )


async def test_a_number_is_closed_by_one_process(two_shops: Two, gate: Gate) -> None:
    assert await numbers_closed_by_two(two_shops, gate) == 3


async def test_without_locks_numbers_are_closed_by_both(two_careless_shops: Two, gate: Gate) -> None:
    assert await numbers_closed_by_two(two_careless_shops, gate) == 6


async def bills_made_by_two(shops: Two, gate: Gate) -> int:
    ana = await shops[0].ana("0.00")
    await shops[0].topups.ask(ana, "stripe", Decimal("20.00"))
    claim = partial(topups.claim_due, state=TopupState.DRAFT, now=LATER, limit=20)
    return await _claim_at_once(shops, gate, claim)


async def test_a_bill_is_made_by_one_process(two_shops: Two, gate: Gate) -> None:
    assert await bills_made_by_two(two_shops, gate) == 1


async def test_without_locks_a_bill_is_made_by_both(two_careless_shops: Two, gate: Gate) -> None:
    assert await bills_made_by_two(two_careless_shops, gate) == 2


async def rings_answered_by_two(shops: Two, gate: Gate) -> int:
    await shops[0].upstream_notices.hear("active", b"1001 first")
    claim = partial(upstream_notices.claim, provider="active", now=LATER, limit=20)
    return await _claim_at_once(shops, gate, claim)


async def test_a_ring_is_answered_by_one_process(two_shops: Two, gate: Gate) -> None:
    assert await rings_answered_by_two(two_shops, gate) == 1


async def test_without_locks_a_ring_is_answered_by_both(two_careless_shops: Two, gate: Gate) -> None:
    assert await rings_answered_by_two(two_careless_shops, gate) == 2


async def a_purchase_sent_by_two(shops: Two, gate: Gate) -> int:
    ana = await shops[0].ana("50.00")
    await shops[0].activations.buy(ana, await shops[0].offer(ana))
    gate.arm(2, at="UPDATE active_numbers SET status")
    await asyncio.gather(*(shop.purchases.send_next() for shop in shops))
    return len(shops[0].provider.purchases)


async def test_a_purchase_is_sent_by_one_process(two_shops: Two, gate: Gate) -> None:
    assert await a_purchase_sent_by_two(two_shops, gate) == 1


async def test_who_looks_and_then_marks_sends_it_twice(
    two_careless_shops: Two, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.sending.mark_sent", naive.mark_sent)
    monkeypatch.setattr("db.sending.one_at_a_time", lambda *_: None)

    assert await a_purchase_sent_by_two(two_careless_shops, gate) == 2


async def test_two_processes_sell_fifty_purchases_once_each(two_shops: Two) -> None:
    one, other = two_shops
    ana = await one.ana("200.00")
    for _ in range(50):
        await one.activations.buy(ana, await one.offer(ana))

    await asyncio.gather(*(_send_all(shop) for shop in (one, other, one, other)))

    assert len(one.provider.purchases) == len({order.key for order in one.provider.purchases}) == 50
    assert await one.breaches() == []


async def _send_all(shop: Shop) -> None:
    while await shop.purchases.send_next():
        pass
