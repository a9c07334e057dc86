"""Everything that can go wrong at a gateway, and living through it over the wire."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.sandbox.payments.mercadopago.payers import Paying
from bot.sandbox.payments.stripe.payers import Payment as StripePaying
from services.views import Bill, TopupState
from tests.money.wired import ANA, Wired

PAID, NOTHING = Decimal("20.00"), Decimal("0.00")
HOUSES = {"pix": "mercadopago"}


@dataclass(frozen=True)
class Trouble:
    """A way in which a payment goes wrong, and what comes of it."""

    name: str
    api: dict[str, Any] = field(default_factory=dict)  # a fault of the gateway's API
    way: dict[str, Any] = field(default_factory=dict)  # a fault of the way to the shop
    paying: dict[str, Any] = field(default_factory=dict)  # how the payment differs from its bill
    credits: Decimal = PAID
    state: TopupState = TopupState.PAID
    cases: tuple[str, ...] = ()


def _odd(name: str, **paying: Any) -> Trouble:
    return Trouble(
        name,
        paying=paying,
        credits=NOTHING,
        state=TopupState.REVIEW,
        cases=("payment.mismatch",),
    )


WIRES = (
    Trouble("500 when looked at", api={"kind": "status500", "method": "get", "times": 9}),
    Trouble("no sense in the answer", api={"kind": "malformed", "method": "get", "times": 9}),
    Trouble("an answer of 16 MB", api={"kind": "oversized", "method": "get", "times": 4}),
    Trouble("the line goes dead", api={"kind": "reset_before", "method": "get", "times": 9}),
    Trouble("the answer is lost", api={"kind": "reset_after", "method": "get", "times": 9}),
    Trouble("a slow answer", api={"kind": "delay", "method": "get", "seconds": 0.3}),
    Trouble("a notice is lost", way={"drop": 9}),
    Trouble("a notice comes twice", way={"duplicate": 9}),
    Trouble("notices come in the wrong order", way={"shuffle": 2}),
    Trouble("a notice comes late", way={"delay_seconds": 45}),
    Trouble("a notice is forged first", way={"forged": 1}),
    Trouble("a notice is unsigned", way={"unsigned": 9}),
)
ODD = (
    _odd("too little is paid", amount="2.00"),
    _odd("too much is paid", amount="200.00"),
    _odd("another currency", currency="usd"),
    _odd("the other mode", live=True),
)
ANOTHER_ACCOUNT = _odd("another account", collector=777)
TROUBLES = {
    "stripe": (*WIRES, *ODD),
    "pix": (*WIRES, *ODD, ANOTHER_ACCOUNT),
    "cryptopay": WIRES,  # an invoice takes its own sum and nothing else
}


@dataclass(frozen=True)
class Lived:
    """Who paid what, after ten minutes of it."""

    ana: UUID
    bill: Bill
    balance: Decimal
    cases: list[str]
    credits_told: int


async def live_through(wired: Wired, way: str, trouble: Trouble) -> Lived:
    """Somebody pays while a gateway is in trouble; for ten minutes whatever is due is done."""
    till, house = wired.till, getattr(wired.parts, HOUSES.get(way, way))
    ana = await till.customer(ANA)
    bill = await till.open_bill(ana, gateway=way)
    house.deliveries.configure({"faults": trouble.way})
    if trouble.api:
        verb = {"method": ""} if way == "cryptopay" else {}  # its every call is a POST
        house.faults.add(trouble.api | verb)
    _pay(house, way, await till.order_of(bill), trouble.paying)
    for _ in range(20):
        await wired.deliver()
        wired.advance(31)
    assert house.faults.as_json() == [] or trouble.api.get("kind") == "oversized"
    return Lived(
        ana,
        await till.topups.bill(ana, bill.id),
        await till.balance(ana),
        await till.case_kinds(),
        len(await till.said("topup.paid")),
    )


def _pay(house: Any, way: str, order: str, paying: dict[str, Any]) -> None:
    amount = Decimal(paying["amount"]) if "amount" in paying else None
    if way == "cryptopay":
        house.pay(order)
    elif way == "stripe":
        cents = None if amount is None else int(amount * 100)
        house.pay(
            order,
            StripePaying(amount=cents, currency=paying.get("currency"), livemode=paying.get("live")),
        )
    else:
        house.pay(
            order,
            Paying(
                amount=amount,
                currency=paying.get("currency"),
                live_mode=paying.get("live"),
                collector=paying.get("collector"),
            ),
        )
