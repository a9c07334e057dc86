import json
from typing import Any

import pytest
from mercadopago.webhook import InvalidWebhookSignatureError, WebhookSignatureValidator

from bot.sandbox.clock import Clock
from bot.sandbox.payments.mercadopago import MercadoPago
from tests.sandbox.payments.conftest import Rung, Shop
from tests.sandbox.payments.mercadopago.conftest import Ask
from tests.sandbox.payments.mercadopago.orders import order


def validate(ring: Rung, secret: str = "mp-sandbox", **said: Any) -> None:
    WebhookSignatureValidator.validate(
        ring.headers.get("x-signature"), ring.headers["x-request-id"], ring.query["data.id"], secret, **said
    )


@pytest.mark.parametrize("unit", ["ms", "s"])
async def test_notices_bear_a_signature_that_the_official_sdk_accepts(
    ask: Ask, clock: Clock, played: MercadoPago, shop: Shop, unit: str
) -> None:
    played.switches.timestamps_in = unit
    played.deliveries.configure({"urls": [shop.url]})
    _, made = await ask("payment", "create", order(clock))
    played.pay(made["id"])
    await played.deliveries.settled()

    bodies = [json.loads(ring.body) for ring in shop.rings]

    assert [body["action"] for body in bodies] == ["payment.created", "payment.updated"]
    assert shop.rings[1].query == {"data.id": str(made["id"]), "type": "payment"}
    assert bodies[1]["data"] == {"id": str(made["id"])}
    validate(shop.rings[1])
    if unit == "s":
        validate(shop.rings[1], tolerance_seconds=60)


@pytest.mark.parametrize("signature", ["wrong", "absent"])
async def test_a_forged_notice_is_told_from_a_true_one(
    played: MercadoPago, shop: Shop, signature: Any
) -> None:
    played.deliveries.configure({"urls": [shop.url]})

    played.forge("123", signature)
    await played.deliveries.settled()

    with pytest.raises(InvalidWebhookSignatureError):
        validate(shop.rings[0])
