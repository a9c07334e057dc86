"""What catches a payment that nobody told of: looks at bills, the daily list, notices that end."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.store import Store
from services.errors import GatewayRefused, GatewayUnavailable
from services.ports.gateway import DisputeState
from tests.money.till import GivingGateway, Till, open_till
from tests.money.wired import ANA, open_wired

DAY = 24 * 3600


async def test_the_daily_list_finds_what_nobody_told(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill)

    found = await till.payment_sweep.sweep("stripe")
    again = await till.payment_sweep.sweep("stripe")

    assert (found, again) == (1, 0)
    assert await till.balance(ana) == Decimal("20.00")
    assert await till.breaches() == []


async def test_the_daily_list_finds_a_payment_of_a_bill_whose_looks_are_over(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    for _ in range(20):
        till.clock.advance(DAY / 2)
        await till.topup_jobs.poll_due()
    fetches = till.gateway.fetches
    till.clock.advance(10 * DAY)
    await till.topup_jobs.poll_due()
    till.gateway.pay(bill)

    found = await till.payment_sweep.run_due()

    assert till.gateway.fetches == fetches + 1  # the sweep's own
    assert found == 1
    assert await till.balance(ana) == Decimal("20.00")


async def test_the_daily_list_finds_refunds_and_disputes_too(till: Till) -> None:
    ana = await till.customer()
    await till.paid_bill(ana)
    till.gateway.change("pi_1", dispute=DisputeState.OPEN, disputed=Decimal("20.00"))

    await till.payment_sweep.sweep("stripe")

    assert await till.balance(ana) == Decimal("0.00")


@pytest.mark.parametrize("way", ["stripe", "pix", "mercadopago"])
async def test_a_shop_nobody_can_call_learns_of_a_dispute_of_an_old_payment(store: Store, way: str) -> None:
    async with open_wired(store) as wired:
        wired.parts.ring_at("http://127.0.0.1:9")
        ana = await wired.till.customer(ANA)
        bill = await wired.till.open_bill(ana, gateway=way)
        house: Any = wired.parts.stripe if way == "stripe" else wired.parts.mercadopago
        pay = house.pay_preference if way == "mercadopago" else house.pay
        pay(await wired.till.order_of(bill))
        await wired.till.settlement.settle(bill.id)
        wired.advance(40 * DAY)
        await wired.till.payment_sweep.run_due()
        while await wired.till.topup_jobs.poll_due():
            pass
        before = await wired.till.balance(ana)

        house.dispute((await wired.till.topups.bill(ana, bill.id)).payment_id)
        looks = await wired.till.topup_jobs.poll_due()
        wired.advance(DAY)
        await wired.till.payment_sweep.run_due()

        assert (before, looks) == (Decimal("20.00"), 0)
        assert await wired.till.balance(ana) == Decimal("0.00")
        assert await wired.till.case_kinds() == ["payment.chargeback"]


async def test_each_gateway_is_gone_through_once_a_day_and_sooner_when_it_was_down(store: Store) -> None:
    gateways = {code: GivingGateway(code) for code in ("pix", "stripe")}
    till = open_till(store, gateways)
    ana = await till.customer()
    bill = await till.open_bill(ana, gateway="pix")
    gateways["stripe"].list_failure = GatewayUnavailable("503")
    await till.payment_sweep.run_due()

    gateways["pix"].pay(bill)
    till.clock.advance(20 * 60)
    within_the_day = await till.payment_sweep.run_due()
    till.clock.advance(DAY)
    on_the_next = await till.payment_sweep.run_due()

    assert (within_the_day, on_the_next) == (0, 1)
    assert await till.balance(ana) == Decimal("20.00")


async def test_open_bills_are_looked_at_right_after_a_start(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    till.clock.advance(31)
    await till.topup_jobs.poll_due()
    till.gateway.list_failure = GatewayUnavailable("503")
    till.gateway.pay(bill)

    before = await till.topup_jobs.poll_due()
    await till.payment_sweep.run_due()
    await till.topup_jobs.poll_due()

    assert before == 0
    assert await till.balance(ana) == Decimal("20.00")


async def test_a_stranger_on_the_list_is_left_alone(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    for reference in (None, "order 7", "3f0e9a53-6d0c-4f0e-9a53-2f6d3f1c7e11"):
        till.gateway.pay(bill, f"pi_{reference}", reference=reference)

    assert await till.payment_sweep.sweep("stripe") == 0
    assert await till.case_kinds() == []


async def test_a_notice_survives_a_gateway_that_is_down(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill)
    await till.notices.hear("stripe", {}, {}, f"{bill.id}:paid".encode())
    till.gateway.failure = GatewayUnavailable("503")
    await till.notices.handle_due()
    while_down = await till.balance(ana)

    till.gateway.failure = None
    till.clock.advance(60)
    await till.notices.handle_due()

    assert while_down == Decimal("0.00")
    assert await till.balance(ana) == Decimal("20.00")


async def test_a_notice_that_fails_for_ever_ends_in_a_case(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    await till.notices.hear("stripe", {}, {}, f"{bill.id}:paid".encode())
    till.gateway.failure = GatewayRefused("403", "not allowed")

    tries = 0
    while await till.notices.handle_due() and tries < 100:
        tries += 1
        till.clock.advance(timedelta(hours=1).total_seconds())

    assert tries == 20
    assert await till.case_kinds() == ["notice.failed"]


async def test_the_same_notice_twice_is_one(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)

    heard = [await till.notices.hear("stripe", {}, {}, f"{bill.id}:paid".encode()) for _ in range(3)]

    assert heard == [True, False, False]


async def test_many_notices_about_one_payment_are_answered_by_one_look(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill)
    for number in range(30):
        await till.notices.hear("stripe", {}, {}, f"{bill.id}:{number}".encode())

    handled = await till.notices.handle_due()

    assert (handled, till.gateway.fetches) == (30, 1)
    assert await till.notices.handle_due() == 0
    assert await till.balance(ana) == Decimal("20.00")
