"""Pix payments as the shop asks for them, and calls them off."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.payments.brcode import write_code
from bot.sandbox.payments.mercadopago import fields
from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.dates import read_date
from bot.sandbox.payments.mercadopago.records import Payment
from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal, wrong_state

_KNOWN = frozenset(
    {
        "additional_info", "application_fee", "binary_mode", "callback_url", "capture", "coupon_amount",
        "date_of_expiration", "description", "external_reference", "installments", "issuer_id", "metadata",
        "notification_url", "payer", "payment_method_id", "statement_descriptor", "three_d_secure_mode",
        "token", "transaction_amount",
    }
)  # fmt: skip
_SHORTEST, _LONGEST, _USUAL = timedelta(minutes=30), timedelta(days=30), timedelta(hours=24)
_KEY = "b6a1f0de-7c55-4c8e-9f0a-5a2d3c1e8b47"


def create(account: Account, asked: Mapping[str, Any]) -> Payment:
    fields.refuse_unknown(asked, _KNOWN)
    amount = fields.read_amount(asked.get("transaction_amount"), "transaction_amount", cause=4037)
    _check_method(asked.get("payment_method_id"))
    email = fields.read_email(asked.get("payer"), collector_email=account.email)
    number, now = account.number(), account.now()
    payment = Payment(
        id=number,
        created=now,
        changed=now,
        amount=amount,
        currency="BRL",
        collector=account.collector_id,
        live_mode=account.live_mode,
        method="pix",
        reference=fields.read_reference(asked),
        description=asked.get("description"),
        email=email,
        metadata=fields.read_metadata(asked),
        expires_at=_end(asked.get("date_of_expiration"), now),
        notification_url=fields.read_address(asked),
        code=write_code(
            key=_KEY, amount=amount, txid=f"mpqrinter{number}", name="Loja Sandbox", city="SAO PAULO"
        ),
    )
    account.keep(payment)
    return payment


def change(account: Account, payment: Payment, asked: Mapping[str, Any]) -> None:
    """The one change the stand-in plays: a payment nobody made yet is called off."""
    if dict(asked) != {"status": "cancelled"}:
        raise MercadoPagoRefusal("The sandbox plays {'status': 'cancelled'} alone", cause=1)
    if payment.status not in ("pending", "in_process"):
        raise wrong_state()
    payment.status, payment.detail = "cancelled", "by_collector"
    account.changed(payment)


def _check_method(method: Any) -> None:
    if method is None:
        raise MercadoPagoRefusal("payment_method_id attribute can't be null", cause=4021)
    if method != "pix":
        raise MercadoPagoRefusal(f"The sandbox plays pix alone, not {method}", cause=2102)


def _end(asked: Any, now: datetime) -> datetime:
    if asked is None:
        return now + _USUAL
    end = read_date(asked, "date_of_expiration")
    if not _SHORTEST <= end - now <= _LONGEST:
        raise MercadoPagoRefusal(
            "date_of_expiration must be between 30 minutes and 30 days from now", cause=4047
        )
    return end
