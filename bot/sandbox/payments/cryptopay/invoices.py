"""The invoices of one Crypto Pay app."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any, Literal

from bot.sandbox.clock import Clock
from bot.sandbox.payments.cryptopay.refusals import CryptoPayRefusal
from bot.sandbox.payments.impossible import ImpossibleOrderError
from bot.sandbox.payments.ledger import Ledger

Outcome = Literal["paid", "fail", "twice"]

# prices of the play, in dollars
ASSETS = {
    "BNB": Decimal(600), "BTC": Decimal(60_000), "ETH": Decimal(3_000), "LTC": Decimal(80),
    "TON": Decimal(5), "TRX": Decimal("0.25"), "USDC": Decimal(1), "USDT": Decimal(1),
}  # fmt: skip
FIATS = {
    "AED": Decimal("0.272"), "AMD": Decimal("0.0026"), "AZN": Decimal("0.588"), "BRL": Decimal("0.2"),
    "BYN": Decimal("0.3"), "CNY": Decimal("0.14"), "EUR": Decimal("1.1"), "GBP": Decimal("1.3"),
    "GEL": Decimal("0.37"), "IDR": Decimal("0.00006"), "ILS": Decimal("0.27"), "INR": Decimal("0.012"),
    "KZT": Decimal("0.002"), "PLN": Decimal("0.25"), "RUB": Decimal("0.011"), "THB": Decimal("0.028"),
    "TRY": Decimal("0.03"), "UAH": Decimal("0.024"), "USD": Decimal(1), "UZS": Decimal("0.00008"),
}  # fmt: skip


@dataclass(slots=True)
class Invoice:
    id: int
    hash: str
    created: datetime
    amount: Decimal
    currency: str
    is_fiat: bool
    asked: dict[str, Any]
    expires_at: datetime | None
    status: Literal["active", "paid", "expired"] = "active"
    paid_at: datetime | None = None
    paid_asset: str | None = None
    paid_amount: Decimal | None = None

    @property
    def payload(self) -> str | None:
        payload: str | None = self.asked.get("payload")
        return payload


class Invoices:
    """Made by the shop, paid by people, ended by time."""

    def __init__(self, clock: Clock, told: Callable[[Invoice], None]) -> None:
        self.ledger = Ledger(clock)
        self.all: dict[int, Invoice] = {}
        self._clock, self._told = clock, told
        # numbers go on where an earlier sandbox cannot have been, so that a shop's database may outlive it
        self._last_number = int(clock.now().timestamp() * 10)

    def add(
        self, amount: Decimal, currency: str, *, is_fiat: bool, asked: dict[str, Any], expires_in: int | None
    ) -> Invoice:
        now = self._clock.now()
        self._last_number += 1
        invoice = Invoice(
            id=self._last_number,
            hash=f"IV{secrets.token_hex(5)}",
            created=now,
            amount=amount,
            currency=currency,
            is_fiat=is_fiat,
            asked=asked,
            expires_at=None if expires_in is None else now + timedelta(seconds=expires_in),
        )
        self.all[invoice.id] = invoice
        return invoice

    def find(self, name: str) -> Invoice:
        """Find by number or by hash."""
        self.pass_time()
        for invoice in self.all.values():
            if name in (str(invoice.id), invoice.hash):
                return invoice
        raise CryptoPayRefusal("INVOICE_NOT_FOUND", 404)

    def delete(self, invoice: Invoice) -> None:
        if invoice.status == "paid":
            raise CryptoPayRefusal("INVOICE_ALREADY_PAID")
        del self.all[invoice.id]

    def pass_time(self) -> None:
        now = self._clock.now()
        for invoice in self.all.values():
            if invoice.status == "active" and invoice.expires_at is not None and invoice.expires_at <= now:
                invoice.status = "expired"

    def pay(
        self,
        invoice: Invoice,
        outcome: Outcome = "paid",
        *,
        asset: str = "USDT",
        amount: Decimal | None = None,
        currency: str | None = None,
    ) -> None:
        self._check(invoice, outcome, asset)
        if outcome == "fail":  # too little in the payer's wallet: the invoice knows nothing of it
            return
        invoice.amount = invoice.amount if amount is None else amount
        invoice.currency = currency or invoice.currency
        invoice.status, invoice.paid_at = "paid", self._clock.now()
        invoice.paid_asset = asset if invoice.is_fiat else invoice.currency
        rate = rate_of(invoice.paid_asset, invoice.currency)
        invoice.paid_amount = (invoice.amount / rate).quantize(Decimal("0.00000001"), ROUND_UP)
        self._book("payment", f"{invoice.id}", invoice, invoice.amount)
        for _ in range(2 if outcome == "twice" else 1):
            self._told(invoice)

    def left(self, invoice: Invoice) -> Decimal:
        return self.ledger.balance(str(invoice.id)).get(invoice.currency, Decimal(0))

    def give_back(self, invoice: Invoice, amount: Decimal | None = None) -> None:
        """The operator sends money back by hand: Crypto Pay itself knows no refund."""
        left = self.left(invoice)
        given = left if amount is None else amount
        if not 0 < given <= left:
            raise ImpossibleOrderError(f"only what is left can be sent back: {left}")
        self._book("refund", f"transfer-{secrets.token_hex(4)}", invoice, given)

    def _check(self, invoice: Invoice, outcome: Outcome, asset: str) -> None:
        self.pass_time()
        if outcome not in ("paid", "fail", "twice"):
            raise ImpossibleOrderError(f"Crypto Pay knows no payment that is {outcome}")
        if invoice.status != "active":
            raise ImpossibleOrderError(f"this invoice is {invoice.status}: nobody can pay it")
        if asset not in invoice.asked.get("accepted_assets", ASSETS):
            raise ImpossibleOrderError(f"this invoice does not take {asset}")

    def _book(
        self, kind: Literal["payment", "refund"], subject: str, invoice: Invoice, amount: Decimal
    ) -> None:
        self.ledger.book(
            kind,
            subject,
            payment=str(invoice.id),
            reference=invoice.payload,
            amount=amount,
            currency=invoice.currency,
        )


def rate_of(asset: str, currency: str) -> Decimal:
    """What one unit of an asset costs in a currency or in another asset."""
    return ASSETS[asset] / (FIATS.get(currency) or ASSETS[currency])
