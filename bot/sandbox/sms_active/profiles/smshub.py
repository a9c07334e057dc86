from bot.sandbox.sms_active.catalogue import Offer
from bot.sandbox.sms_active.profiles.classic import Classic
from bot.sandbox.sms_active.profiles.smsbower import SmsBower
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.rules import Rules
from bot.sandbox.sms_active.wire import Reply

_OWN_WORDS = {
    "BAD_KEY": "API_KEY_NOT_VALID",
    "BAD_SERVICE": "WRONG_SERVICE",
    "WRONG_MAX_PRICE": "NO_NUMBERS",  # a cap too low is no stock here
}


class SmsHub(Classic):
    """SMSHub: the six oldest actions, and prices as a map from price to stock."""

    name = "smshub"
    absent_actions = (SmsBower.absent_actions - {"getNumbersStatus"}) | {
        "getCountries",
        "getServicesList",
        "getOperators",
        "getPricesV2",
        "getPricesV3",
        "getTopCountriesByService",
        "getNumberV2",
    }

    @staticmethod
    def usual_rules() -> Rules:
        return Rules(finish_without_code="delete")

    def refusal(self, refused: RefusedError, action: str) -> Reply:
        if refused.code in _OWN_WORDS:
            return self.text(_OWN_WORDS[refused.code])
        return super().refusal(refused, action)

    def price(self, offer: Offer) -> object:
        return {f"{price:f}": count for price, count in offer.ladder()}
