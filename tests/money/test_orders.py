from decimal import Decimal
from typing import Any, cast

import pytest
from aiogram.filters import CommandObject
from aiogram.types import Message

from handlers.orders import RefundOrder


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("pi_1", {"payment": "pi_1", "amount": None}),
        (" pi_1  5,25 ", {"payment": "pi_1", "amount": Decimal("5.25")}),
        ("", False),
        (None, False),
        ("pi_1 all", False),
    ],
)
async def test_a_refund_is_ordered_in_one_line(words: str | None, order: Any) -> None:
    command = CommandObject(command="refund", args=words)

    assert await RefundOrder()(cast("Message", None), command) == order
