"""What people, banks and testers do to Stripe: `/world/stripe/…`."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.payments.orders import Order, carry_out, flag, text, whole
from bot.sandbox.payments.stripe.account import Account
from bot.sandbox.payments.stripe.payers import Payment
from bot.sandbox.payments.stripe.records import Session, major
from bot.sandbox.payments.switches import switch_routes

if TYPE_CHECKING:
    from bot.sandbox.payments.stripe.gateway import Stripe


def routes(stripe: "Stripe") -> list[web.RouteDef]:
    at = "/world/stripe"
    return [
        web.get(f"{at}/sessions", carry_out(lambda _, __: stripe.sessions())),
        web.post(
            f"{at}/sessions/{{id}}/pay",
            carry_out(lambda order, names: stripe.pay(names["id"], read_payment(order))),
        ),
        web.post(
            f"{at}/payments/{{id}}/refund",
            carry_out(lambda order, names: stripe.refund(names["id"], whole(order, "amount"))),
        ),
        web.post(
            f"{at}/payments/{{id}}/dispute",
            carry_out(lambda order, names: _dispute(stripe, names["id"], order)),
        ),
        web.post(f"{at}/refunds/{{id}}/fail", carry_out(lambda _, names: stripe.fail_refund(names["id"]))),
        web.post(f"{at}/webhooks/forge", carry_out(lambda order, _: _forge(stripe, order))),
        *switch_routes(at, stripe.ledger, stripe.deliveries, stripe.faults),
    ]


def read_payment(order: Order) -> Payment:
    return Payment(
        outcome=order.get("outcome", "paid"),
        amount=whole(order, "amount"),
        currency=text(order, "currency"),
        livemode=flag(order, "livemode"),
        email=text(order, "email"),
    )


def summary(account: Account, session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "url": account.address(session),
        "reference": session.reference,
        "amount": str(major(session.amount, session.currency)),
        "currency": session.currency.upper(),
        "status": session.status,
        "payment_status": session.payment_status,
        "payment_intent": session.intent,
        "created": session.created,
        "expires_at": session.expires_at,
    }


def _dispute(stripe: "Stripe", intent: str, order: Order) -> dict[str, Any]:
    return stripe.dispute(intent, order.get("state", "open"), whole(order, "amount"))


def _forge(stripe: "Stripe", order: Order) -> dict[str, str]:
    kind = order.get("type", "checkout.session.completed")
    return {"event": stripe.forge(kind, order["session"], order.get("signature", "wrong"))}
