from typing import Any

from services.errors import GatewayRefused
from services.gateways.mercadopago.counter import Counter, ends_at
from services.gateways.mercadopago.reading import MADE_BY, Preference, moment, payment, read
from services.gateways.mercadopago.wire import json_number
from services.ports.gateway import Bill, Opened, OpenTopup, Payment


class CheckoutGateway(Counter):
    """Mercado Pago's own page (Checkout Pro): a preference, which may gather several payments."""

    code = "mercadopago"

    async def open(self, bill: Bill) -> Opened:
        """A preference made twice does no harm: payments are looked for by the bill's reference."""
        end = ends_at(bill, self._clock.now())
        order = _order(bill, self.code, moment(end))
        answer = await self._mercadopago.ask(
            lambda sdk, options: sdk.preference().create(order, request_options=options),
            key=f"{bill.topup_id}-open",
        )
        made = read(Preference, answer)
        asked = [(item.unit_price, item.currency_id) for item in made.items or ()]
        if made.items is not None and asked != [(bill.amount, bill.currency)]:
            raise GatewayRefused("amount_mismatch", str(asked))
        return Opened(order_id=made.id, expires_at=end, link=made.init_point, receiver=made.collector_id)

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        """Search only to learn which payments there are: its index lags behind the payments themselves."""
        found = [each.id async for each in self._search({"external_reference": str(topup.topup_id)})]
        return tuple([payment(await self._payment(payment_id)) for payment_id in found])

    async def close(self, topup: OpenTopup) -> None:
        ended = {"expires": True, "expiration_date_to": moment(self._clock.now())}
        await self._mercadopago.ask(
            lambda sdk, options: sdk.preference().update(topup.order_id, ended, request_options=options)
        )


def _order(bill: Bill, code: str, end: str) -> dict[str, Any]:
    order: dict[str, Any] = {
        "items": [
            {
                "id": str(bill.topup_id),
                "title": bill.description or f"{bill.credits} {bill.currency}",
                "quantity": 1,
                "unit_price": json_number(bill.amount),
                "currency_id": bill.currency,
            }
        ],
        "external_reference": str(bill.topup_id),
        "back_urls": {
            "success": bill.success_url,
            "pending": bill.success_url,
            "failure": bill.cancel_url,
        },
        "expires": True,
        "expiration_date_to": end,
        "date_of_expiration": end,  # of a Pix or boleto begun on the page
        "metadata": {MADE_BY: code},
    }
    if bill.success_url.startswith("https://"):
        order["auto_return"] = "approved"  # Mercado Pago: refused with any address that is not https
    if bill.payer_email:
        order["payer"] = {"email": bill.payer_email}
    return order
