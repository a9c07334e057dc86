"""Mercado Pago's wording of what an account holds."""

import base64
from decimal import Decimal
from typing import Any

from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.dates import write_date
from bot.sandbox.payments.mercadopago.records import Chargeback, Payment, Preference, Refund
from bot.sandbox.payments.qr import draw_png


def payment_object(account: Account, payment: Payment) -> dict[str, Any]:
    is_pix = payment.method == "pix"
    return {
        "id": payment.id,
        "date_created": write_date(payment.created),
        "date_approved": write_date(payment.approved_at),
        "date_last_updated": write_date(payment.changed),
        "date_of_expiration": write_date(payment.expires_at),
        "money_release_date": write_date(payment.approved_at),
        "operation_type": "regular_payment",
        "payment_method_id": "pix" if is_pix else "visa",
        "payment_type_id": "bank_transfer" if is_pix else "credit_card",
        "payment_method": {"id": "pix" if is_pix else "visa", "type": _type_of(payment)},
        "status": payment.status,
        "status_detail": payment.detail,
        "currency_id": payment.currency,
        "description": payment.description,
        "live_mode": payment.live_mode,
        "collector_id": payment.collector,
        "payer": {"id": None, "email": payment.email, "identification": {"type": None, "number": None}},
        "metadata": payment.metadata,
        "external_reference": payment.reference,
        "notification_url": payment.notification_url,
        "transaction_amount": payment.amount,
        "transaction_amount_refunded": payment.refunded,
        "coupon_amount": 0,
        "installments": 1,
        "captured": True,
        "binary_mode": False,
        "order": {"id": payment.preference, "type": "mercadopago"} if payment.preference else {},
        "transaction_details": _details(payment),
        "fee_details": [],
        "charges_details": [],
        "refunds": [refund_object(refund) for refund in payment.refunds],
        "point_of_interaction": _pix(account, payment) if is_pix else {"type": "CHECKOUT"},
    }


def _type_of(payment: Payment) -> str:
    return "bank_transfer" if payment.method == "pix" else "credit_card"


def _details(payment: Payment) -> dict[str, Any]:
    paid = payment.amount if payment.approved_at else Decimal(0)
    return {
        "net_received_amount": paid,
        "total_paid_amount": payment.amount,
        "overpaid_amount": 0,
        "installment_amount": 0,
        "external_resource_url": None,
    }


def _pix(account: Account, payment: Payment) -> dict[str, Any]:
    told = {"qr_code": payment.code, "ticket_url": f"{account.public_url()}/pay/pix/{payment.id}"}
    if account.switches.draws_image and payment.code:
        told["qr_code_base64"] = base64.b64encode(draw_png(payment.code)).decode()
    return {"type": "OPENPLATFORM", "transaction_data": told}


def refund_object(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "payment_id": refund.payment,
        "amount": refund.amount,
        "date_created": write_date(refund.created),
        "refund_mode": "standard",
        "status": "approved",
        "metadata": {},
        "source": {"id": "1", "name": "Loja Sandbox", "type": "collector"},
    }


def preference_object(account: Account, preference: Preference) -> dict[str, Any]:
    page = f"{account.public_url()}/pay/mercadopago/{preference.id}"
    usual = {"auto_return": "", "back_urls": {}, "expires": False, "metadata": {}, "notification_url": None}
    return {
        **usual,
        **preference.asked,
        "id": preference.id,
        "collector_id": account.collector_id,
        "date_created": write_date(preference.created),
        "init_point": page,
        "sandbox_init_point": page,
        "operation_type": "regular_payment",
        "site_id": "MLB",
    }


def chargeback_object(account: Account, case: Chargeback) -> dict[str, Any]:
    payment = account.payments[case.payment]
    return {
        "id": case.id,
        "payments": [payment.id],
        "currency": payment.currency,
        "amount": case.amount,
        "reason": "general",
        "status": case.state,
        "coverage_applied": case.state == "reimbursed",
        "coverage_eligible": True,
        "documentation_required": case.state == "in_process",
        "documentation_status": "pending",
        "documentation": [],
        "date_documentation_deadline": None,
        "date_created": write_date(case.created),
        "date_last_updated": write_date(case.changed),
        "live_mode": payment.live_mode,
    }


def user_object(account: Account) -> dict[str, Any]:
    return {
        "id": account.collector_id,
        "nickname": "LOJA SANDBOX",
        "email": account.email,
        "country_id": "BR",
        "site_id": "MLB",
        "user_type": "normal",
        "tags": ["normal"] if account.live_mode else ["normal", "test_user"],
    }
