"""What people and testers do to Crypto Pay: `/world/cryptopay/…`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.payments.cryptopay.invoices import Invoice
from bot.sandbox.payments.orders import Order, carry_out, decimal, text
from bot.sandbox.payments.switches import switch_routes

if TYPE_CHECKING:
    from bot.sandbox.payments.cryptopay.gateway import CryptoPay


def routes(gateway: "CryptoPay") -> list[web.RouteDef]:
    at = "/world/cryptopay"
    return [
        web.get(f"{at}/invoices", carry_out(lambda _, __: gateway.summaries())),
        web.post(
            f"{at}/invoices/{{id}}/pay", carry_out(lambda order, names: _pay(gateway, names["id"], order))
        ),
        web.post(
            f"{at}/invoices/{{id}}/refund",
            carry_out(lambda order, names: gateway.give_back(names["id"], decimal(order, "amount"))),
        ),
        web.post(f"{at}/webhooks/forge", carry_out(lambda order, _: _forge(gateway, order))),
        *switch_routes(at, gateway.ledger, gateway.deliveries, gateway.faults),
    ]


def summary(invoice: Invoice, public_url: str) -> Mapping[str, Any]:
    return {
        "id": str(invoice.id),
        "url": f"{public_url}/pay/crypto/{invoice.hash}",
        "reference": invoice.payload,
        "amount": str(invoice.amount),
        "currency": invoice.currency,
        "status": invoice.status,
        "created": invoice.created.isoformat(),
    }


def _pay(gateway: "CryptoPay", invoice: str, order: Order) -> dict[str, Any]:
    return gateway.pay(
        invoice,
        order.get("outcome", "paid"),
        asset=text(order, "asset") or "USDT",
        amount=decimal(order, "amount"),
        currency=text(order, "currency"),
    )


def _forge(gateway: "CryptoPay", order: Order) -> dict[str, str]:
    invoice = str(order["invoice"])
    gateway.forge(invoice, order.get("signature", "wrong"))
    return {"rang": invoice}
