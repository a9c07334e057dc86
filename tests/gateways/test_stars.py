from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from services.errors import ForgedNotice, GatewayRefused
from services.gateways import stars
from services.gateways.stars import StarsGateway, StarsSettings, build
from services.ports.gateway import Bill, Office, OpenTopup, PaymentState, RefundOrder
from services.ports.stars import StarTransaction
from tests.gateways.conftest import NOW, TOPUP_ID, HeldClock


@dataclass
class Desk:
    """Telegram's side: a list that only grows, oldest first."""

    rows: list[StarTransaction] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)
    invoices: list[dict[str, object]] = field(default_factory=list)

    async def invoice_link(self, *, title: str, description: str, payload: str, stars: int) -> str:
        self.invoices.append({"title": title, "description": description, "payload": payload, "stars": stars})
        return f"https://t.me/$invoice{len(self.invoices)}"

    async def refund(self, *, telegram_id: int, charge_id: str) -> None:
        paid = next(row for row in self.rows if row.charge_id == charge_id)
        assert paid.telegram_id == telegram_id
        self.rows.append(replace(paid, is_incoming=False, at=self.rows[-1].at))

    async def transactions(self, *, offset: int, limit: int) -> tuple[StarTransaction, ...]:
        self.asked.append((offset, limit))
        return tuple(self.rows[offset : offset + limit])

    def pays(self, charge_id: str, payload: str | None, count: int = 400, at: datetime = NOW) -> None:
        self.rows.append(
            StarTransaction(charge_id, count, is_incoming=True, telegram_id=4242, payload=payload, at=at)
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def gateway(desk: Desk) -> StarsGateway:
    return StarsGateway(StarsSettings(stars_per_unit=Decimal(40)), "BRL", desk)


@pytest.fixture
def awaited(topup: OpenTopup) -> OpenTopup:
    return replace(topup, order_id=str(TOPUP_ID), amount=Decimal(400), currency="XTR")


@pytest.mark.parametrize(("amount", "count"), [("10.00", 400), ("10.01", 401), ("0.01", 1), ("7.77", 311)])
async def test_a_bill_becomes_whole_stars_rounded_up(
    gateway: StarsGateway, desk: Desk, bill: Bill, amount: str, count: int
) -> None:
    opened = await gateway.open(replace(bill, amount=Decimal(amount)))

    assert (opened.amount, opened.currency) == (Decimal(count), "XTR")
    assert opened.link == "https://t.me/$invoice1"
    assert desk.invoices[0]["stars"] == count
    assert desk.invoices[0]["payload"] == opened.order_id == str(TOPUP_ID)


async def test_an_invoice_says_no_more_than_telegram_lets_it(
    gateway: StarsGateway, desk: Desk, bill: Bill
) -> None:
    await gateway.open(replace(bill, description="x" * 300))

    assert len(str(desk.invoices[0]["title"])) == 32
    assert len(str(desk.invoices[0]["description"])) == 255


async def test_what_nobody_paid_has_no_payments(
    gateway: StarsGateway, desk: Desk, awaited: OpenTopup
) -> None:
    desk.pays("c-1", "another top-up")

    assert await gateway.fetch(awaited) == ()


async def test_a_payment_is_found_by_its_payload(
    gateway: StarsGateway, desk: Desk, awaited: OpenTopup
) -> None:
    desk.pays("c-1", "another top-up")
    desk.pays("c-2", str(TOPUP_ID))

    (payment,) = await gateway.fetch(awaited)

    assert (payment.payment_id, payment.state, payment.paid_at) == ("c-2", PaymentState.PAID, NOW)
    assert (payment.amount, payment.currency, payment.reference) == (Decimal(400), "XTR", str(TOPUP_ID))
    assert payment.is_live is None


async def test_a_link_paid_twice_is_two_payments(
    gateway: StarsGateway, desk: Desk, awaited: OpenTopup
) -> None:
    desk.pays("c-1", str(TOPUP_ID))
    desk.pays("c-2", str(TOPUP_ID))

    assert [payment.payment_id for payment in await gateway.fetch(awaited)] == ["c-1", "c-2"]


async def test_stars_sent_back_are_told_with_their_payment(
    gateway: StarsGateway, desk: Desk, awaited: OpenTopup
) -> None:
    desk.pays("c-1", str(TOPUP_ID))
    order = RefundOrder("r-1", "c-1", Decimal(400), "XTR", is_whole=True, telegram_id=4242)

    await gateway.refund(order)
    (payment,) = await gateway.fetch(awaited)

    assert payment.refunded == Decimal(400)


@pytest.mark.parametrize("wrong", [{"is_whole": False}, {"telegram_id": None}])
async def test_stars_go_back_whole_and_to_a_person(gateway: StarsGateway, wrong: dict[str, object]) -> None:
    order = RefundOrder("r-1", "c-1", Decimal(400), "XTR", is_whole=True, telegram_id=4242)

    with pytest.raises(GatewayRefused):
        await gateway.refund(replace(order, **wrong))  # type: ignore[arg-type]  # each value fits its name


async def test_a_long_history_is_not_read_from_its_beginning(
    gateway: StarsGateway, desk: Desk, awaited: OpenTopup
) -> None:
    for minute in range(20_000, 0, -1):
        desk.pays(f"old-{minute}", "x", at=NOW - timedelta(minutes=minute))
    desk.pays("c-1", str(TOPUP_ID))

    found = await gateway.fetch(awaited)
    reads = len(desk.asked)
    await gateway.fetch(awaited)

    assert [payment.payment_id for payment in found] == ["c-1"]
    assert reads < 40
    assert len(desk.asked) == reads + 1


async def test_an_older_question_goes_further_back(
    gateway: StarsGateway, desk: Desk, awaited: OpenTopup
) -> None:
    desk.pays("c-1", str(TOPUP_ID), at=NOW - timedelta(days=3))
    desk.pays("c-2", "another top-up")
    await gateway.fetch(awaited)

    (payment,) = await gateway.fetch(replace(awaited, created_at=NOW - timedelta(days=3)))

    assert payment.payment_id == "c-1"


async def test_memory_does_not_grow_with_the_shop(
    gateway: StarsGateway, desk: Desk, awaited: OpenTopup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stars, "_ROWS_KEPT", 50)
    await gateway.fetch(awaited)
    for minute in range(200):
        desk.pays(f"c-{minute}", "x", at=NOW + timedelta(minutes=minute))
    later = replace(awaited, created_at=NOW + timedelta(minutes=190))

    await gateway.fetch(later)
    desk.pays("c-new", str(TOPUP_ID), at=NOW + timedelta(minutes=201))
    (payment,) = await gateway.fetch(later)

    assert payment.payment_id == "c-new"
    assert len(gateway._book._rows) < 50


async def test_what_came_in_lately_is_ours_and_tells_late_refunds(gateway: StarsGateway, desk: Desk) -> None:
    desk.pays("c-1", str(TOPUP_ID), at=NOW - timedelta(days=9))
    desk.pays("c-2", str(TOPUP_ID))
    desk.pays("gift", None)
    desk.rows.append(replace(desk.rows[0], is_incoming=False, at=NOW))

    payments = await gateway.recent(NOW - timedelta(days=1))

    assert {payment.payment_id: payment.refunded for payment in payments} == {"c-1": 400, "c-2": 0}


async def test_no_notice_can_come_from_outside_the_chat(gateway: StarsGateway) -> None:
    assert not gateway.takes_notices()
    with pytest.raises(ForgedNotice):
        gateway.read_notice({}, {}, b"{}")


async def test_the_price_is_told_when_the_desk_answers(gateway: StarsGateway, desk: Desk) -> None:
    assert await gateway.check() == "40 Stars for one BRL"
    assert desk.asked == [(0, 1)]


def test_without_a_price_or_a_desk_stars_are_off(clock: HeldClock, desk: Desk) -> None:
    assert build(Office(clock, "BRL", desk), StarsSettings(stars_per_unit=Decimal(0))) is None
    assert build(Office(clock, "BRL"), StarsSettings()) is None
    assert build(Office(clock, "BRL", desk), StarsSettings())
