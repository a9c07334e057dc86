from datetime import timedelta, timezone
from typing import Any

from bot.sandbox.clock import Clock


def order(clock: Clock, **changes: Any) -> dict[str, Any]:
    end = (clock.now() + timedelta(minutes=45)).astimezone(timezone(timedelta(hours=-3)))
    return {
        "transaction_amount": 12.34,
        "payment_method_id": "pix",
        "description": "Créditos",
        "external_reference": "topup-7",
        "date_of_expiration": end.isoformat(timespec="milliseconds"),
        "payer": {"email": "ana@example.com"},
        "metadata": {"made_by": "shop"},
        **changes,
    }


def preference(**changes: Any) -> dict[str, Any]:
    return {
        "items": [{"title": "Créditos", "quantity": 1, "unit_price": 10.5, "currency_id": "BRL"}],
        "external_reference": "topup-8",
        "back_urls": {"success": "https://t.me/shop?start=paid_8"},
        "auto_return": "approved",
        "metadata": {"made_by": "shop"},
        **changes,
    }
