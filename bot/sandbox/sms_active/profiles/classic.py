from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.sms_active.activation import Activation, Message, State
from bot.sandbox.sms_active.catalogue import Offer
from bot.sandbox.sms_active.countries import Country
from bot.sandbox.sms_active.profiles.rows import by_country, country_row, suppliers, top_row
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.rules import Rules
from bot.sandbox.sms_active.services import Service
from bot.sandbox.sms_active.wire import Reply, as_json, naive

_ENDED_NUMBERS = {State.FINISHED: 6, State.CANCELLED: 8, State.REFUNDED: 10}
_OPEN_NUMBERS = {State.WAITING: 4, State.READY: 4, State.RECEIVED: 2, State.RETRY: 3}
STATE_NUMBERS: Mapping[State, int] = _ENDED_NUMBERS | _OPEN_NUMBERS


class Classic:
    """The dialect of SMS-Activate and most of its clones: text tokens, also for errors, at 200."""

    name = "classic"
    text_type = "text/plain"
    json_type = "application/json"
    methods = frozenset({"GET", "POST"})
    statuses = frozenset({1, 3, 6, 8})
    absent_countries: frozenset[int] = frozenset({187})
    history_page_parameter = "limit"
    longest_page: int | None = None  # of getActiveActivations; None: no paging at all
    actions_without_key: frozenset[str] = frozenset()
    absent_actions = frozenset(
        {
            "getAllSms",
            "finishActivation",
            "cancelActivation",
            "reactivate",
            "reactivationPrice",
            "reactivateOptions",
            "getPricesV2",
            "getPricesV3",
        }
    )
    finished_reads_ok = False
    webhook_pauses_seconds: tuple[float, ...] = (900,) * 8  # at most eight, within two hours

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    @staticmethod
    def usual_rules() -> Rules:
        return Rules(finish_without_code="delete", finish_ends_retry_first=True, honours_order_ids=True)

    def text(self, token: str) -> Reply:
        return Reply(token, content_type=self.text_type)

    def json(self, content: object, status: int = 200) -> Reply:
        return Reply(as_json(content), status, self.json_type)

    def time(self, at: datetime) -> str:
        return naive(at, self.rules.naive_zone_hours)

    def refusal(self, refused: RefusedError, action: str) -> Reply:  # noqa: ARG002  HeroSMS looks at it
        """Word a no; most are a bare token, some carry more."""
        match refused.code:
            case "BANNED" if "until" in refused.info:
                token = f"BANNED:'{refused.info['until']:%Y-%m-%d %H-%M-%S}'"
            case "WRONG_MAX_PRICE" if "least" in refused.info:
                token = f"WRONG_MAX_PRICE:{refused.info['least'].normalize():f}"
            case "OTP_RECEIVED" | "NEW_OTP_RECEIVED" | "ACTIVATION_NOT_ACTIVE":
                token = "BAD_STATUS"  # noqa: S105  a protocol token, no secret
            case "UNPROCESSABLE_ENTITY":
                token = _MISSING.get(refused.info.get("field", ""), "BAD_VALUES")
            case "RATE_LIMIT":
                return Reply("Too Many Requests", 429, "text/html", _retry_after(refused))
            case "NO_ACTIVATIONS":
                return self.json({"status": "error", "error": refused.code})
            case _:
                token = refused.code
        return self.text(token)

    def balance(self, amount: Decimal) -> Reply:
        return self.text(f"ACCESS_BALANCE:{amount.normalize():f}")

    def countries(self, countries: Iterable[Country]) -> Reply:
        return self.json({str(each.id): country_row(each) for each in countries})

    def services(self, services: Iterable[Service]) -> Reply:
        rows = [{"code": each.code, "name": each.name} for each in services]
        return self.json({"status": "success", "services": rows})

    def operators(self, operators: Mapping[int, Sequence[str]]) -> Reply:
        if not any(operators.values()):
            return self.text("OPERATORS_NOT_FOUND")
        named = {str(country): list(names) for country, names in operators.items() if names}
        return self.json({"status": "success", "countryOperators": named})

    def numbers_status(self, counts: Mapping[str, int]) -> Reply:
        return self.json({f"{service}_0": count for service, count in counts.items()})

    def prices(self, offers: Sequence[Offer]) -> Reply:
        return self.json(by_country(offers, self.price) or [])

    def price(self, offer: Offer) -> object:
        return {"cost": offer.cost, "count": offer.count, "physicalCount": offer.physical_count}

    def prices_v2(self, offers: Iterable[Offer]) -> Reply:
        """Show how many numbers each price buys."""
        return self.json(by_country(offers, lambda offer: {f"{price:f}": n for price, n in offer.ladder()}))

    def prices_v3(self, offers: Iterable[Offer]) -> Reply:
        """Show what each supplier asks and has."""
        return self.json(by_country(offers, suppliers))

    def bad_price_filter(self) -> Reply:
        return self.json([])

    def top_countries(
        self, offers: Mapping[str, Sequence[Offer]], *, one_service: bool, ladder: bool
    ) -> Reply:
        tables = {
            service: {str(index): top_row(offer, ladder=ladder) for index, offer in enumerate(rows)}
            for service, rows in offers.items()
        }
        return self.json(next(iter(tables.values()), {}) if one_service else tables)

    def number(self, activation: Activation) -> Reply:
        return self.text(f"ACCESS_NUMBER:{activation.id}:{activation.phone}")

    def number_v2(self, activation: Activation, country: Country) -> Reply:
        return self.json(
            {
                "activationId": activation.id,
                "phoneNumber": activation.phone,
                "activationCost": activation.cost,
                "currency": self.rules.currency,
                "countryCode": str(activation.country),
                "canGetAnotherSms": country.allows_retry,
                "activationTime": self.time(activation.bought_at),
                "activationOperator": activation.operator,
            }
        )

    def status_set(self, token: str) -> Reply:
        return self.text(token)

    def status(self, activation: Activation) -> Reply:
        return self.text(self.status_token(activation))

    def status_token(self, activation: Activation) -> str:
        last = activation.last
        if last is not None and (
            activation.state is State.RECEIVED
            or (activation.state is State.FINISHED and self.finished_reads_ok)
        ):
            return f"STATUS_OK:{last.shown}"
        if not activation.is_open:
            return "STATUS_CANCEL"
        if last is not None and activation.state is State.RETRY:
            return f"STATUS_WAIT_RETRY:{last.shown}"
        return "STATUS_WAIT_CODE"

    def status_v2(self, activation: Activation) -> Reply:
        if not activation.is_open:
            return self.text("STATUS_CANCEL")
        last = activation.last
        is_call = last is not None and last.kind == "call"
        sms = None if last is None or is_call else self._sms(last)
        call = self._call(last) if last is not None and is_call else None
        return self.json({"verificationType": int(activation.voice), "sms": sms, "call": call})

    def active(self, activations: Sequence[Activation], names: Mapping[int, Country]) -> Reply:
        if not activations:
            raise RefusedError("NO_ACTIVATIONS")
        rows = [self.active_row(each, names[each.country]) for each in activations]
        return self.json({"status": "success", "activeActivations": rows})

    def active_row(self, activation: Activation, country: Country) -> dict[str, Any]:
        last = activation.last
        return {
            "activationId": str(activation.id),
            "serviceCode": activation.service,
            "phoneNumber": activation.phone,
            "activationCost": activation.cost,
            "activationStatus": str(STATE_NUMBERS[activation.state]),
            "smsCode": [each.code for each in activation.messages if each.code is not None] or None,
            "smsText": last.text if last else None,
            "activationTime": self.time(activation.bought_at),
            "discount": "0",
            "repeated": str(int(activation.renewal_of is not None)),
            "countryCode": str(activation.country),
            "countryName": country.name,
            "canGetAnotherSms": str(int(country.allows_retry)),
            "currency": self.rules.currency,
            **({"orderId": activation.order_id} if self.rules.echoes_order_ids else {}),
        }

    def history(self, activations: Sequence[Activation]) -> Reply:
        return self.json([self.history_row(each) for each in activations])

    def history_row(self, activation: Activation) -> dict[str, Any]:
        texts = [each.text or each.shown for each in activation.messages]
        return {
            "id": activation.id,
            "date": self.time(activation.bought_at),
            "phone": activation.phone,
            "sms": as_json(texts) if texts else None,
            "cost": 0 if activation.is_open else activation.cost,
            "status": str(STATE_NUMBERS[activation.state]),
            "currency": self.rules.currency,
        }

    def all_sms(self, activation: Activation, messages: Sequence[Message]) -> Reply:
        rows = [self.sms_row(each, activation) for each in messages]
        return self.json(
            {"data": rows, "meta": {"total": len(activation.messages), "service": activation.service}}
        )

    def sms_row(self, message: Message, activation: Activation) -> dict[str, Any]:
        return {
            "id": message.id,
            "phoneFrom": message.sender,
            "code": message.code,
            "text": message.text,
            "service": activation.service,
            "date": self.time(message.at),
            "type": message.kind,
        }

    def renewal_offer(self, activation: Activation, cost: Decimal) -> Reply:
        return self.json(
            {
                "status": "success",
                "cost": cost,
                "service": activation.service,
                "phone": activation.phone,
                "country": activation.country,
            }
        )

    def webhook(self, activation: Activation, message: Message) -> dict[str, Any]:
        return {
            "activationId": activation.id,
            "service": activation.service,
            "text": message.text or "",
            "code": message.code or "",
            "country": activation.country,
            "receivedAt": self.time(message.at),
        }

    def _sms(self, message: Message) -> dict[str, Any]:
        return {"dateTime": self.time(message.at), "code": message.code, "text": message.text}

    def _call(self, message: Message) -> dict[str, Any]:
        return {
            "from": message.sender,
            "text": message.text or "",
            "code": message.code,
            "dateTime": self.time(message.at),
            "url": "",
            "parsingCount": 0,
        }


_MISSING = {"service": "BAD_SERVICE", "country": "BAD_COUNTRY", "api_key": "NO_KEY", "status": "BAD_STATUS"}


def _retry_after(refused: RefusedError) -> dict[str, str]:
    seconds = refused.info.get("retry_after_seconds")
    return {} if seconds is None else {"Retry-After": str(seconds)}
