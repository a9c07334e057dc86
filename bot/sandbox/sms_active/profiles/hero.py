from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.sms_active.activation import Activation, Message
from bot.sandbox.sms_active.catalogue import Offer
from bot.sandbox.sms_active.countries import Country
from bot.sandbox.sms_active.profiles.classic import STATE_NUMBERS, Classic
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.rules import Rules
from bot.sandbox.sms_active.wire import Reply, as_json, four_places, rfc3339

# HeroSMS: real status codes with an envelope; what is missing here is worded 400 with its own code.
_ENVELOPES: Mapping[str, tuple[int, str, str]] = {
    "BAD_KEY": (401, "BAD_KEY", "Unauthorized"),
    "NO_KEY": (422, "UNPROCESSABLE_ENTITY", "Validation Failed"),
    "UNPROCESSABLE_ENTITY": (422, "UNPROCESSABLE_ENTITY", "Validation Failed"),
    "BAD_ACTION": (404, "BAD_ACTION", "Method Not Found"),
    "NO_ACTIVATION": (404, "NOT_FOUND", "Activation Not Found"),
    "NO_BALANCE": (402, "NO_BALANCE", "Insufficient Balance"),
    "BANNED": (403, "BANNED", "Purchases Are Suspended"),
    "CHANNELS_LIMIT": (403, "CHANNELS_LIMIT", "Too Many Open Activations"),
    "SIM_OFFLINE": (403, "SIM_OFFLINE", "Number Is Offline"),
    "RENEW_ACTIVATION_NOT_AVAILABLE": (403, "SERVICE_NOT_AVAILABLE", "Reactivation Not Available"),
    "NEW_ACTIVATION_IMPOSSIBLE": (403, "SERVICE_NOT_AVAILABLE", "Reactivation Not Available"),
    "EARLY_CANCEL_DENIED": (409, "EARLY_CANCEL_DENIED", "Too Early To Cancel"),
    "OTP_RECEIVED": (409, "OTP_RECEIVED", "A Code Was Received"),
    "NEW_OTP_RECEIVED": (409, "NEW_OTP_RECEIVED", "A New Code Was Received"),
    "FREE_CANCELLATION_EXPIRED": (409, "FREE_CANCELLATION_EXPIRED", "Cancellation Period Is Over"),
    "ACTIVATION_NOT_ACTIVE": (409, "ACTIVATION_NOT_ACTIVE", "Activation Is Not Active"),
    "ORDER_ALREADY_EXISTS": (409, "ORDER_ALREADY_EXISTS", "Order Already Exists"),
    "RATE_LIMIT": (429, "RATE_LIMIT", "Too Many Requests"),
}
Info = Mapping[str, Any]

_STILL_TEXT = frozenset({"NO_NUMBERS", "OPERATORS_NOT_FOUND", "ERROR_SQL"})


