from datetime import datetime

from services.errors import GatewayRefused
from services.gateways.mercadopago.counter import Counter, ends_at
from services.gateways.mercadopago.reading import MADE_BY, MpPayment, moment, payment, picture_of, read
from services.gateways.mercadopago.wire import json_number
from services.ports.gateway import Bill, EmailNeeded, Opened, OpenTopup, Payment

_OVER = {"rejected", "cancelled"}
_STILL_OPEN = {"pending", "in_process", "authorized"}


class PixGateway(Counter):
    """A Pix code in the chat: the payment is made at once and waits to be paid."""

    code = "pix"

    def takes_notices(self) -> bool:
        return False  # one address per account, and the page's gateway answers there for both

    async def open(self, bill: Bill) -> Opened:
        end = ends_at(bill, self._clock.now())
        order = {
            "transaction_amount": json_number(bill.amount),
            "payment_method_id": "pix",
            "description": bill.description or f"{bill.credits} {bill.currency}",
            "external_reference": str(bill.topup_id),
            "date_of_expiration": moment(end),
            "payer": {"email": self._email_of(bill)},
            "metadata": {MADE_BY: self.code},
        }
        answer = await self._mercadopago.ask(
            lambda sdk, options: sdk.payment().create(order, request_options=options),
            key=f"{bill.topup_id}-open",
        )
        return _opened(read(MpPayment, answer), bill, end)

    def _email_of(self, bill: Bill) -> str:
        if bill.payer_email:
            return bill.payer_email
        if not self._settings.payer_email_domain:
            raise EmailNeeded
        return f"tg{bill.telegram_id}@{self._settings.payer_email_domain}"

    async def fetch(self, topup: OpenTopup) -> tuple[Payment, ...]:
        return (payment(await self._payment(topup.order_id)),)

    async def close(self, topup: OpenTopup) -> None:
        try:
            await self._mercadopago.ask(
                lambda sdk, options: sdk.payment().update(
                    topup.order_id, {"status": "cancelled"}, request_options=options
                )
            )
        except GatewayRefused:
            # Mercado Pago: only what is pending can be cancelled; what ended by itself is just as well
            if (await self._payment(topup.order_id)).status in _STILL_OPEN:
                raise


def _opened(made: MpPayment, bill: Bill, end: datetime) -> Opened:
    if (made.transaction_amount, made.currency_id) != (bill.amount, bill.currency):
        raise GatewayRefused("amount_mismatch", f"{made.transaction_amount} {made.currency_id}")
    code = made.point_of_interaction.transaction_data
    if made.status in _OVER or not code.qr_code:
        raise GatewayRefused(made.status_detail or made.status, "no Pix code came")
    return Opened(
        order_id=made.id,
        expires_at=made.date_of_expiration or end,
        link=code.ticket_url,
        copy_code=code.qr_code,
        image_png=picture_of(code),
        receiver=made.collector_id,
    )
