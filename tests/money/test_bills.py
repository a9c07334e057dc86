"""Bills: how many at once, what becomes of one that is no longer wanted."""

import asyncio
from decimal import Decimal
from uuid import UUID

from db.store import Store
from services.errors import GatewayRefused
from services.ports.gateway import Bill as Wish
from services.ports.gateway import Opened, OpenTopup
from services.views import TopupState
from tests.money.till import GivingGateway, Till, open_till

FOUR = ("pix", "stars", "stripe", "mercadopago")


class SlowGateway(GivingGateway):
    """Makes a bill only when a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def open(self, bill: Wish) -> Opened:
        await self.may_answer.wait()
        return await super().open(bill)


async def _states(till: Till, user_id: UUID, bills: list[UUID]) -> list[TopupState]:
    return [(await till.topups.bill(user_id, bill)).state for bill in bills]


async def test_one_bill_too_many_takes_the_place_of_the_oldest(store: Store) -> None:
    gateways = {code: GivingGateway(code) for code in FOUR}
    till = open_till(store, gateways)
    ana = await till.customer()
    bills = []
    for code in FOUR:
        bills.append((await till.open_bill(ana, gateway=code)).id)
        till.clock.advance(10)

    await till.topup_jobs.poll_due()

    open_ones = [TopupState.OPEN] * 3
    assert await _states(till, ana, bills) == [TopupState.CANCELLED, *open_ones]
    assert gateways["pix"].closed == [f"cs_{bills[0].hex}"]


async def test_a_bill_cancelled_while_it_was_being_made_is_closed_and_still_credited(store: Store) -> None:
    gateway = SlowGateway()
    till = open_till(store, {"stripe": gateway})
    ana = await till.customer()
    bill = await till.topups.ask(ana, "stripe", Decimal("20.00"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(till.topup_jobs.open_drafts())
        await asyncio.sleep(0.05)
        await till.topups.cancel(ana, bill.id)
        gateway.may_answer.set()

    await till.topup_jobs.poll_due()
    gateway.pay(bill)
    await till.settlement.settle(bill.id)

    assert set(gateway.closed) == {f"cs_{bill.id.hex}"}
    assert await till.balance(ana) == Decimal("20.00")
    assert await till.breaches() == []


class StuckGateway(GivingGateway):
    """Will not close what it has made, until a test lets it."""

    is_stuck = True

    async def close(self, topup: OpenTopup) -> None:
        await super().close(topup)
        if self.is_stuck:
            raise GatewayRefused("not_now")


async def test_a_bill_that_cannot_be_closed_hides_no_payment(store: Store) -> None:
    gateway = StuckGateway()
    till = open_till(store, {"stripe": gateway})
    ana = await till.customer()
    bill = await till.open_bill(ana)
    await till.topups.cancel(ana, bill.id)
    gateway.pay(bill)

    await till.topup_jobs.poll_due()

    assert await till.balance(ana) == Decimal("20.00")


async def test_a_bill_that_could_not_be_closed_is_closed_soon(store: Store) -> None:
    gateway = StuckGateway()
    till = open_till(store, {"stripe": gateway})
    ana = await till.customer()
    bill = await till.open_bill(ana)
    await till.topups.cancel(ana, bill.id)
    await till.topup_jobs.poll_due()

    gateway.is_stuck = False
    till.clock.advance(31)
    await till.topup_jobs.poll_due()
    till.clock.advance(600)

    assert await till.topup_jobs.poll_due() == 0
    assert len(gateway.closed) == 2


async def test_a_fee_is_part_of_what_is_asked_and_not_of_what_is_credited(store: Store) -> None:
    till = open_till(store, fees={"stripe": Decimal(5), "pix": Decimal(50)})
    ana = await till.customer()

    (way,) = await till.topups.ways(ana, Decimal("20.00"))
    await till.paid_bill(ana)

    assert (way.amount, way.credits) == (Decimal("21.00"), Decimal("20.00"))
    assert till.gateway.bills[0].amount == Decimal("21.00")
    assert await till.balance(ana) == Decimal("20.00")


async def test_half_of_a_payment_with_a_fee_takes_half_of_its_credits(store: Store) -> None:
    till = open_till(store, fees={"all": Decimal(5)})
    ana, admin = await till.customer(), await till.admin()
    await till.paid_bill(ana)

    await till.refund(admin, "pi_1", "10.50")
    await till.refund_jobs.run_due()

    assert await till.balance(ana) == Decimal("10.00")
    assert await till.breaches() == []
