from services.ports.provider import Abilities
from services.providers.handler_api.dialects.dialect import Dialect

SMSHUB = Dialect(
    name="smshub",
    # SMSHub: getBalance, getNumber, setStatus, getStatus, getNumbersStatus and getPrices are all there
    # is; its countries and operators are told by another program, api.php.
    abilities=Abilities(list_active=False, history=False, reactivate=False, operators=False),
    purchase_action="getNumber",
    lists_catalogue=False,
)
