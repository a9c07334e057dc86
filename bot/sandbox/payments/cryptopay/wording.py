"""Crypto Pay's wording of an invoice: amounts are texts, what is not known is left out."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.payments.cryptopay.invoices import FIATS, Invoice, rate_of

_ECHOED = ("accepted_assets", "description", "hidden_message", "paid_btn_name", "paid_btn_url", "payload")


def invoice_object(invoice: Invoice, public_url: str) -> dict[str, Any]:
    page = f"{public_url}/pay/crypto/{invoice.hash}"
    told = {
        "invoice_id": invoice.id,
        "hash": invoice.hash,
        "currency_type": "fiat" if invoice.is_fiat else "crypto",
        "fiat" if invoice.is_fiat else "asset": invoice.currency,
        "amount": _text(invoice.amount),
        "pay_url": page,
        "bot_invoice_url": page,
        "mini_app_invoice_url": page,
        "web_app_invoice_url": page,
        "status": invoice.status,
        "created_at": _date(invoice.created),
        "expiration_date": _date(invoice.expires_at),
        "allow_comments": invoice.asked.get("allow_comments", True) in (True, "true"),
        "allow_anonymous": invoice.asked.get("allow_anonymous", True) in (True, "true"),
        **{name: invoice.asked.get(name) for name in _ECHOED},
        **_payment(invoice),
    }
    return {name: value for name, value in told.items() if value is not None}


def _payment(invoice: Invoice) -> dict[str, Any]:
    if invoice.paid_asset is None or invoice.paid_amount is None:
        return {}
    usd = rate_of(invoice.paid_asset, "USD")
    told = {
        "paid_at": _date(invoice.paid_at),
        "paid_asset": invoice.paid_asset,
        "paid_amount": _text(invoice.paid_amount),
        "paid_usd_rate": _text(usd),
        "paid_anonymously": True,
        "fee_asset": invoice.paid_asset,
        "fee_amount": "0",
    }
    if invoice.is_fiat and invoice.currency in FIATS:
        told["paid_fiat_rate"] = _text(rate_of(invoice.paid_asset, invoice.currency))
    return told


def _date(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
