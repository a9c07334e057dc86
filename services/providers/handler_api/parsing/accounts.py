"""Answers about money: what the account holds, what renting a number again costs."""

from decimal import Decimal

from services.errors import ProviderUnavailable
from services.ports.provider import Reactivation
from services.providers.handler_api.answers import Data, Token
from services.providers.handler_api.money import read_currency, read_money
from services.providers.handler_api.parsing.values import read_fields


def read_balance(answer: Token | Data) -> Decimal:
    """SMS-Activate: ACCESS_BALANCE:100.5; Tiger: {"balance": "4.6820"}."""
    if isinstance(answer, Token):
        told: object = answer.rest if answer.word == "ACCESS_BALANCE" else None
    else:
        told = read_fields(answer.value).get("balance")
    balance = read_money(told)
    if balance is None:
        raise ProviderUnavailable("the balance is no amount")
    return balance


def read_reactivation(answer: Token | Data) -> Reactivation:
    """SMS-Activate: `cost`. HeroSMS: `price`, or the bare number."""
    value = answer.value if isinstance(answer, Data) else answer.text
    fields = read_fields(value)
    told = fields.get("cost", fields.get("price")) if fields else value
    cost = read_money(told)
    if cost is None or cost < 0:
        raise ProviderUnavailable("the reactivation has no price")
    return Reactivation(cost, read_currency(fields.get("currency")))
