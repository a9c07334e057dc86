"""Admins' one-line orders, read from a message."""

from decimal import Decimal
from typing import Any

from aiogram.filters import CommandObject, Filter
from aiogram.types import Message

from handlers.conversation import read_amount


class PersonOrder(Filter):
    """/ban ID [reason]"""

    async def __call__(self, _message: Message, command: CommandObject) -> bool | dict[str, Any]:
        who, _, reason = (command.args or "").strip().partition(" ")
        return {"who": who, "reason": reason.strip() or None} if who else False


class GrantOrder(Filter):
    """/grant ID AMOUNT [reason]; a minus takes away."""

    async def __call__(self, _message: Message, command: CommandObject) -> bool | dict[str, Any]:
        who, _, rest = (command.args or "").strip().partition(" ")
        sum_of_it, _, reason = rest.strip().partition(" ")
        amount = _read_signed(sum_of_it)
        return {"who": who, "amount": amount, "reason": reason.strip() or None} if amount else False


class RefundOrder(Filter):
    """/refund PAYMENT [AMOUNT]; the payment's id at its gateway, or the top-up's or transaction's here."""

    async def __call__(self, _message: Message, command: CommandObject) -> bool | dict[str, Any]:
        payment, _, rest = (command.args or "").strip().partition(" ")
        amount = read_amount(rest) if rest.strip() else None
        if not payment or (rest.strip() and amount is None):
            return False
        return {"payment": payment, "amount": amount}


def _read_signed(words: str) -> Decimal | None:
    amount = read_amount(words.removeprefix("-").removeprefix("+"))
    return amount if amount is None or not words.startswith("-") else -amount
