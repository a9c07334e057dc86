"""Stripe's checkout page, as far as a play needs it."""

from collections.abc import Callable
from html import escape

from aiohttp import web

from bot.sandbox.payments import page
from bot.sandbox.payments.stripe.account import Account
from bot.sandbox.payments.stripe.records import Session, major


def checkout_page(account: Account, session: Session, way_back: Callable[[str], str]) -> web.Response:
    """What a payer sees, and below it, folded, what only a tester may do."""
    parts = [_bill(session)]
    if session.payment_status == "unpaid" and session.status != "expired":
        parts.append(_ways_to_pay(session))
    if session.status == "complete":
        success = session.asked["success_url"].replace("{CHECKOUT_SESSION_ID}", session.id)
        parts.append(page.card(page.link(way_back(success), "Back to the shop")))
    elif cancel := session.asked.get("cancel_url"):
        parts.append(page.card(page.link(way_back(cancel), "Go back without paying", look="")))
    if session.payment_status == "paid" and session.intent:
        parts.append(_operator(account, session, session.intent))
    return page.shell("Checkout", "".join(parts))


def _bill(session: Session) -> str:
    names = [line["price_data"]["product_data"]["name"] for line in session.asked["line_items"]]
    amount = f"{session.currency.upper()} {major(session.amount, session.currency):,}"
    look, state = _state(session)
    return page.card(
        f'<p class="soft">{escape(", ".join(names))}</p><p class="amount">{amount}</p>'
        f'<p class="state {look}">{state}</p>',
        page.facts(Reference=session.reference, Payer=session.email, Session=session.id),
        heading="Stripe Checkout",
    )


def _state(session: Session) -> tuple[str, str]:
    if session.payment_status == "paid":
        return "good", "Paid"
    return {
        "open": ("", "Waiting for payment"),
        "expired": ("bad", "Expired: nobody can pay this any more"),
        "complete": ("", "Voucher issued, the money is still to come"),
    }[session.status]


def _ways_to_pay(session: Session) -> str:
    action, back = f"/world/stripe/sessions/{session.id}/pay", f"/pay/stripe/{session.id}"

    def pay(label: str, outcome: str, look: str = "", asks: str = "") -> str:
        return page.button(action, label, back=back, sends={"outcome": outcome}, look=look, asks=asks)

    awaits = session.status == "complete"
    buttons = [pay("Pay", "paid", "main"), pay("Payment fails", "fail", "bad")]
    tests = [pay("Pay twice", "twice")]
    if not awaits and "boleto" in session.methods:
        buttons.append(pay("Issue a boleto (money comes later)", "async"))
        tests.append(pay("Boleto, paid after the session's end", "late"))
    tests.append(pay("Pay another amount", "paid", asks=page.field("amount", "smallest unit", "100")))
    tests.append(pay("Pay in another currency", "paid", asks=page.field("currency", "currency", "usd")))
    mode = "false" if session.livemode else "true"
    other = "test" if session.livemode else "live"
    tests.append(
        pay(f"Pay in {other} mode", "paid", asks=f'<input type="hidden" name="livemode" value="{mode}">')
    )
    return page.card(*buttons) + page.folded("Ways in which it goes wrong", *tests)


def _operator(account: Account, session: Session, intent: str) -> str:
    action, back = f"/world/stripe/payments/{intent}", f"/pay/stripe/{session.id}"
    charge = account.charges[account.intents[intent].charge or ""]
    half = str(max(1, charge.left // 2))
    parts = [
        page.facts(Payment=intent, Refunded=major(charge.refunded, charge.currency), Disputed=charge.disputed)
    ]
    if charge.left and not charge.disputed:
        asks = page.field("amount", "smallest unit", half)
        parts.append(page.button(f"{action}/refund", "Refund all that is left", back=back))
        parts.append(page.button(f"{action}/refund", "Refund a part", back=back, asks=asks))
        parts.append(
            page.button(f"{action}/dispute", "Payer disputes", back=back, sends={"state": "open"}, look="bad")
        )
    elif any(one.charge == charge.id and one.is_open for one in account.disputes.values()):
        parts.append(
            page.button(f"{action}/dispute", "Shop wins the dispute", back=back, sends={"state": "won"})
        )
        parts.append(
            page.button(f"{action}/dispute", "Shop loses the dispute", back=back, sends={"state": "lost"})
        )
    return page.folded("Operator", *parts)
