"""Money that goes back: refunds and chargebacks."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.mercadopago import fields
from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.records import Chargeback, Payment, Refund
from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal, not_there, wrong_state

State = Literal["open", "won", "lost"]
_REFUNDABLE_FOR = timedelta(days=180)


def refund(account: Account, payment: Payment, asked: Mapping[str, Any]) -> Refund:
    """Give back a part, or all that is left."""
    fields.refuse_unknown(asked, ("amount",))
    if payment.status != "approved":
        raise wrong_state()
    if account.now() - payment.created > _REFUNDABLE_FOR:
        raise MercadoPagoRefusal("Payment too old to be refunded", cause=2024)
    given = asked.get("amount")
    amount = payment.left if given is None else fields.read_amount(given, "amount", cause=4040)
    if amount > payment.left:
        raise MercadoPagoRefusal("Refund amount is greater than what is left of the payment", cause=4041)
    made = Refund(account.number(), payment.id, amount, account.now())
    payment.refunds.append(made)
    if payment.left == 0:
        payment.status, payment.detail = "refunded", "refunded"
    else:
        payment.detail = "partially_refunded"
    account.book("refund", made.id, payment, amount)
    account.changed(payment)
    return made


def dispute(account: Account, payment: Payment, state: State) -> Chargeback:
    """The payer's bank opens a case, or ends it: for the shop (won) or against it (lost)."""
    if state == "open":
        return _open(account, payment)
    case = next((one for one in account.chargebacks.values() if _is_open(one, payment)), None)
    if case is None:
        raise ImpossibleOrderError("no chargeback is open over this payment")
    if state == "won":
        case.state = "reimbursed"
        account.book("dispute_won", case.id, payment, case.amount)
    elif state == "lost":
        case.state = "settled"
    else:
        raise ValueError(f"no such end of a chargeback: {state}")
    payment.detail = case.state
    account.case_changed(case)
    return case


def chargeback(account: Account, name: str) -> Chargeback:
    if name not in account.chargebacks:
        raise not_there("Chargeback")
    return account.chargebacks[name]


def _open(account: Account, payment: Payment) -> Chargeback:
    if payment.status != "approved" or payment.left <= Decimal(0):
        raise ImpossibleOrderError("only an approved payment can be charged back")
    case = Chargeback(f"{account.number()}", payment.id, payment.left, account.now(), account.now())
    account.chargebacks[case.id] = case
    payment.status, payment.detail = "charged_back", "in_process"
    account.book("dispute", case.id, payment, case.amount)
    account.case_changed(case)
    return case


def _is_open(case: Chargeback, payment: Payment) -> bool:
    return case.payment == payment.id and case.state == "in_process"
