from decimal import Decimal
from uuid import UUID

import pytest

from services.statement import MovementNotFound, Statement
from services.views import TransactionStatus
from tests.shop.shop import Shop


async def test_one_movement_is_shown_with_the_balance_after_it(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    await shop.rules.change("newcomer_open_numbers", "5")
    shop.clock.advance(1)
    first = await shop.buy(ana, "3.25")
    shop.clock.advance(1)
    second = await shop.buy(ana, "4.00")
    statement = Statement(shop.store)
    page = await statement.page(ana)
    earlier = next(line for line in page.lines if line.number_id == first.number_id)

    again = await statement.entry(ana, earlier.id)

    assert again == earlier
    assert again.status is TransactionStatus.PENDING
    assert again.balance == Decimal("46.75")
    assert second.number_id in {line.number_id for line in page.lines}


async def test_a_movement_of_somebody_else_is_not_found(shop: Shop) -> None:
    ana, bob = await shop.ana("50.00"), UUID(int=7)
    await shop.buy(ana)
    statement = Statement(shop.store)
    page = await statement.page(ana)

    with pytest.raises(MovementNotFound):
        await statement.entry(bob, page.lines[0].id)
    with pytest.raises(MovementNotFound):
        await statement.entry(ana, UUID(int=404))
