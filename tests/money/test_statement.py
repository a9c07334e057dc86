"""The statement: every movement on one of its pages, each with the balance it left."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from db import ledger
from db.states import TransactionType
from services.ports.gateway import DisputeState
from services.statement import Statement
from tests.money.till import Till


async def _give(till: Till, user_id: UUID, amount: str, key: str, reason: str | None = None) -> None:
    till.clock.advance(60)
    gift = partial(
        ledger.gift,
        user_id=user_id,
        amount=Decimal(amount),
        kind=TransactionType.ADJUSTMENT,
        key=key,
        reason=reason,
        now=till.clock.now(),
    )
    await till.store.write(gift)


async def _charge(till: Till, user_id: UUID, amount: str) -> UUID:
    till.clock.advance(60)

    def work(connection: Connection) -> UUID:
        held = ledger.hold(
            connection, user_id=user_id, amount=Decimal(amount), key="number:1", now=till.clock.now()
        )
        assert held is not None
        return held

    return await till.store.write(work)


async def _balances(till: Till, user_id: UUID) -> list[tuple[str, str]]:
    """Oldest first: what moved, and what it left."""
    page = await Statement(till.store).page(user_id)
    return [(str(line.amount), str(line.balance)) for line in reversed(page.lines)]


async def test_all_movements_are_on_some_page_and_none_on_two(till: Till) -> None:
    ana, statement = await till.customer(), Statement(till.store)
    for number in range(21):
        await _give(till, ana, "1.00", f"gift:{number}")

    pages = [await statement.page(ana, number) for number in (1, 2, 3)]

    lines = [line for page in pages for line in page.lines]
    assert [len(page.lines) for page in pages] == [8, 8, 5]
    assert [str(line.balance) for line in lines] == [f"{left}.00" for left in range(21, 0, -1)]
    assert len({line.id for line in lines}) == 21
    assert {(page.number, page.pages) for page in pages} == {(1, 3), (2, 3), (3, 3)}


async def test_a_page_past_the_end_is_the_last(till: Till) -> None:
    ana = await till.customer()
    await _give(till, ana, "1.00", "gift:1")

    page = await Statement(till.store).page(ana, 99)

    assert (page.number, page.pages, len(page.lines)) == (1, 1, 1)


async def test_a_top_up_stands_where_it_was_paid_and_not_where_it_was_asked_for(till: Till) -> None:
    ana = await till.customer()
    await _give(till, ana, "5.00", "gift:1")
    bill = await till.open_bill(ana)
    await _charge(till, ana, "3.00")
    till.clock.advance(3600)
    till.gateway.pay(bill)

    await till.settlement.settle(bill.id)

    assert await _balances(till, ana) == [("5.00", "5.00"), ("-3.00", "2.00"), ("20.00", "22.00")]


async def test_what_nobody_paid_moves_nothing_and_is_not_shown(till: Till) -> None:
    ana = await till.customer()
    bill = await till.open_bill(ana)
    await till.topups.cancel(ana, bill.id)

    assert await _balances(till, ana) == []


async def test_disputes_and_their_ends_are_movements_like_any_other(till: Till) -> None:
    ana = await till.customer()
    bill = await till.paid_bill(ana)
    till.clock.advance(60)
    till.gateway.change("pi_1", dispute=DisputeState.OPEN, disputed=Decimal("20.00"))
    await till.settlement.settle(bill.id)
    disputed = await _balances(till, ana)

    till.gateway.change("pi_1", dispute=DisputeState.WON, disputed=Decimal(0))
    await till.settlement.settle(bill.id)

    assert disputed == [("20.00", "20.00"), ("-20.00", "0.00")]
    assert (await _balances(till, ana))[-1] == ("-20.00", "20.00")  # shown as never taken
    assert await till.balance(ana) == Decimal("20.00")


async def test_nobody_sees_anothers_movements(till: Till) -> None:
    ana, bia = await till.customer(), await till.customer(2, "bia")
    await _give(till, ana, "5.00", "gift:1")
    await _give(till, bia, "7.00", "gift:2")

    assert await _balances(till, bia) == [("7.00", "7.00")]


async def test_the_table_has_all_lines_oldest_first_and_runs_nothing(till: Till) -> None:
    ana = await till.customer()
    for number in range(12):
        await _give(till, ana, "1.00", f"gift:{number}", reason="=HYPERLINK(1)")

    told = await Statement(till.store).csv(ana)

    rows = list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))
    assert told.startswith(b"\xef\xbb\xbf")
    assert [row["balance"] for row in rows] == [f"{left}.00" for left in range(1, 13)]
    assert {row["reason"] for row in rows} == {"'=HYPERLINK(1)"}
    assert rows[0]["at"] == (till.clock.now() - timedelta(minutes=11)).isoformat(timespec="seconds")
