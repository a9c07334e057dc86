from services.ports.provider import Abilities
from services.providers.handler_api.dialects.dialect import Dialect, Renewal, Texts

HERO = Dialect(
    name="hero",
    # HeroSMS: its first specification knew ORDER_ALREADY_EXISTS, the later ones no key at all; it is
    # sent, since unknown parameters are ignored, and nothing relies on it.
    abilities=Abilities(order_key=False, reactivate=True),
    order_key_parameter="orderId",
    list_is_paged=True,
    history_page_parameter="size",
    texts=Texts.ALL_SMS,
    # HeroSMS: GET in the first specification, POST in the later ones.
    renewal=Renewal("reactivationPrice", "reactivate", "id", method="POST"),
)
