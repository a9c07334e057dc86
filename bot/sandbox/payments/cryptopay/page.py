from decimal import Decimal
from html import escape

from aiohttp import web

from bot.sandbox.payments import page
from bot.sandbox.payments.cryptopay.invoices import Invoice


def invoice_page(invoice: Invoice, left: Decimal, way_back: str | None) -> web.Response:
    """A crypto invoice as its payer sees it; what is left of a paid one can be sent back."""
    action, back = f"/world/cryptopay/invoices/{invoice.id}", f"/pay/crypto/{invoice.hash}"
    parts = [_bill(invoice)]
    if invoice.status == "active":
        parts += _ways_to_pay(invoice, f"{action}/pay", back)
    if invoice.status == "paid" and way_back:
        parts.append(page.card(page.link(way_back, "Back to the shop")))
    if left:
        parts.append(_operator(left, f"{action}/refund", back))
    return page.shell("Crypto invoice", "".join(parts))


def _operator(left: Decimal, action: str, back: str) -> str:
    asks = page.field("amount", "amount", f"{left / 2:f}")
    return page.folded(
        "Operator",
        page.button(action, "Send all that is left back", back=back),
        page.button(action, "Send a part back", back=back, asks=asks),
    )


def _bill(invoice: Invoice) -> str:
    look = {"paid": "good", "expired": "bad"}.get(invoice.status, "")
    paid = f"{invoice.paid_amount} {invoice.paid_asset}" if invoice.paid_asset else None
    ends = invoice.expires_at.strftime("%d/%m %H:%M UTC") if invoice.expires_at else None
    return page.card(
        f'<p class="soft">{escape(str(invoice.asked.get("description", "")))}</p>'
        f'<p class="amount">{escape(invoice.currency)} {invoice.amount:,f}</p>'
        f'<p class="state {look}">{invoice.status}</p>',
        page.facts(Invoice=invoice.id, Reference=invoice.payload, Ends=ends, Paid=paid),
        heading="Crypto Pay",
    )


def _ways_to_pay(invoice: Invoice, action: str, back: str) -> list[str]:
    def pay(label: str, outcome: str, look: str = "", asks: str = "") -> str:
        return page.button(action, label, back=back, sends={"outcome": outcome}, look=look, asks=asks)

    asset = page.field("asset", "asset", (invoice.asked.get("accepted_assets") or ["USDT"])[0])
    return [
        page.card(pay("Pay", "paid", "main", asset), pay("Payment fails", "fail", "bad")),
        page.folded(
            "Ways in which it goes wrong",
            pay("Pay, and be told twice", "twice"),
            pay("Pay another amount", "paid", asks=page.field("amount", "amount", "1.00")),
            pay("Pay in another currency", "paid", asks=page.field("currency", "currency", "USD")),
        ),
    ]
