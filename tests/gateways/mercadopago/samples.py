"""Objects as Mercado Pago's documents show them, with a test's values laid over."""

import base64
from decimal import Decimal
from io import BytesIO
from typing import Any

import segno

from tests.gateways.conftest import TOPUP_ID

PIX_CODE = (
    "00020126580014br.gov.bcb.pix0136b76aa9c2-2ec4-4110-954e-ebfe34f05b61520400005303986540510.005802BR"
    "5910Loja Teste6009SAO PAULO62070503***630433AA"
)
COLLECTOR = 1_122_334_455
ACCOUNT = {"id": COLLECTOR, "nickname": "LOJA", "site_id": "MLB", "email": "loja@example.com"}


def picture() -> bytes:
    image = BytesIO()
    segno.make(PIX_CODE, error="m").save(image, kind="png")
    return image.getvalue()


def pix_details() -> dict[str, Any]:
    return {
        "type": "OPENPLATFORM",
        "transaction_data": {
            "qr_code": PIX_CODE,
            "qr_code_base64": base64.b64encode(picture()).decode(),
            "ticket_url": "https://www.mercadopago.com.br/payments/57731/ticket?caller_id=1",
        },
    }


def payment(**values: Any) -> dict[str, Any]:
    ours = {
        "id": 57731,
        "status": "pending",
        "status_detail": "pending_waiting_transfer",
        "currency_id": "BRL",
        "transaction_amount": 10,
        "transaction_amount_refunded": 0,
        "external_reference": str(TOPUP_ID),
        "collector_id": COLLECTOR,
        "live_mode": True,
        "date_created": "2026-11-22T15:00:00.000-04:00",
        "date_approved": None,
        "date_of_expiration": "2026-11-22T15:35:00.000-03:00",
        "payment_method_id": "pix",
        "metadata": {"gateway": "pix"},
        "payer": {"id": None, "email": "tg4242@shop.example"},
        "point_of_interaction": pix_details(),
        "refunds": [],
    }
    unknown = values.keys() - ours.keys()
    assert not unknown, f"a payment has no {unknown}"
    return ours | values


def approved(**values: Any) -> dict[str, Any]:
    told = {
        "status": "approved",
        "status_detail": "accredited",
        "date_approved": "2026-11-22T15:00:00.000-03:00",
    }
    return payment(**told | values)


def found(*payments: dict[str, Any], total: int | None = None, offset: int = 0) -> dict[str, Any]:
    paging = {"total": len(payments) if total is None else total, "limit": 50, "offset": offset}
    return {"paging": paging, "results": list(payments)}


def preference(price: float | str = 10, currency: str = "BRL") -> dict[str, Any]:
    return {
        "id": "1122334455-5c2f",
        "collector_id": COLLECTOR,
        "init_point": "https://www.mercadopago.com.br/checkout/v1/redirect?pref_id=1122334455-5c2f",
        "sandbox_init_point": "https://sandbox.mercadopago.com.br/checkout/v1/redirect?pref_id=1122334455-5c2f",
        "items": [{"title": "10,00", "quantity": 1, "unit_price": price, "currency_id": currency}],
    }


def error(status: int, message: str = "no", cause: int | None = None) -> dict[str, Any]:
    causes = [] if cause is None else [{"code": cause, "description": "because"}]
    return {"message": message, "error": "bad_request", "status": status, "cause": causes}


def cents(number: int) -> Decimal:
    return Decimal(number).scaleb(-2)
