"""What happens to one number at the same moment, each race beside its control."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import false, select

from db.tables import ActiveNumber
from services.errors import ShopError
from services.ports.provider import Bought, EndAnswer, Ended, Listed, Order, Received, Standing, Status
from services.views import Ticket
from tests.races import naive
from tests.races.gate import Gate
from tests.shop.shop import Shop

PRICE = Decimal("3.25")
PURSE = Decimal("50.00")
# Where a give-back and the keeping of a code first write.
THE_END_AND_THE_CODE = r"UPDATE active_numbers SET status|UPDATE sms_messages|INSERT INTO sms_messages"


@dataclass(frozen=True)
class Outcome:
    codes_said: int
    paid: Decimal
    is_right: bool = True


DELIVERED = Outcome(codes_said=1, paid=PRICE)
GIVEN_BACK = Outcome(codes_said=0, paid=Decimal(0))


class TwoFaced:
    """Upstream at the one moment in which its list shows a code and its cancel still says yes."""

    def __init__(self, shop: Shop, code: str) -> None:
        self._provider = shop.provider
        self._code = code

    async def active(self) -> tuple[Listed, ...]:
        listed = await type(self._provider).active(self._provider)
        return tuple(_with_code(each, self._code) for each in listed)

    async def status(self, _upstream_id: str) -> Status:
        return Status(Standing.WAITING)

    async def cancel(self, _upstream_id: str) -> EndAnswer:
        return EndAnswer(Ended.DONE)

    def put_on(self) -> None:
        for name in ("active", "status", "cancel"):
            setattr(self._provider, name, getattr(self, name))


def _with_code(row: Listed, code: str) -> Listed:
    return Listed(
        row.upstream_id,
        row.phone,
        row.service,
        row.country,
        row.cost,
        row.currency,
        received=(Received(code, None),),
    )


async def _rent(shop: Shop) -> tuple[UUID, Ticket]:
    ana = await shop.ana(str(PURSE))
    ticket = await shop.buy(ana)
    shop.clock.advance(130)
    return ana, ticket


async def _outcome(shop: Shop, customer: UUID) -> Outcome:
    said = await shop.said("number.code")
    return Outcome(len(said), PURSE - await shop.balance(customer), not await shop.breaches())


async def _at_once(*works: Awaitable[Any]) -> None:
    told = await asyncio.gather(*works, return_exceptions=True)
    for each in told:
        if isinstance(each, BaseException) and not isinstance(each, ShopError):
            raise each


async def a_cancel_and_a_code_together(shop: Shop, gate: Gate) -> Outcome:
    ana, ticket = await _rent(shop)
    await shop.activations.cancel(ana, ticket.number_id)
    TwoFaced(shop, "123456").put_on()
    gate.arm(2, at=THE_END_AND_THE_CODE)

    await _at_once(shop.closing.run_due(), shop.sweep.run())

    return await _outcome(shop, ana)


async def test_a_cancel_and_a_code_together_are_one_of_both(shop: Shop, gate: Gate) -> None:
    assert await a_cancel_and_a_code_together(shop, gate) in (DELIVERED, GIVEN_BACK)


async def test_without_locks_they_are_both_and_the_books_are_wrong(careless_shop: Shop, gate: Gate) -> None:
    outcome = await a_cancel_and_a_code_together(careless_shop, gate)

    assert (outcome.codes_said, outcome.is_right) == (1, False)


async def an_expiry_and_a_code_together(shop: Shop, gate: Gate) -> Outcome:
    ana, _ = await _rent(shop)
    shop.clock.advance(1100)  # its last minutes are over
    shop.provider.life_seconds = 10_000
    await shop.closing.expire_due()
    TwoFaced(shop, "123456").put_on()
    gate.arm(2, at=THE_END_AND_THE_CODE)

    await _at_once(shop.closing.run_due(), shop.sweep.run())

    return await _outcome(shop, ana)


async def test_an_expiry_and_a_code_together_are_one_of_both(shop: Shop, gate: Gate) -> None:
    assert await an_expiry_and_a_code_together(shop, gate) in (DELIVERED, GIVEN_BACK)


async def test_without_locks_an_expired_number_has_a_code_all_the_same(
    careless_shop: Shop, gate: Gate
) -> None:
    outcome = await an_expiry_and_a_code_together(careless_shop, gate)

    assert (outcome.codes_said, outcome.is_right) == (1, False)


async def test_a_code_that_comes_while_numbers_expire_is_never_left_in_between(shop: Shop) -> None:
    ana, ticket = await _rent(shop)
    shop.provider.deliver("1001", "123456")
    shop.clock.advance(1080)

    await _at_once(shop.closing.expire_due(), shop.sweep.run(), shop.closing.expire_due())
    for _ in range(3):
        await shop.sweep.run()
        await shop.closing.expire_due()
        await shop.closing.run_due()
        shop.clock.advance(60)

    assert (await shop.card(ana, ticket)).status.value == "finished"
    assert await _outcome(shop, ana) == DELIVERED


async def a_number_closed_by_two(shop: Shop, gate: Gate) -> Decimal:
    """Two presses on cancel, and two workers that both have upstream's yes."""
    ana, ticket = await _rent(shop)
    await _at_once(*(shop.activations.cancel(ana, ticket.number_id) for _ in range(2)))
    number = (await shop.store.read(lambda connection: connection.execute(_NUMBERS).all()))[0]
    gate.arm(2)

    await _at_once(*(shop.closing._give_back(number) for _ in range(2)))

    return await shop.balance(ana)


