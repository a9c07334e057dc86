"""Things that happen upstream at the worst moment, or in an unusual shape."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.sandbox.sms_active.account import Account
from bot.sandbox.sms_active.activation import Activation, State
from bot.sandbox.sms_active.faults.exchange import Exchange
from bot.sandbox.sms_active.faults.fault import Fault, Kind
from bot.sandbox.sms_active.wire import Reply

_CENTURY_SECONDS = 3_000_000_000


async def otp_during_cancel(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    """Let the code arrive just before the cancel does."""
    account = exchange.upstream.account
    account.receive(account.find(exchange.asked.get("id", "")), account.now())
    return exchange.process()


async def page_shift(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    """End the newest number just before a further page is read, so that one row slips through."""
    account = exchange.upstream.account
    newest = next(iter(account.active()), None)
    if newest is not None:
        account.end(newest, State.FINISHED if newest.has_code else State.CANCELLED, by="upstream")
    return exchange.process()


async def list_empty(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    with exchange.rules(list_lag_seconds=_CENTURY_SECONDS):
        return exchange.process()


async def list_lag(exchange: Exchange, fault: Fault) -> Reply:
    """List only what was sold some seconds ago."""
    with exchange.rules(list_lag_seconds=fault.seconds or 0):
        return exchange.process()


async def upstream_cancels(exchange: Exchange, fault: Fault) -> Reply:
    """Sell a number and cancel it some seconds later, unless a code was quicker."""
    reply, bought = exchange.buy()
    if bought is not None:
        event = partial(_cancel, exchange.upstream.account, bought)
        exchange.upstream.account.schedule.at(_later(bought.bought_at, fault, 1), event)
    return reply


async def late_code(exchange: Exchange, fault: Fault) -> Reply:
    """Sell a number whose code comes only after its end."""
    reply, bought = exchange.buy()
    if bought is not None:
        _plan(exchange, bought, _later(bought.ends_at, fault, 1))
    return reply


async def second_code(exchange: Exchange, fault: Fault) -> Reply:
    """Sell a number that gets two codes, one after the other."""
    reply, bought = exchange.buy()
    if bought is not None:
        first = _later(bought.bought_at, fault, 1)
        _plan(exchange, bought, first)
        _plan(exchange, bought, _later(first, fault, 1))
    return reply


async def odd_code(exchange: Exchange, fault: Fault, **message: str | None) -> Reply:
    """Sell a number whose message has an unusual shape."""
    reply, bought = exchange.buy()
    if bought is not None:
        _plan(exchange, bought, _later(bought.bought_at, fault, 0), **message)
    return reply


async def code_before_reply(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    """Deliver the code, webhooks and all, before the purchase itself is answered."""
    reply, bought = exchange.buy()
    if bought is not None:
        exchange.upstream.account.receive(bought, bought.bought_at)
        await exchange.upstream.webhooks.deliver()
    return reply


def _later(moment: datetime, fault: Fault, usual_seconds: float) -> datetime:
    return moment + timedelta(seconds=usual_seconds if fault.seconds is None else fault.seconds)


def _plan(exchange: Exchange, activation: Activation, at: datetime, **message: str | None) -> None:
    account = exchange.upstream.account
    account.schedule.at(at, partial(_receive, account, activation, message))
    account.catch_up()


def _receive(
    account: Account, activation: Activation, message: Mapping[str, str | None], at: datetime
) -> None:
    account.receive(
        activation,
        at,
        text=message.get("text"),
        code=message.get("code", ""),
        kind=message.get("kind") or "sms",
    )


def _cancel(account: Account, activation: Activation, at: datetime) -> None:
    if activation.is_open and not activation.has_code:
        account.end(activation, State.CANCELLED, by="upstream", at=at)


KINDS: Mapping[str, Kind] = {
    "otp_during_cancel": Kind(otp_during_cancel, "cancel"),
    "page_shift": Kind(page_shift, "next_page"),
    "list_empty": Kind(list_empty, "list"),
    "list_lag": Kind(list_lag, "list"),
    "upstream_cancels": Kind(upstream_cancels),
    "late_code": Kind(late_code),
    "second_code": Kind(second_code),
    "colon_code": Kind(partial(odd_code, code="12:34:56")),
    "null_code": Kind(partial(odd_code, text="Tap the link we sent you", code=None)),
    "call": Kind(partial(odd_code, kind="call")),
    "code_before_reply": Kind(code_before_reply),
}
