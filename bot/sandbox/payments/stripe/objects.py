"""Stripe's wording of what an account holds, on the base of its published sample objects."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from bot.sandbox.payments.stripe.records import Charge, Dispute, Event, Intent, Refund, Session

API_VERSION = "2026-10-28.endive"
_SAMPLES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("objects.json").read_text(encoding="utf-8")
)
_ECHOED = (
    "allow_promotion_codes", "billing_address_collection", "cancel_url", "client_reference_id",
    "customer_creation", "customer_email", "locale", "metadata", "payment_method_options",
    "submit_type", "success_url",
)  # fmt: skip
_DECLINED = {
    "card_declined": "Your card was declined.",
    "payment_intent_payment_attempt_failed": "The payment attempt failed.",
}


def _sample(kind: str, **known: Any) -> dict[str, Any]:
    return deepcopy(_SAMPLES[kind]) | known


def session_object(session: Session, url: str) -> dict[str, Any]:
    is_open = session.status == "open"
    return _sample(
        "checkout.session",
        **{name: session.asked[name] for name in _ECHOED if name in session.asked},
        id=session.id,
        created=session.created,
        expires_at=session.expires_at,
        amount_subtotal=session.amount,
        amount_total=session.amount,
        currency=session.currency,
        livemode=session.livemode,
        adaptive_pricing=session.asked.get("adaptive_pricing", {"enabled": True}),
        customer_details=_customer(session),
        payment_intent=session.intent,
        payment_method_types=session.methods,
        payment_status=session.payment_status,
        status=session.status,
        url=url if is_open else None,
    )


def _customer(session: Session) -> dict[str, Any] | None:
    if session.email is None:
        return None
    nothing = dict.fromkeys(("address", "business_name", "individual_name", "name", "phone", "tax_ids"))
    return nothing | {"email": session.email, "tax_exempt": "none"}


def line_items(session: Session, url: str) -> dict[str, Any]:
    lines = [_line(session, number, asked) for number, asked in enumerate(session.asked["line_items"], 1)]
    return {"object": "list", "data": lines, "has_more": False, "url": url}


def _line(session: Session, number: int, asked: dict[str, Any]) -> dict[str, Any]:
    price, quantity = asked["price_data"], asked.get("quantity", 1)
    amount = price["unit_amount"] * quantity
    return {
        "id": f"li_{session.id[-20:]}{number}",
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "price": None,
        "quantity": quantity,
    }


def intent_object(intent: Intent) -> dict[str, Any]:
    paid = intent.amount if intent.status == "succeeded" else 0
    return _sample(
        "payment_intent",
        id=intent.id,
        created=intent.created,
        amount=intent.amount,
        amount_received=paid,
        client_secret=f"{intent.id}_secret_{intent.id[-12:]}",
        currency=intent.currency,
        description=intent.description,
        last_payment_error=_payment_error(intent),
        latest_charge=intent.charge,
        livemode=intent.livemode,
        metadata=intent.metadata,
        payment_method_types=[intent.method],
        receipt_email=intent.receipt_email,
        status=intent.status,
    )


def _payment_error(intent: Intent) -> dict[str, Any] | None:
    if intent.decline is None:
        return None
    return {
        "type": "card_error",
        "code": intent.decline,
        "charge": intent.charge,
        "message": _DECLINED[intent.decline],
    }


def charge_object(charge: Charge) -> dict[str, Any]:
    failed = charge.decline is not None
    sample = _sample(
        "charge",
        id=charge.id,
        created=charge.created,
        amount=charge.amount,
        amount_captured=0 if failed else charge.amount,
        amount_refunded=charge.refunded,
        captured=not failed,
        currency=charge.currency,
        description=charge.description,
        disputed=charge.disputed,
        failure_code=charge.decline,
        failure_message=_DECLINED[charge.decline] if charge.decline else None,
        livemode=charge.livemode,
        metadata=charge.metadata,
        paid=not failed,
        payment_intent=charge.intent,
        payment_method_details=_method_details(charge),
        refunded=not failed and charge.refunded == charge.amount,
        status="failed" if failed else "succeeded",
    )
    sample["billing_details"]["email"] = charge.email
    if failed:
        sample["outcome"] |= {"network_status": "declined_by_network", "type": "issuer_declined"}
    return sample


def _method_details(charge: Charge) -> dict[str, Any]:
    played = {
        "card": _sample("card"),
        "boleto": {"tax_id": "00000000000"},
        "pix": {"bank_transaction_id": None},
    }
    return {"type": charge.method, charge.method: played[charge.method]}


def refund_object(refund: Refund) -> dict[str, Any]:
    sample = _sample(
        "refund",
        id=refund.id,
        created=refund.created,
        amount=refund.amount,
        charge=refund.charge,
        currency=refund.currency,
        destination_details={"type": refund.method, refund.method: {}},
        metadata=refund.metadata,
        payment_intent=refund.intent,
        reason=refund.reason,
        status=refund.status,
    )
    if refund.status == "failed":
        sample |= {"failure_reason": "lost_or_stolen_card", "failure_balance_transaction": None}
    return sample


def dispute_object(dispute: Dispute) -> dict[str, Any]:
    return _sample(
        "dispute",
        id=dispute.id,
        created=dispute.created,
        amount=dispute.amount,
        charge=dispute.charge,
        currency=dispute.currency,
        livemode=dispute.livemode,
        payment_intent=dispute.intent,
        status=dispute.status,
    )


def event_object(event: Event, pending_webhooks: int) -> dict[str, Any]:
    about = {"object": event.object}
    if event.previous:
        about["previous_attributes"] = event.previous
    return _sample(
        "event",
        id=event.id,
        api_version=API_VERSION,
        created=event.created,
        data=about,
        livemode=event.livemode,
        pending_webhooks=pending_webhooks,
        type=event.type,
    )


def balance_object(amounts: dict[str, int], *, livemode: bool) -> dict[str, Any]:
    available = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(amounts.items())
    ]
    return _sample("balance", available=available or _nothing(), pending=_nothing(), livemode=livemode)


def _nothing() -> list[dict[str, Any]]:
    return [{"amount": 0, "currency": "brl", "source_types": {"card": 0}}]


def account_object() -> dict[str, Any]:
    return _sample("account")
