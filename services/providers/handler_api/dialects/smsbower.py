from services.ports.provider import Abilities
from services.providers.handler_api.dialects.dialect import Dialect

SMSBOWER = Dialect(
    name="smsbower",
    # SMSBower: no list and no history (both BAD_ACTION); POST is answered 405.
    abilities=Abilities(list_active=False, history=False, reactivate=False),
    buyer_parameter="userID",
)