class Hero(Classic):
    """HeroSMS: envelopes for errors, text/html for everything, richer purchases, paged lists."""

    name = "hero"
    text_type = "text/html"
    json_type = "text/html"
    statuses = frozenset({3, 6, 8})
    absent_countries = frozenset({0})
    history_page_parameter = "size"
    longest_page = 100
    webhook_pauses_seconds = (25,) * 7
    actions_without_key = frozenset({"getCountries", "getServicesList", "getOperators"})
    absent_actions = frozenset({"getExtraActivation", "checkExtraActivation", "getPricesV2", "getPricesV3"})

    @staticmethod
    def usual_rules() -> Rules:
        return Rules(finish_without_code="refuse", finish_needs_reading=True)

    def refusal(self, refused: RefusedError, action: str) -> Reply:
        if refused.code in _STILL_TEXT:
            return self.text(refused.code)
        if refused.code == "UNPROCESSABLE_ENTITY" and action == "getNumber":
            return self.text(f"UNPROCESSABLE_ENTITY:{refused.info['field']}:{refused.info['problem']}")
        status, title, details = _ENVELOPES.get(refused.code, (400, refused.code, "Bad Request"))
        envelope = {"title": title, "details": details, "info": self._info(refused)}
        seconds = refused.info.get("retry_after_seconds")
        headers = {} if seconds is None else {"Retry-After": str(seconds)}
        return Reply(as_json(envelope), status, self.json_type, headers)

    def operators(self, operators: Mapping[int, Sequence[str]]) -> Reply:
        if not any(operators.values()):
            raise RefusedError("OPERATORS_NOT_FOUND")
        return super().operators(operators)

    def numbers_status(self, counts: Mapping[str, int]) -> Reply:
        return self.json(counts)

    def prices(self, offers: Sequence[Offer]) -> Reply:
        return super().prices(offers) if offers else self.json({})

    def bad_price_filter(self) -> Reply:
        return self.json({"status": "false", "msg": "service is incorrect"})

    def number_v2(self, activation: Activation, country: Country) -> Reply:
        return self.json(
            {
                "activationId": str(activation.id),
                "phoneNumber": activation.phone,
                "activationCost": four_places(activation.cost),
                "currency": self.rules.currency,
                "countryCode": str(activation.country),
                "countryPhoneCode": country.calling_code,
                "canGetAnotherSms": str(int(country.allows_retry)),
                "activationTime": self._zoned(activation.bought_at),
                "activationEndTime": self._zoned(activation.ends_at),
                "activationOperator": activation.operator,
                "verificationType": "call" if activation.voice else "sms",
                "subtype": 1,
                "serviceCode": activation.service,
                "status": str(STATE_NUMBERS[activation.state]),
            }
        )

    def status_v2(self, activation: Activation) -> Reply:
        if not activation.is_open:
            return self.text("STATUS_CANCEL")
        last = activation.last
        kind = last.kind if last else "call" if activation.voice else "sms"
        row = self.sms_row(last, activation) if last else None
        return self.json({"verificationType": kind, "data": row})

    def active(self, activations: Sequence[Activation], names: Mapping[int, Country]) -> Reply:
        rows = [self.active_row(each, names[each.country]) for each in activations]
        counted = {"affected_rows": len(rows), "num_rows": len(rows), "row": [], "rows": rows}
        return self.json({"status": "success", "data": rows, "activeActivations": counted})

    def active_row(self, activation: Activation, country: Country) -> dict[str, Any]:
        last = activation.last
        return super().active_row(activation, country) | {
            "activationCost": four_places(activation.cost),
            "smsCode": last.code if last else None,
            "currency": str(self.rules.currency),
            "verificationType": "call" if activation.voice else "sms",
            "subtype": "1",
        }

    def history_row(self, activation: Activation) -> dict[str, Any]:
        last = activation.last
        return super().history_row(activation) | {
            "id": str(activation.id),
            "sms": last.text or last.shown if last else None,
            "cost": "0" if activation.is_open else four_places(activation.cost),
            "currency": str(self.rules.currency),
        }

    def renewal_offer(self, activation: Activation, cost: Decimal) -> Reply:  # noqa: ARG002  classic names it
        return self.json({"price": four_places(cost), "currency": self.rules.currency, "durations": [20]})

    def webhook(self, activation: Activation, message: Message) -> dict[str, Any]:
        return super().webhook(activation, message) | {
            "phoneFrom": message.sender,
            "text": message.text,
            "code": message.code,
            "receivedAt": self._zoned(message.at),
        }

    def _zoned(self, at: datetime) -> str:
        return rfc3339(at, self.rules.naive_zone_hours)

    def _info(self, refused: RefusedError) -> dict[str, Any]:
        """Tell the particulars under the names HeroSMS gives them."""
        if refused.code == "BANNED" and refused.info:
            return self._ban(refused.info)
        word = _PARTICULARS.get(refused.code)
        return word(refused.info) if word else {}

    def _ban(self, info: Info) -> dict[str, Any]:
        return {
            "scope": info["scope"],
            "banned_until": int(info["until"].timestamp()),
            "retry_after_seconds": info["seconds"],
            "readable_date": self.time(info["until"]),
        }


def _field(info: Info) -> dict[str, Any]:
    return {"field": info.get("field", "api_key"), "code": info.get("problem", "REQUIRED")}


_PARTICULARS: Mapping[str, Callable[[Info], dict[str, Any]]] = {
    "EARLY_CANCEL_DENIED": lambda info: {"minActivationTime": int(info.get("least_seconds", 120))},
    "WRONG_MAX_PRICE": lambda info: {"min": four_places(info["least"])} if info else {},
    "CHANNELS_LIMIT": lambda info: {
        "current_threads": info.get("current", 10),
        "max_allowed": info.get("allowed", 10),
    },
    "NEW_OTP_RECEIVED": lambda info: {
        "data": [{"code": each.code, "text": each.text} for each in info.get("messages", ())]
    },
    "UNPROCESSABLE_ENTITY": _field,
    "NO_KEY": _field,
}
