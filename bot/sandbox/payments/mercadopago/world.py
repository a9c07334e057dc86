"""What people, banks and testers do to Mercado Pago: `/world/mercadopago/…`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.payments.mercadopago import preferences
from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.payers import Paying
from bot.sandbox.payments.mercadopago.records import Payment, Preference
from bot.sandbox.payments.orders import Order, carry_out, decimal, flag, text, whole
from bot.sandbox.payments.switches import switch_routes

if TYPE_CHECKING:
    from bot.sandbox.payments.mercadopago.gateway import MercadoPago


def routes(gateway: "MercadoPago") -> list[web.RouteDef]:
    at = "/world/mercadopago"
    return [
        web.get(f"{at}/payments", carry_out(lambda _, __: gateway.payments())),
        web.get(f"{at}/preferences", carry_out(lambda _, __: gateway.preferences())),
        web.post(
            f"{at}/payments/{{id}}/pay",
            carry_out(lambda order, names: gateway.pay(names["id"], read_paying(order))),
        ),
        web.post(
            f"{at}/preferences/{{id}}/pay",
            carry_out(lambda order, names: gateway.pay_preference(names["id"], read_paying(order))),
        ),
        web.post(f"{at}/pix", carry_out(lambda order, _: gateway.pay_code(str(order["code"])))),
        web.post(
            f"{at}/payments/{{id}}/refund",
            carry_out(lambda order, names: gateway.refund(names["id"], decimal(order, "amount"))),
        ),
        web.post(
            f"{at}/payments/{{id}}/dispute",
            carry_out(lambda order, names: gateway.dispute(names["id"], order.get("state", "open"))),
        ),
        web.post(f"{at}/webhooks/forge", carry_out(lambda order, _: _forge(gateway, order))),
        web.post(f"{at}/switches", carry_out(lambda order, _: _switch(gateway, order))),
        *switch_routes(at, gateway.ledger, gateway.deliveries, gateway.faults),
    ]


def read_paying(order: Order) -> Paying:
    return Paying(
        outcome=order.get("outcome", "paid"),
        amount=decimal(order, "amount"),
        currency=text(order, "currency"),
        collector=whole(order, "collector"),
        live_mode=flag(order, "live_mode"),
    )


def payment_summary(account: Account, payment: Payment) -> Mapping[str, Any]:
    page = f"mercadopago/{payment.preference}" if payment.preference else f"pix/{payment.id}"
    return {
        "id": str(payment.id),
        "url": f"{account.public_url()}/pay/{page}",
        "reference": payment.reference,
        "amount": str(payment.amount),
        "currency": payment.currency,
        "method": payment.method,
        "status": payment.status,
        "status_detail": payment.detail,
        "refunded": str(payment.refunded),
        "code": payment.code,
        "created": payment.created.isoformat(),
    }


def preference_summary(account: Account, preference: Preference) -> Mapping[str, Any]:
    return {
        "id": preference.id,
        "url": f"{account.public_url()}/pay/mercadopago/{preference.id}",
        "reference": preference.reference,
        "amount": str(preference.amount),
        "currency": preference.currency,
        "is_open": preferences.is_open(account, preference),
        "payments": [str(number) for number in preference.payments],
        "created": preference.created.isoformat(),
    }


def _forge(gateway: "MercadoPago", order: Order) -> dict[str, str]:
    payment = str(order["payment"])
    gateway.forge(payment, order.get("signature", "wrong"), text(order, "body_id"))
    return {"rang": payment}


def _switch(gateway: "MercadoPago", order: Order) -> dict[str, Any]:
    switches = gateway.account.switches
    switches.draws_image = order.get("draws_image", switches.draws_image)
    switches.search_lag_seconds = float(order.get("search_lag_seconds", switches.search_lag_seconds))
    switches.timestamps_in = order.get("timestamps_in", switches.timestamps_in)
    switches.sends_ipn = order.get("sends_ipn", switches.sends_ipn)
    return {
        "draws_image": switches.draws_image,
        "search_lag_seconds": switches.search_lag_seconds,
        "timestamps_in": switches.timestamps_in,
        "sends_ipn": switches.sends_ipn,
    }
