"""What came of a purchase. Only exact words of refusal prove that nothing was bought."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from services.ports.provider import Bought, Rejected, Rejection, Unknown
from services.providers.handler_api import errors
from services.providers.handler_api.answers import Answer, Data, Nothing, Refusal, Token
from services.providers.handler_api.money import read_currency, read_money
from services.providers.handler_api.parsing.values import (
    read_count,
    read_fields,
    read_flag,
    read_id,
    read_phone,
    read_text,
    read_time,
)

_V1_PARTS = 3  # ACCESS_NUMBER:<id>:<phone>


def read_purchase(
    answer: Answer,
    zone: tzinfo | None,
    now: datetime,
    rejections: Mapping[str, Rejection] = errors.PURCHASE_REJECTIONS,
) -> Bought | Rejected | Unknown:
    """Read a purchase's reply; whatever is not certain is unknown."""
    match answer:
        case Token():
            return _read_v1(answer)
        case Data(value):
            return _read_v2(read_fields(value), zone)
        case Refusal():
            return _read_refusal(answer, rejections, zone, now)
        case Nothing(reason, was_sent=False):
            wait = answer.retry_after_seconds
            return Rejected(
                Rejection.NOT_SENT, "NOT_SENT", retry_after_seconds=wait, details={"reason": reason}
            )
        case Nothing(reason):
            return Unknown(reason)


def _read_v1(token: Token) -> Bought | Unknown:
    """SMS-Activate: ACCESS_NUMBER:<id>:<phone>; getNumberV2 may answer so too, without a cost."""
    parts = token.text.split(":", _V1_PARTS - 1)
    if parts[0].strip() != "ACCESS_NUMBER" or len(parts) != _V1_PARTS:
        return Unknown("a text that names no number")
    return _bought(read_id(parts[1].strip()), read_phone(parts[2]))


def _read_v2(fields: Mapping[str, Any], zone: tzinfo | None) -> Bought | Unknown:
    found = _bought(read_id(fields.get("activationId")), read_phone(fields.get("phoneNumber")))
    if isinstance(found, Unknown):
        return found
    return Bought(
        found.upstream_id,
        found.phone,
        cost=_cost(fields.get("activationCost")),
        currency=read_currency(fields.get("currency")),
        country=read_text(fields.get("countryCode")),
        operator=read_text(fields.get("activationOperator")),
        # HeroSMS: activationEndTime; GrizzlySMS: activationEnd.
        ends_at=read_time(fields.get("activationEndTime") or fields.get("activationEnd"), zone),
        can_repeat=read_flag(fields.get("canGetAnotherSms")),
    )


def _bought(upstream_id: str | None, phone: str | None) -> Bought | Unknown:
    """Without an id there is nothing to watch; the list will tell what was bought, if anything."""
    if upstream_id is None:
        return Unknown("the reply names no activation")
    return Bought(upstream_id, phone) if phone else Unknown(f"activation {upstream_id} without a phone")


def _read_refusal(
    refusal: Refusal, rejections: Mapping[str, Rejection], zone: tzinfo | None, now: datetime
) -> Rejected | Unknown:
    reason = rejections.get(refusal.code)
    if reason is None:
        return Unknown(refusal.code)
    return Rejected(
        reason,
        refusal.code,
        until=ban_end(refusal, zone, now) if reason is Rejection.BANNED else None,
        is_of_kind=reason is Rejection.BANNED and is_ban_of_kind(refusal),
        minimum=_minimum(refusal) if reason is Rejection.PRICE_ROSE else None,
        retry_after_seconds=refusal.retry_after_seconds,
        most_open=read_count(refusal.info.get("max_allowed")),
        details=_details(refusal),
    )


def is_ban_of_kind(refusal: Refusal) -> bool:
    """HeroSMS: a ban is global, or specific to one service in one country."""
    return refusal.code == errors.BAN_OF_A_KIND or refusal.info.get("scope") == "specific"


def ban_end(refusal: Refusal, zone: tzinfo | None, now: datetime) -> datetime | None:
    """HeroSMS: retry_after_seconds, banned_until. SMS-Activate: BANNED:'2026-01-02 03-04-05', no zone."""
    seconds = read_money(refusal.info.get("retry_after_seconds"))
    if seconds is not None and seconds > 0:
        return now + timedelta(seconds=float(seconds))
    told = refusal.info.get("banned_until") or _dated(refusal.details)
    return read_time(told, zone)


def _dated(quoted: str) -> str:
    day, _, time = quoted.strip(" '\"").partition(" ")
    return f"{day} {time.replace('-', ':')}"


def _minimum(refusal: Refusal) -> Any:
    """SMS-Activate: WRONG_MAX_PRICE:<min>. HeroSMS: info.min."""
    told = refusal.info.get("min")
    return read_money(refusal.details if told is None else told)


def _cost(told: object) -> Any:
    cost = read_money(told)
    return cost if cost is not None and cost >= 0 else None


def _details(refusal: Refusal) -> dict[str, str]:
    told = {name: read_text(value) for name, value in refusal.info.items()}
    details = {name: text for name, text in told.items() if text}
    return details | {"details": refusal.details} if refusal.details else details
