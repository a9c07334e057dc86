from collections.abc import Iterable, Mapping, Sequence

from bot.sandbox.sms_active.catalogue import Offer
from bot.sandbox.sms_active.countries import Country
from bot.sandbox.sms_active.profiles.classic import Classic
from bot.sandbox.sms_active.profiles.rows import country_row, suppliers
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.rules import Rules
from bot.sandbox.sms_active.wire import Reply

_GATE = {"METHOD_NOT_ALLOWED": (405, "Method Not Allowed"), "BAD_KEY": (401, "No access")}
_GATE["NO_KEY"] = _GATE["BAD_KEY"]


class SmsBower(Classic):
    """SMSBower: GET only, no list of open numbers, prices by step and by supplier."""

    name = "smsbower"
    methods = frozenset({"GET"})
    absent_actions = frozenset(
        {
            "getActiveActivations",
            "getHistory",
            "getAllSms",
            "getStatusV2",
            "getNumbersStatus",
            "finishActivation",
            "cancelActivation",
            "checkExtraActivation",
            "getExtraActivation",
            "reactivate",
            "reactivationPrice",
            "reactivateOptions",
        }
    )
    finished_reads_ok = True
    webhook_pauses_seconds = (60, 300)

    @staticmethod
    def usual_rules() -> Rules:
        return Rules(finish_without_code="delete")

    def refusal(self, refused: RefusedError, action: str) -> Reply:
        if refused.code in _GATE:
            status, message = _GATE[refused.code]
            return self.json({"status": 0, "message": message, "data": []}, status)
        if refused.code == "BAD_COUNTRY" and action == "getOperators":
            return self.json({"status": "success", "countryOperators": []})
        return super().refusal(refused, action)

    def countries(self, countries: Iterable[Country]) -> Reply:
        """List countries under ids that are strings, and one row that is none."""
        rows: dict[str, object] = {
            str(each.id): country_row(each) | {"id": str(each.id)} for each in countries
        }
        return self.json(rows | {"": {"id": "", "rus": "", "eng": "", "chn": ""}})

    def price(self, offer: Offer) -> object:
        return {"cost": offer.cost, "count": offer.physical_count}

    def bad_price_filter(self) -> Reply:
        return self.json({"error": "Bad service"})

    def top_countries(
        self,
        offers: Mapping[str, Sequence[Offer]],
        *,
        one_service: bool,  # noqa: ARG002  here it makes no difference
        ladder: bool,  # noqa: ARG002  the suppliers are the ladder
    ) -> Reply:
        rows = [offer for each in offers.values() for offer in each]
        return self.json({str(offer.country): suppliers(offer) for offer in rows})
