"""Refusals upstream gives for no reason of the account's own."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from bot.sandbox.sms_active.faults.exchange import Exchange
from bot.sandbox.sms_active.faults.fault import Fault, Kind, Spoil
from bot.sandbox.sms_active.refusal import RefusedError
from bot.sandbox.sms_active.wire import Reply

_BAN_SECONDS = 1_800
_RETRY_AFTER_SECONDS = 7


async def refuse(exchange: Exchange, fault: Fault, code: str = "", **info: Any) -> Reply:
    """Say no with any code, worded in the dialect; nothing is done."""
    refused = RefusedError(code or fault.options["code"], **info)
    return exchange.upstream.words.refusal(refused, exchange.asked.get("action", ""))


async def banned(exchange: Exchange, fault: Fault, scope: str) -> Reply:
    seconds = _BAN_SECONDS if fault.seconds is None else fault.seconds
    until = exchange.upstream.now() + timedelta(seconds=seconds)
    return await refuse(exchange, fault, "BANNED", scope=scope, until=until, seconds=int(seconds))


async def banned_text(exchange: Exchange, fault: Fault) -> Reply:
    """Tell of a ban in the old words, whatever the dialect."""
    seconds = _BAN_SECONDS if fault.seconds is None else fault.seconds
    until = exchange.upstream.now() + timedelta(seconds=seconds)
    return exchange.upstream.words.text(f"BANNED:'{until:%Y-%m-%d %H-%M-%S}'")


async def too_many_with_retry_after(exchange: Exchange, fault: Fault) -> Reply:
    seconds = _RETRY_AFTER_SECONDS if fault.seconds is None else int(fault.seconds)
    return await refuse(exchange, fault, "RATE_LIMIT", retry_after_seconds=seconds)


def _no(code: str, usual_action: str = "buy", **info: Any) -> Kind:
    spoil: Spoil = partial(refuse, code=code, **info)
    return Kind(spoil, usual_action)


KINDS: Mapping[str, Kind] = {
    "refuse": Kind(refuse),
    "bad_key": _no("BAD_KEY", "*"),
    "no_balance": _no("NO_BALANCE"),
    "no_numbers": _no("NO_NUMBERS"),
    "bad_service": _no("BAD_SERVICE"),
    "banned_global": Kind(partial(banned, scope="global")),
    "banned_specific": Kind(partial(banned, scope="specific")),
    "banned_text": Kind(banned_text),
    "channels_limit": _no("CHANNELS_LIMIT"),
    "unknown_activation": _no("NO_ACTIVATION", "getStatus"),
    "early_cancel": _no("EARLY_CANCEL_DENIED", "cancel"),
    "otp_received": _no("OTP_RECEIVED", "cancel"),
    "new_otp_received": _no("NEW_OTP_RECEIVED", "finish"),
    "cancellation_expired": _no("FREE_CANCELLATION_EXPIRED", "cancel"),
    "not_active": _no("ACTIVATION_NOT_ACTIVE", "cancel"),
    "order_exists": _no("ORDER_ALREADY_EXISTS"),
    "unprocessable": _no("UNPROCESSABLE_ENTITY", field="country", problem="INVALID"),
    "too_many": _no("RATE_LIMIT", "*"),
    "too_many_with_retry_after": Kind(too_many_with_retry_after, "*"),
    "error_sql": _no("ERROR_SQL"),
    "sim_offline": _no("SIM_OFFLINE", "reactivate"),
}
