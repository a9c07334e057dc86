"""Payments, grants and refunds told twice at the same moment, each beside its control."""

import asyncio
from collections.abc import Awaitable
from decimal import Decimal

import pytest

from services.errors import ShopError
from services.refunds import RefundUnderWay
from tests.money.till import Till
from tests.races.gate import Gate


async def _at_once(*works: Awaitable[object]) -> list[object]:
    told = await asyncio.gather(*works, return_exceptions=True)
    for each in told:
        if isinstance(each, BaseException) and not isinstance(each, ShopError):
            raise each
    return list(told)


async def a_payment_settled_twice(till: Till, gate: Gate) -> Decimal:
    ana = await till.customer()
    bill = await till.open_bill(ana, "20.00")
    till.gateway.pay(bill)
    gate.arm(2)

    await _at_once(till.settlement.settle(bill.id), till.settlement.settle(bill.id))

    return await till.balance(ana)


async def test_a_payment_is_credited_once_however_many_settle_it(till: Till, gate: Gate) -> None:
    assert await a_payment_settled_twice(till, gate) == Decimal("20.00")
    assert len(await till.said("topup.paid")) == 1
    assert await till.breaches() == []


async def test_without_locks_and_keys_it_is_credited_twice(careless_till: Till, gate: Gate) -> None:
    assert await a_payment_settled_twice(careless_till, gate) == Decimal("40.00")


async def two_deliveries_of_one_payment(till: Till, gate: Gate) -> Decimal:
    """The gateway rings twice under two names, and two workers answer at once."""
    ana = await till.customer()
    bill = await till.open_bill(ana, "20.00")
    till.gateway.pay(bill)
    for ring in ("first", "second"):
        await till.notices.hear("stripe", {}, {}, f"{bill.id}:{ring}".encode())
    gate.arm(2, at="UPDATE transactions|INSERT INTO transactions|UPDATE users")

    await _at_once(till.notices.handle_due(), till.notices.handle_due(), till.settlement.settle(bill.id))

    return await till.balance(ana)


async def test_two_deliveries_of_one_payment_are_one_credit(till: Till, gate: Gate) -> None:
    assert await two_deliveries_of_one_payment(till, gate) == Decimal("20.00")
    assert await till.breaches() == []


async def test_without_locks_and_keys_each_delivery_is_a_credit(careless_till: Till, gate: Gate) -> None:
    assert await two_deliveries_of_one_payment(careless_till, gate) > Decimal("20.00")


async def one_key_given_by_two_admins(till: Till, gate: Gate) -> Decimal:
    ana, admin = await till.customer(), await till.admin()
    gate.arm(2)

    await _at_once(
        *(till.desk.grant(admin, str(ana), Decimal("5.00"), "sorry", "the same key") for _ in range(2))
    )

    return await till.balance(ana)


async def test_a_grant_told_twice_at_once_is_one(till: Till, gate: Gate) -> None:
    assert await one_key_given_by_two_admins(till, gate) == Decimal("5.00")
    assert await till.breaches() == []


async def test_without_its_unique_key_a_grant_is_given_twice(careless_till: Till, gate: Gate) -> None:
    assert await one_key_given_by_two_admins(careless_till, gate) == Decimal("10.00")


async def a_payment_refunded_by_two_admins(till: Till, gate: Gate) -> list[object]:
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana, "20.00")
    gate.arm(2, at="INSERT INTO transactions|INSERT INTO refunds")
    return await _at_once(
        till.refunds.order(admin, "pi_1", None, "one"), till.refunds.order(admin, "pi_1", None, "other")
    )


async def _sent_back(till: Till) -> Decimal:
    for _ in range(3):
        await till.refund_jobs.run_due()
        till.clock.advance(60)
    return sum((order.amount for order in till.gateway.refunds.values()), Decimal(0))


async def test_of_two_refunds_of_one_payment_one_is_refused(till: Till, gate: Gate) -> None:
    told = await a_payment_refunded_by_two_admins(till, gate)

    assert [type(each) for each in told if isinstance(each, ShopError)] == [RefundUnderWay]
    assert await _sent_back(till) == Decimal("20.00")
    assert await till.breaches() == []


async def test_without_locks_the_money_goes_back_twice(careless_till: Till, gate: Gate) -> None:
    told = await a_payment_refunded_by_two_admins(careless_till, gate)

    assert [each for each in told if isinstance(each, ShopError)] == []
    assert await _sent_back(careless_till) == Decimal("40.00")


async def a_refund_at_the_gateway_seen_twice(till: Till, gate: Gate) -> list[str]:
    ana = await till.customer()
    bill = await till.paid_bill(ana, "20.00")
    till.gateway.change("pi_1", refunded=Decimal("8.00"))
    gate.arm(2, at="INSERT INTO transactions")

    await _at_once(till.settlement.settle(bill.id), till.settlement.settle(bill.id))

    return sorted(amount for _, _, amount in await till.movements(ana))


async def test_a_refund_seen_twice_at_once_is_taken_back_once(till: Till, gate: Gate) -> None:
    assert await a_refund_at_the_gateway_seen_twice(till, gate) == ["-8.00", "20.00"]
    assert await till.breaches() == []


async def test_without_locks_and_keys_it_is_taken_twice_and_noticed_too_late(
    careless_till: Till, gate: Gate
) -> None:
    movements = await a_refund_at_the_gateway_seen_twice(careless_till, gate)

    assert movements == ["-8.00", "-8.00", "20.00", "8.00"]


@pytest.mark.parametrize("times", [10])
async def test_a_payment_that_ten_settle_while_it_is_refunded_ends_at_nothing(
    till: Till, gate: Gate, times: int
) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana, "20.00")
    till.gateway.pay(bill)

    settling = [till.settlement.settle(bill.id) for _ in range(times)]
    await _at_once(*settling[: times // 2], _refund_at_the_gateway(till), *settling[times // 2 :])
    await till.settlement.settle(bill.id)

    assert await till.balance(ana) == Decimal("0.00")
    assert await till.breaches() == []


async def _refund_at_the_gateway(till: Till) -> None:
    till.gateway.change("pi_1", refunded=Decimal("20.00"))
