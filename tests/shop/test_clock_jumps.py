"""Somebody sets the shop's time of day an hour or a day ahead, or back; upstream's is always right."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db import inbox, outbox
from db.inbox import Arrived
from db.store import Store
from db.tables import OutboxFact
from services.bells import Bells
from services.ports.gateway import Payment, PaymentState
from services.ports.provider import Order, Unknown
from services.set_back import SetBack
from services.views import NumberStatus, Ticket
from tests.shop.shop import Shop, open_shop
from tests.worlds import HandClock

HOUR, DAY = 3600, 86_400
PURSE, PRICE = Decimal("50.00"), Decimal("3.25")

any_jump = pytest.mark.parametrize("seconds", [HOUR, -HOUR, DAY, -DAY])
back = pytest.mark.parametrize("seconds", [-HOUR, -DAY])


@dataclass
class Times:
    shop: Shop
    true: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.shop.provider.clock = self.true

    def go_by(self, seconds: float) -> None:
        self.shop.clock.advance(seconds)
        self.true.advance(seconds)

    async def set(self, seconds: float) -> None:
        """As the process does when its two clocks disagree."""
        self.shop.clock.jump(seconds)
        if seconds < 0:
            await self.set_back.heed(-seconds)

    @property
    def set_back(self) -> SetBack:
        return SetBack(self.shop.store, Bells(), self.shop.clock)

    async def work(self, minutes: int, every_seconds: int = 30) -> None:
        """All that goes on by itself, again and again."""
        for _ in range(minutes * 60 // every_seconds):
            self.go_by(every_seconds)
            await self.shop.purchases.mark_lost()
            await self.shop.claims.run()
            await self.shop.sweep.run()
            await self.shop.closing.expire_due()
            await self.shop.closing.run_due()
            await self.shop.topup_jobs.poll_due()


@pytest.fixture
async def shop(sqlite_store: Store) -> Shop:
    return await open_shop(sqlite_store)


@pytest.fixture
def times(shop: Shop) -> Times:
    return Times(shop)


async def _rent(shop: Shop) -> tuple[UUID, Ticket]:
    ana = await shop.ana(str(PURSE))
    return ana, await shop.buy(ana)


@any_jump
async def test_a_purchase_whose_answer_was_lost_finds_its_number(
    shop: Shop, times: Times, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    async def sell_in_silence(order: Order) -> Unknown:
        shop.provider.rent(order)
        return Unknown("no answer in time")

    monkeypatch.setattr(shop.provider, "purchase", sell_in_silence)
    ana, ticket = await _rent(shop)

    await times.set(seconds)
    await times.work(minutes=4)

    if (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE:
        assert await shop.balance(ana) == PURSE - PRICE
    else:  # an hour ahead its life seems to be over: it was found, and ended upstream
        assert shop.provider.numbers["1001"].returned
        assert await shop.balance(ana) == PURSE


@any_jump
async def test_a_purchase_whose_sender_died_does_not_wait_for_the_old_time(
    shop: Shop, times: Times, seconds: int
) -> None:
    ana = await shop.ana(str(PURSE))
    ticket = await shop.activations.buy(ana, await shop.offer(ana))
    await shop.store.write(shop.purchases._claim)

    await times.set(seconds)
    await times.work(minutes=4)

    assert (await shop.card(ana, ticket)).status is NumberStatus.REJECTED
    assert await shop.balance(ana) == PURSE


@any_jump
async def test_a_code_that_comes_after_it_is_delivered_and_charged_once(
    shop: Shop, times: Times, seconds: int
) -> None:
    ana, _ = await _rent(shop)

    await times.set(seconds)
    shop.provider.deliver("1001", "123456")
    await times.work(minutes=1)

    assert len(await shop.said("number.code")) == 1
    assert await shop.balance(ana) == PURSE - PRICE
    assert await shop.breaches() == []


@any_jump
async def test_nothing_is_paid_back_before_upstream_has_ended_the_number(
    shop: Shop, times: Times, seconds: int
) -> None:
    ana, _ = await _rent(shop)

    await times.set(seconds)
    for _ in range(8):
        await times.work(minutes=3, every_seconds=60)
        is_back = await shop.balance(ana) == PURSE
        assert not is_back or not await shop.provider.active()
    # With a clock that is behind, history is asked for the wrong hours: it is waited out.
    times.go_by(abs(seconds))
    await times.work(minutes=15, every_seconds=300)

    assert await shop.balance(ana) == PURSE
    assert await shop.breaches() == []


@any_jump
async def test_the_floor_before_a_cancel_is_upstreams_two_minutes(
    shop: Shop, times: Times, seconds: int
) -> None:
    ana, ticket = await _rent(shop)
    times.go_by(30)

    await times.set(seconds)
    times.go_by(80)
    await shop.closing.run_due()
    assert await shop.balance(ana) == PURSE - PRICE

    times.go_by(50)
    if (await shop.card(ana, ticket)).status is NumberStatus.ACTIVE:
        await shop.activations.cancel(ana, ticket.number_id)
    await times.work(minutes=1)
    assert await shop.balance(ana) == PURSE
    assert shop.provider.numbers["1001"].returned


@any_jump
async def test_a_payment_made_after_it_is_found_by_looking(shop: Shop, times: Times, seconds: int) -> None:
    ana = await shop.ana("0.00")
    bill = await shop.topups.ask(ana, "stripe", Decimal("20.00"))
    await shop.topup_jobs.open_drafts()

    await times.set(seconds)
    paid = Payment("pi_1", PaymentState.PAID, Decimal("20.00"), "BRL", str(bill.id), is_live=False)
    shop.gateway.payments[f"cs_{bill.id.hex}"] = [paid]
    await times.work(minutes=5)

    assert await shop.balance(ana) == Decimal("20.00")
    assert await shop.breaches() == []


@any_jump
async def test_what_must_be_said_is_said_within_the_minute(shop: Shop, times: Times, seconds: int) -> None:
    ana = await shop.ana("0.00")
    put = partial(outbox.put, user_id=ana, kind="number.code", subject="1", now=shop.clock.now())
    await shop.store.write(put)

    await times.set(seconds)

    assert len(await _claim_facts(shop)) == 1


@any_jump
async def test_a_sender_that_died_holds_nobody_up_for_longer_than_its_lease(
    shop: Shop, times: Times, seconds: int
) -> None:
    ana = await shop.ana("0.00")
    put = partial(outbox.put, user_id=ana, kind="number.code", subject="1", now=shop.clock.now())
    await shop.store.write(put)
    assert len(await _claim_facts(shop)) == 1

    await times.set(seconds)
    times.go_by(60)

    assert len(await _claim_facts(shop)) == 1


async def _claim_facts(shop: Shop) -> list[outbox.DueFact]:
    now = shop.clock.now()
    claim = partial(outbox.claim, now=now, until=now + timedelta(seconds=60), limit=10)
    return await shop.store.write(claim)


@any_jump
async def test_an_update_whose_handler_died_is_handled_within_its_lease(
    shop: Shop, times: Times, seconds: int
) -> None:
    await shop.store.write(
        partial(inbox.store, arrived=[Arrived(1, 1, "{}"), Arrived(2, 1, "{}")], now=shop.clock.now())
    )
    assert [each.update_id for each in await _claim_updates(shop)] == [1]

    await times.set(seconds)
    times.go_by(60)

    assert [each.update_id for each in await _claim_updates(shop)] == [1]


async def _claim_updates(shop: Shop) -> list[inbox.Claimed]:
    now = shop.clock.now()
    return await shop.store.write(partial(inbox.claim, now=now, until=now + timedelta(seconds=60), limit=10))


@back
async def test_either_database_is_pulled_in(store: Store, seconds: int) -> None:
    times = Times(await open_shop(store))
    ana, ticket = await _rent(times.shop)
    put = partial(outbox.put, user_id=ana, kind="number.code", subject="1", now=times.shop.clock.now())
    await store.write(put)

    await times.set(seconds)

    assert {fact.kind for fact in await _claim_facts(times.shop)} <= {"number.code", "number.card"}
    opens_at = (await times.shop.card(ana, ticket)).cancel_opens_at
    assert opens_at == times.shop.clock.now() + timedelta(seconds=120)


@back
async def test_a_shop_that_was_shut_when_it_was_set_back_notices_at_its_start(
    shop: Shop, times: Times, seconds: int
) -> None:
    ana = await shop.ana("0.00")
    put = partial(outbox.put, user_id=ana, kind="number.code", subject="1", now=shop.clock.now())
    await shop.store.write(put)

    shop.clock.jump(seconds)
    await times.set_back.look()

    assert len(await _claim_facts(shop)) == 1


async def test_a_start_at_the_right_time_hurries_nothing(shop: Shop, times: Times) -> None:
    ana = await shop.ana("0.00")
    later = shop.clock.now() + timedelta(minutes=2)
    put = partial(
        outbox.put, user_id=ana, kind="number.card", subject="1", now=shop.clock.now(), not_before=later
    )
    await shop.store.write(put)

    await times.set_back.look()

    assert await shop.store.read(_due_times) == [later]


def _due_times(connection: Any) -> list[Any]:
    return list(connection.scalars(select(OutboxFact.not_before)))
