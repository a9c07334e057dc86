import json
from decimal import Decimal
from typing import Any

import pytest

from services.gateways.mercadopago import reading
from services.gateways.mercadopago.reading import MpPayment, read
from services.gateways.mercadopago.wire import decimal_json, json_number
from services.ports.gateway import DisputeState, PaymentState
from tests.gateways.mercadopago.samples import approved, cents, payment

NONE, OPEN, LOST, WON = None, DisputeState.OPEN, DisputeState.LOST, DisputeState.WON
WAITING, PAID, FAILED = PaymentState.WAITING, PaymentState.PAID, PaymentState.FAILED


@pytest.mark.parametrize(
    ("told", "state", "refunded", "dispute", "disputed"),
    [
        (payment(), WAITING, "0", NONE, "0"),
        (payment(status="in_process"), WAITING, "0", NONE, "0"),
        (payment(status="authorized"), WAITING, "0", NONE, "0"),
        (payment(status="in_mediation"), WAITING, "0", NONE, "0"),
        (payment(status="of tomorrow"), WAITING, "0", NONE, "0"),
        (approved(), PAID, "0", NONE, "0"),
        (approved(status_detail="partially_refunded", transaction_amount_refunded=4), PAID, "4", NONE, "0"),
        (approved(status="refunded", transaction_amount_refunded=None), PAID, "10", NONE, "0"),
        (approved(status="in_mediation"), PAID, "0", OPEN, "10"),
        (approved(status="charged_back", status_detail="in_process"), PAID, "0", OPEN, "10"),
        (approved(status="charged_back", status_detail="settled"), PAID, "0", LOST, "10"),
        (approved(status="charged_back", status_detail="reimbursed"), PAID, "0", WON, "0"),
        (
            approved(status="charged_back", status_detail="settled", transaction_amount_refunded=4),
            PAID,
            "4",
            LOST,
            "6",
        ),
        (payment(status="rejected"), FAILED, "0", NONE, "0"),
        (payment(status="cancelled", status_detail="expired"), FAILED, "0", NONE, "0"),
    ],
    ids=lambda each: f"{each['status']}-{each['status_detail']}" if isinstance(each, dict) else "",
)
def test_each_status_has_one_meaning(
    told: dict[str, Any], state: PaymentState, refunded: str, dispute: DisputeState | None, disputed: str
) -> None:
    known = reading.payment(read(MpPayment, told))

    assert (known.state, known.dispute) == (state, dispute)
    assert (known.refunded, known.disputed) == (Decimal(refunded), Decimal(disputed))


def test_money_on_the_wire_is_never_read_as_a_float() -> None:
    told = read(
        MpPayment, decimal_json(json.dumps(payment()).replace(" 10,", " 90071992547409.93,").encode())
    )

    assert told.transaction_amount == Decimal("90071992547409.93")


def test_every_cent_survives_the_journey() -> None:
    for number in range(1, 200_000):
        said = json.dumps(json_number(cents(number)))
        assert json.loads(said, parse_float=Decimal) == cents(number)
