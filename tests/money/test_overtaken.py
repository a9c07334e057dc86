"""An answer that was overtaken by a newer one changes nothing."""

import asyncio
from decimal import Decimal

from db.store import Store
from services.ports.gateway import OpenTopup, Payment
from tests.money.till import GivingGateway, open_till


class SlowReader(GivingGateway):
    """Answers one look with what was true when it was asked, a good while later."""

    def __init__(self) -> None:
        super().__init__()
        self.is_held = False
        self.may_answer = asyncio.Event()

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        told = await super().fetch(topup)
        if self.is_held:
            self.is_held = False
            await self.may_answer.wait()
        return told


async def test_a_look_from_before_a_refund_does_not_undo_it(store: Store) -> None:
    gateway = SlowReader()
    till = open_till(store, {"stripe": gateway})
    ana = await till.customer()
    bill = await till.open_bill(ana)
    gateway.pay(bill)
    await till.settlement.settle(bill.id)
    gateway.is_held = True

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(till.settlement.settle(bill.id))
        await asyncio.sleep(0.05)
        gateway.change("pi_1", refunded=Decimal("5.00"))
        await till.settlement.settle(bill.id)
        gateway.may_answer.set()

    assert await till.balance(ana) == Decimal("15.00")
    assert await till.case_kinds() == ["payment.refund"]
    assert await till.breaches() == []


async def test_many_looks_at_once_take_a_refund_once(store: Store) -> None:
    till = open_till(store)
    ana = await till.customer()
    bill = await till.open_bill(ana)
    till.gateway.pay(bill, refunded=Decimal("5.00"))

    await asyncio.gather(*(till.settlement.settle(bill.id) for _ in range(12)))

    assert await till.balance(ana) == Decimal("15.00")
    assert [row for row in await till.movements(ana) if row[0] == "refund"] == [
        ("refund", "completed", "-5.00")
    ]
    assert await till.breaches() == []
