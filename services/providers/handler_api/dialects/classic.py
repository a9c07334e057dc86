from services.ports.provider import Abilities
from services.providers.handler_api.dialects.dialect import Dialect, Renewal, Texts

CLASSIC = Dialect(
    name="classic",
    # SMS-Activate: orderId makes getNumberV2 idempotent, a second one is ORDER_ALREADY_EXISTS.
    abilities=Abilities(order_key=True, reactivate=True),
    order_key_parameter="orderId",
    buyer_parameter="userId",
    texts=Texts.STATUS_V2,
    renewal=Renewal("checkExtraActivation", "getExtraActivation", "activationId"),
    ended_words=frozenset({"STATUS_CANCEL", "ACCESS_CANCEL", "CANCEL"}),  # the last: sms24h
)
