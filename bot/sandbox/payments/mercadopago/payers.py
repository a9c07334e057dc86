"""What payers and their banks do, and what time does to payments."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from bot.sandbox.payments.brcode import txid_of
from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.mercadopago import preferences
from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.dates import read_date
from bot.sandbox.payments.mercadopago.records import Payment, Preference

Outcome = Literal["paid", "fail", "async", "twice", "late"]
_LATE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Paying:
    """How somebody pays; what is not named is as the shop asked."""

    outcome: Outcome = "paid"
    amount: Decimal | None = None
    currency: str | None = None
    collector: int | None = None
    live_mode: bool | None = None


def pay(account: Account, payment: Payment, paying: Paying) -> None:
    """Pay one payment, which only one that still waits allows."""
    pass_time(account)
    if payment.status not in ("pending", "in_process"):
        raise ImpossibleOrderError(f"this payment is {payment.status} ({payment.detail}): nobody can pay it")
    _apply(payment, paying)
    match paying.outcome:
        case "paid":
            _approve(account, payment)
        case "twice":  # a Pix code is good for one payment: the second press rings the bell, no more
            _approve(account, payment)
            account.changed(payment)
        case "fail":
            _end(account, payment, "rejected", "cc_rejected_insufficient_amount")
        case "async":
            _end(account, payment, "in_process", "pending_contingency")
        case "late":
            payment.settles_at = (payment.expires_at or account.now()) + _LATE
            _end(account, payment, "in_process", "pending_contingency")
        case _:
            raise ValueError(f"no such outcome: {paying.outcome}")


def pay_code(account: Account, code: str) -> Payment:
    """Somebody scans or pastes a Pix code; the bank pays just what stands in it."""
    txid = txid_of(code.strip())
    payment = next((one for one in account.payments.values() if txid == f"mpqrinter{one.id}"), None)
    if payment is None:
        raise ImpossibleOrderError("nobody waits for a payment by this code")
    pay(account, payment, Paying())
    return payment


def pay_preference(account: Account, preference: Preference, paying: Paying) -> list[Payment]:
    """Pay on the page of a preference: each attempt is a payment of its own."""
    if not preferences.is_open(account, preference):
        raise ImpossibleOrderError("this page has ended: nobody can pay on it")
    attempts = [_attempt(account, preference) for _ in range(2 if paying.outcome == "twice" else 1)]
    outcome: Outcome = "paid" if paying.outcome == "twice" else paying.outcome
    for payment in attempts:
        pay(
            account,
            payment,
            Paying(outcome, paying.amount, paying.currency, paying.collector, paying.live_mode),
        )
    return attempts


def pass_time(account: Account) -> None:
    """End what nobody paid in time, and approve what was in review long enough."""
    now = account.now()
    for payment in [account.payments[number] for number in account.unfinished]:
        if payment.settles_at is not None and payment.settles_at <= now:
            _approve(account, payment)
        elif payment.status == "pending" and payment.expires_at is not None and payment.expires_at <= now:
            _end(account, payment, "cancelled", "expired")


def _attempt(account: Account, preference: Preference) -> Payment:
    now, asked = account.now(), preference.asked
    end = asked.get("date_of_expiration")
    payment = Payment(
        id=account.number(),
        created=now,
        changed=now,
        amount=preference.amount,
        currency=preference.currency,
        collector=account.collector_id,
        live_mode=account.live_mode,
        method="credit_card",
        reference=preference.reference,
        description=asked["items"][0]["title"],
        email=(asked.get("payer") or {}).get("email", "payer@sandbox.invalid"),
        metadata=dict(asked.get("metadata", {})),
        expires_at=read_date(end, "date_of_expiration") if end else None,
        notification_url=asked.get("notification_url"),
        preference=preference.id,
        detail="pending_waiting_payment",
    )
    preference.payments.append(payment.id)
    account.keep(payment)
    return payment


def _apply(payment: Payment, paying: Paying) -> None:
    if paying.amount is not None:
        payment.amount = paying.amount
    payment.currency = (paying.currency or payment.currency).upper()
    payment.collector = payment.collector if paying.collector is None else paying.collector
    payment.live_mode = payment.live_mode if paying.live_mode is None else paying.live_mode


def _approve(account: Account, payment: Payment) -> None:
    payment.approved_at, payment.settles_at = account.now(), None
    account.book("payment", payment.id, payment, payment.amount)
    _end(account, payment, "approved", "accredited")


def _end(
    account: Account,
    payment: Payment,
    status: Literal["approved", "cancelled", "in_process", "rejected"],
    detail: str,
) -> None:
    payment.status, payment.detail = status, detail
    account.changed(payment)
