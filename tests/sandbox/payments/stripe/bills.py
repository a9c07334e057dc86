from typing import Any

from bot.sandbox.clock import Clock


def bill(clock: Clock, **changes: Any) -> Any:
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {"currency": "brl", "unit_amount": 1000, "product_data": {"name": "Créditos"}},
            }
        ],
        "client_reference_id": "topup-7",
        "metadata": {"topup_id": "topup-7"},
        "payment_intent_data": {"metadata": {"topup_id": "topup-7"}},
        "expires_at": int(clock.now().timestamp()) + 31 * 60,
        "success_url": "https://t.me/shop?start=paid_7",
        "cancel_url": "https://t.me/shop?start=cancel_7",
        "adaptive_pricing": {"enabled": False},
        **changes,
    }
