"""A number upstream does not know: no proof that no code came, and nobody pays it back on that."""

from decimal import Decimal
from uuid import UUID

import pytest

from services.ports.provider import (
    Abilities,
    Bought,
    EndAnswer,
    Ended,
    Listed,
    Order,
    Received,
    Standing,
    Status,
    Unknown,
)
from services.views import NumberStatus, Ticket
from tests.shop.shop import Shop


async def cancelled(shop: Shop, ended: Ended, standing: Standing = Standing.NOT_FOUND) -> tuple[UUID, Ticket]:
    """A person has cancelled at a provider without a history; this is what it says of the number."""
    shop.provider.abilities = Abilities(history=False)
    ana = await shop.ana("50.00")
    ticket = await shop.buy(ana)
    shop.clock.advance(130)
    await shop.activations.cancel(ana, ticket.number_id)
    say(shop, ended, standing)
    await shop.closing.run_due()
    return ana, ticket


def say(shop: Shop, ended: Ended, standing: Standing, *received: Received) -> None:
    async def cancel(_upstream_id: str) -> EndAnswer:
        return EndAnswer(ended)

    async def status(_upstream_id: str) -> Status:
        return Status(standing, received)

    shop.provider.cancel = cancel  # type: ignore[method-assign, assignment]
    shop.provider.status = status  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("ended", [Ended.UNKNOWN_ID, Ended.ALREADY_ENDED])
@pytest.mark.parametrize("standing", [Standing.NOT_FOUND, Standing.WAITING])
async def test_a_number_upstream_does_not_know_is_put_before_an_admin(
    shop: Shop, ended: Ended, standing: Standing
) -> None:
    ana, ticket = await cancelled(shop, ended, standing)

    assert (await shop.card(ana, ticket)).status is NumberStatus.CANCELLING
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.open_cases() == ["closing.stuck"]
    assert await shop.breaches() == []


async def test_it_is_paid_back_ten_minutes_after_its_life(shop: Shop) -> None:
    ana, ticket = await cancelled(shop, Ended.UNKNOWN_ID)
    shop.clock.advance(1200 - 130 + 590)
    await shop.closing.run_due()
    before = await shop.balance(ana)

    shop.clock.advance(301)
    await shop.closing.run_due()

    assert before == Decimal("46.75")
    assert await shop.balance(ana) == Decimal("50.00")
    assert (await shop.card(ana, ticket)).status is NumberStatus.CANCELLED
    assert await shop.open_cases() == []


async def test_a_code_that_shows_up_meanwhile_is_delivered_and_charged(shop: Shop) -> None:
    ana, ticket = await cancelled(shop, Ended.UNKNOWN_ID)

    say(shop, Ended.CODE_ARRIVED, Standing.RECEIVED, Received("482913"))
    shop.clock.advance(60)
    await shop.closing.run_due()

    assert [code.code for code in (await shop.card(ana, ticket)).codes] == ["482913"]
    assert await shop.balance(ana) == Decimal("46.75")
    assert await shop.open_cases() == []
    assert await shop.breaches() == []


async def test_a_status_that_says_ended_is_upstreams_word(shop: Shop) -> None:
    ana, _ = await cancelled(shop, Ended.UNKNOWN_ID, Standing.ENDED)

    assert await shop.balance(ana) == Decimal("50.00")
    assert await shop.open_cases() == []


async def test_a_listed_number_without_its_phone_is_waited_for(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    phone = ""

    async def lost(order: Order) -> Bought | Unknown:
        shop.provider.rent(order)
        return Unknown("timeout")

    async def active() -> tuple[Listed, ...]:
        return (Listed("1001", phone, "wa", "73", Decimal("0.50"), "USD"),)

    shop.provider.purchase = lost  # type: ignore[method-assign]
    shop.provider.active = active  # type: ignore[method-assign]
    ticket = await shop.buy(ana)
    for _ in range(12):
        shop.clock.advance(10)
        await shop.claims.run()
    before = await shop.card(ana, ticket)

    phone = "5511900001001"
    shop.clock.advance(10)
    await shop.claims.run()

    after = await shop.card(ana, ticket)
    assert (before.status, before.phone) == (NumberStatus.UNKNOWN, None)
    assert (after.status, after.phone) == (NumberStatus.ACTIVE, phone)
