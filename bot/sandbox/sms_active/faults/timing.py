"""Answers that come late, or never."""

from collections.abc import Mapping
from datetime import timedelta

from bot.sandbox.sms_active.faults.exchange import Exchange
from bot.sandbox.sms_active.faults.fault import Cut, Fault, Kind
from bot.sandbox.sms_active.wire import Reply


async def delay(exchange: Exchange, fault: Fault) -> Reply | None:
    """Wait first, then do it."""
    await exchange.wait(1 if fault.seconds is None else fault.seconds)
    return exchange.process()


async def hang_then_answer(exchange: Exchange, fault: Fault) -> Reply | None:
    """Do it at once, say so later."""
    reply = exchange.process()
    await exchange.wait(fault.seconds)
    return reply


async def hang_bought(exchange: Exchange, fault: Fault) -> Reply | None:
    """Do it at once and never say so."""
    exchange.process()
    await exchange.wait(fault.seconds)
    return Cut


async def silence(exchange: Exchange, fault: Fault) -> Reply | None:
    """Take the request and do nothing at all."""
    await exchange.wait(fault.seconds)
    return Cut


async def purchase_lag(exchange: Exchange, fault: Fault) -> Reply | None:
    """Drop the request (with hold: leave it hanging), and do it some seconds later all the same."""
    account = exchange.upstream.account
    due = account.now() + timedelta(seconds=fault.seconds or 0)
    account.schedule.at(due, lambda _: exchange.process())
    if fault.options.get("hold"):
        await exchange.wait(None)
    return Cut


async def reset_before(exchange: Exchange, fault: Fault) -> Reply | None:  # noqa: ARG001  nothing is asked of them
    return Cut


async def reset_after(exchange: Exchange, fault: Fault) -> Reply | None:  # noqa: ARG001  it takes no options
    exchange.process()
    return Cut


KINDS: Mapping[str, Kind] = {
    "delay": Kind(delay),
    "hang_then_answer": Kind(hang_then_answer),
    "hang_bought": Kind(hang_bought),
    "silence": Kind(silence),
    "purchase_lag": Kind(purchase_lag),
    "reset_before": Kind(reset_before),
    "reset_after": Kind(reset_after),
}
