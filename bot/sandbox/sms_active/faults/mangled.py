"""Answers to what was really done, worded so that a careless reader loses it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bot.sandbox.sms_active.faults.exchange import Exchange
from bot.sandbox.sms_active.faults.fault import Fault, Kind
from bot.sandbox.sms_active.wire import Reply, as_json

_EURO = 978


async def truncated(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    reply = exchange.process()
    return replace(reply, body=reply.body[: len(reply.body) * 2 // 3])


async def garbled(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    reply = exchange.process()
    return replace(reply, body=reply.body[::2] + "\ufffd{")


async def no_activation_id(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    """Sell a number and forget to say under which id."""
    reply, bought = exchange.buy()
    if bought is None:
        return reply
    if reply.body.startswith("{"):
        content = json.loads(reply.body)
        del content["activationId"]
        return replace(reply, body=as_json(content))
    return replace(reply, body=f"ACCESS_NUMBER::{bought.phone}")


async def text_number(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    """Answer the richer purchase in the words of the old one."""
    return exchange.process(action="getNumber")


async def quoted_token(exchange: Exchange, fault: Fault) -> Reply:
    """Wrap the token in JSON's quotes; a purchase answers in the old words first."""
    is_purchase = fault.action == "buy" or exchange.asked.get("action") == "getNumberV2"
    reply = exchange.process(action="getNumber") if is_purchase else exchange.process()
    return replace(reply, body=json.dumps(reply.body))


async def wrong_currency(exchange: Exchange, fault: Fault) -> Reply:
    with exchange.rules(currency=fault.options.get("currency", _EURO)):
        return exchange.process()


async def wrong_country(exchange: Exchange, fault: Fault) -> Reply:
    """Sell a number of another country than was asked for."""
    catalogue, asked = exchange.upstream.catalogue, exchange.asked
    others = [
        each.country
        for each in catalogue.select(asked.get("service"))
        if str(each.country) != asked.get("country") and each.physical_count
    ]
    other = fault.options.get("country", others[0])
    cost = catalogue.offer(asked.get("service", ""), other).cost
    return exchange.process(country=str(other), maxPrice=str(cost))


async def above_cap(exchange: Exchange, fault: Fault) -> Reply:  # noqa: ARG001  it takes no options
    """Sell at twice the price the client was ready to pay, and charge it."""
    asked = exchange.asked
    offer = exchange.upstream.catalogue.offer(asked.get("service", ""), int(asked.get("country", "0")))
    cap = asked.get("maxPrice") or offer.cost
    return exchange.process(maxPrice=str(Decimal(cap) * 2), fixedPrice="true")


KINDS: Mapping[str, Kind] = {
    "truncated": Kind(truncated),
    "garbled": Kind(garbled),
    "no_activation_id": Kind(no_activation_id),
    "text_number": Kind(text_number),
    "quoted_token": Kind(quoted_token),
    "wrong_currency": Kind(wrong_currency),
    "above_cap": Kind(above_cap),
    "wrong_country": Kind(wrong_country),
}
