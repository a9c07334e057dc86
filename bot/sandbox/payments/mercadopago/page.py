"""Mercado Pago's pages: a Pix to pay, and Checkout Pro."""

import base64
from decimal import Decimal
from html import escape

from aiohttp import web

from bot.sandbox.payments import page
from bot.sandbox.payments.mercadopago import preferences
from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.records import Payment, Preference
from bot.sandbox.payments.qr import draw_png

_WAITING = ("pending", "in_process")


def pix_page(payment: Payment) -> web.Response:
    back = f"/pay/pix/{payment.id}"
    parts = [_bill(payment)]
    if payment.code and payment.status == "pending":
        parts.append(_code(payment.code))
    if payment.status in _WAITING:
        parts.append(_ways_to_pay(f"/world/mercadopago/payments/{payment.id}/pay", back, payment.collector))
    parts.append(_operator(payment, back))
    return page.shell("Pix", "".join(parts))


def preference_page(account: Account, preference: Preference, way_back: str | None) -> web.Response:
    back = f"/pay/mercadopago/{preference.id}"
    payments = [account.payments[number] for number in preference.payments]
    parts = [_preference_bill(account, preference)]
    if preferences.is_open(account, preference):
        action = f"/world/mercadopago/preferences/{preference.id}/pay"
        parts.append(_ways_to_pay(action, back, account.collector_id))
    parts += [_bill(payment) + _operator(payment, back) for payment in payments]
    if way_back and any(payment.approved_at for payment in payments):
        parts.insert(1, page.card(page.link(way_back, "Back to the shop")))
    return page.shell("Checkout Pro", "".join(parts))


def _preference_bill(account: Account, preference: Preference) -> str:
    state = "" if preferences.is_open(account, preference) else '<p class="state bad">This page has ended</p>'
    titles = ", ".join(item["title"] for item in preference.asked["items"])
    return page.card(
        f'<p class="soft">{escape(titles)}</p>'
        f'<p class="amount">{preference.currency} {preference.amount:,.2f}</p>{state}',
        page.facts(Reference=preference.reference, Preference=preference.id),
        heading="Mercado Pago · Checkout Pro",
    )


def _bill(payment: Payment) -> str:
    look = {"approved": "good", "pending": "", "in_process": ""}.get(payment.status, "bad")
    ends = payment.expires_at.strftime("%d/%m %H:%M UTC") if payment.expires_at else None
    return page.card(
        f'<p class="amount">{escape(payment.currency)} {payment.amount:,.2f}</p>'
        f'<p class="state {look}">{payment.status} · {escape(payment.detail)}</p>',
        page.facts(Payment=payment.id, Reference=payment.reference, Payer=payment.email, Ends=ends),
        heading="Mercado Pago · Pix" if payment.method == "pix" else "Payment",
    )


def _code(code: str) -> str:
    image = base64.b64encode(draw_png(code)).decode()
    return page.card(
        f'<img alt="QR code of the Pix code below" src="data:image/png;base64,{image}">'
        f"<code>{escape(code)}</code>",
        heading="Pix copia e cola",
    )


def _ways_to_pay(action: str, back: str, collector: int) -> str:
    def pay(label: str, outcome: str, look: str = "", asks: str = "") -> str:
        return page.button(action, label, back=back, sends={"outcome": outcome}, look=look, asks=asks)

    usual = (
        pay("Pay", "paid", "main"),
        pay("Payment fails", "fail", "bad"),
        pay("Payment goes into review", "async"),
    )
    tests = (
        pay("Pay twice", "twice"),
        pay("Review that ends after the deadline", "late"),
        pay("Pay another amount", "paid", asks=page.field("amount", "amount", "1.00")),
        pay("Pay in another currency", "paid", asks=page.field("currency", "currency", "USD")),
        pay("Pay another account", "paid", asks=page.field("collector", "collector", str(collector + 1))),
        pay("Pay in live mode", "paid", asks='<input type="hidden" name="live_mode" value="true">'),
        pay("Pay in test mode", "paid", asks='<input type="hidden" name="live_mode" value="false">'),
    )
    return page.card(*usual) + page.folded("Ways in which it goes wrong", *tests)


def _operator(payment: Payment, back: str) -> str:
    action = f"/world/mercadopago/payments/{payment.id}"
    if payment.status == "approved":
        half = page.field("amount", "amount", f"{max(payment.left / 2, Decimal('0.01')):.2f}")
        buttons = (
            page.button(f"{action}/refund", "Refund all that is left", back=back),
            page.button(f"{action}/refund", "Refund a part", back=back, asks=half),
            page.button(
                f"{action}/dispute", "Payer charges back", back=back, sends={"state": "open"}, look="bad"
            ),
        )
    elif payment.detail == "in_process" and payment.status == "charged_back":
        buttons = (
            page.button(f"{action}/dispute", "Shop wins", back=back, sends={"state": "won"}),
            page.button(f"{action}/dispute", "Shop loses", back=back, sends={"state": "lost"}),
            "",
        )
    else:
        return ""
    refunded = page.facts(Refunded=f"{payment.refunded:.2f}")
    return page.folded(f"Operator · payment {payment.id}", refunded, *buttons)
