"""The door gateways ring at: signed, small, stored before it is answered, harmless when rung again."""

from collections.abc import AsyncIterator
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from db.store import Store
from services.views import Bill
from tests.money.wired import ANA, Wired, open_wired

HOUSES = ("stripe", "mercadopago", "cryptopay")


@pytest.fixture
async def wired(sqlite_store: Store) -> AsyncIterator[Wired]:
    async with open_wired(sqlite_store) as wired:
        yield wired


async def _bill(wired: Wired, way: str = "stripe") -> tuple[UUID, Bill]:
    ana = await wired.till.customer(ANA)
    return ana, await wired.till.open_bill(ana, gateway=way)


async def _post(wired: Wired, house: str, body: bytes, **headers: str) -> int:
    async with wired.http.post(
        f"{wired.shop}/webhooks/{house}", data=BytesIO(body), headers=headers
    ) as answer:
        return answer.status


@pytest.mark.parametrize("house", HOUSES)
async def test_a_hundred_unsigned_posts_cause_no_call_to_anybody(wired: Wired, house: str) -> None:
    await _bill(wired, house)
    calls = wired.asked(house)

    answers = {await _post(wired, house, b'{"data": {"id": "%d"}}' % number) for number in range(100)}
    await wired.till.notices.handle_due()

    assert answers == {401}
    assert wired.asked(house) == calls > 0


@pytest.mark.parametrize("house", HOUSES)
async def test_a_body_of_ten_megabytes_is_not_read(wired: Wired, house: str) -> None:
    calls = wired.asked(house)

    answer = await _post(wired, house, b"x" * 10 * 2**20)

    assert answer == 413
    assert wired.asked(house) == calls


@pytest.mark.parametrize("house", ["pix", "stars", "nobody"])
async def test_who_takes_no_notices_has_no_door(wired: Wired, house: str) -> None:
    assert await _post(wired, house, b"{}") == 404


async def test_a_notice_that_cannot_be_stored_is_to_be_brought_again(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bill = await _bill(wired)

    async def broken(_work: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(wired.till.notices, "_store", SimpleNamespace(write=broken))
        wired.parts.stripe.pay(await wired.till.order_of(bill))
        await wired.parts.stripe.deliveries.settled()
    waiting = [row for row in wired.parts.stripe.deliveries.as_json() if row["state"] == "waiting"]
    first = [list(row["answers"]) for row in waiting]
    wired.parts.clock.advance(61)
    await wired.deliver()

    assert first
    assert all(answers == ["500"] for answers in first)
    assert {row["state"] for row in wired.parts.stripe.deliveries.as_json()} == {"delivered"}
    assert await wired.till.balance(ana) == Decimal("20.00")


async def test_a_notice_replayed_many_times_credits_once(wired: Wired) -> None:
    ana, bill = await _bill(wired)
    wired.parts.stripe.deliveries.configure({"faults": {"duplicate": 5}})

    wired.parts.stripe.pay(await wired.till.order_of(bill))
    for _ in range(5):
        await wired.deliver()

    assert await wired.till.balance(ana) == Decimal("20.00")


@pytest.mark.parametrize("signature", ["wrong", "absent", "stale"])
async def test_a_forged_notice_is_refused_and_nobody_is_asked(wired: Wired, signature: Any) -> None:
    ana, bill = await _bill(wired)
    calls = wired.asked("stripe")

    wired.parts.stripe.forge("checkout.session.completed", await wired.till.order_of(bill), signature)
    await wired.deliver()

    assert wired.asked("stripe") == calls
    assert await wired.till.balance(ana) == Decimal("0.00")


async def test_a_genuine_notice_about_an_unpaid_bill_credits_nothing(wired: Wired) -> None:
    ana, bill = await _bill(wired)

    wired.parts.stripe.forge("checkout.session.completed", await wired.till.order_of(bill), "valid")
    await wired.deliver()

    assert await wired.till.balance(ana) == Decimal("0.00")