_NUMBERS = select(ActiveNumber.id)


async def test_a_number_cancelled_twice_is_paid_back_once(shop: Shop, gate: Gate) -> None:
    assert await a_number_closed_by_two(shop, gate) == PURSE
    assert await shop.breaches() == []


async def test_who_looks_and_then_pays_back_does_so_twice(
    careless_shop: Shop, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.closing.give_back", naive.give_back)

    assert await a_number_closed_by_two(careless_shop, gate) == PURSE + PRICE


async def the_same_code_kept_by_two(shop: Shop, gate: Gate) -> int:
    """A sweep and a doorbell find the same further code."""
    ana, ticket = await _rent(shop)
    shop.provider.deliver("1001", "111111")
    await shop.sweep.run()
    await shop.activations.ask_again(ana, ticket.number_id)
    gate.arm(2, at="INSERT INTO sms_messages")

    kept = [Received("222222", None)]
    await _at_once(*(shop.sweep.keep(ticket.number_id, kept) for _ in range(2)))

    return len(await shop.said("number.code")) - 1


async def test_a_code_found_twice_at_once_is_said_once(shop: Shop, gate: Gate) -> None:
    assert await the_same_code_kept_by_two(shop, gate) == 1


async def test_without_locks_and_keys_it_is_said_twice(careless_shop: Shop, gate: Gate) -> None:
    assert await the_same_code_kept_by_two(careless_shop, gate) == 2


async def one_number_for_two_purchases(shop: Shop, gate: Gate) -> list[str]:
    """Two purchases believe that upstream's one number is theirs."""
    people = [await shop.ana(str(PURSE), telegram_id=each, username=f"p{each}") for each in (1, 2)]
    for person in people:
        await shop.activations.buy(person, await shop.offer(person))
    claims = [claim for _ in people if (claim := await shop.store.write(shop.purchases._claim))]
    sold = await shop.provider.purchase(Order("any", "wa", "73", Decimal("0.50"), None))
    assert isinstance(sold, Bought)
    gate.arm(2)

    await _at_once(*(shop.purchases._start_waiting(order, sold) for order, _ in claims))

    query = select(ActiveNumber.status).order_by(ActiveNumber.status)
    return list(await shop.store.read(lambda connection: connection.scalars(query).all()))


async def test_one_number_is_taken_by_one_purchase(shop: Shop, gate: Gate) -> None:
    assert await one_number_for_two_purchases(shop, gate) == ["active", "unknown"]
    assert await shop.breaches() == []


async def test_without_its_unique_key_both_take_it(
    careless_shop: Shop, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.purchases._is_taken", lambda _: false())

    assert await one_number_for_two_purchases(careless_shop, gate) == ["active", "active"]
