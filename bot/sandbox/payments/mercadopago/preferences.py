"""Checkout Pro: a preference is a page on which people may pay, more than once."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.payments.mercadopago import fields
from bot.sandbox.payments.mercadopago.account import Account
from bot.sandbox.payments.mercadopago.dates import read_date
from bot.sandbox.payments.mercadopago.records import Preference
from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal

_KNOWN = frozenset(
    {
        "additional_info", "auto_return", "back_urls", "binary_mode", "date_of_expiration",
        "expiration_date_from", "expiration_date_to", "expires", "external_reference", "items", "metadata",
        "notification_url", "payer", "payment_methods", "statement_descriptor",
    }
)  # fmt: skip
_KNOWN_OF_ITEM = frozenset(
    {"id", "title", "description", "picture_url", "category_id", "quantity", "currency_id", "unit_price"}
)
_DATES = ("date_of_expiration", "expiration_date_from", "expiration_date_to")


def create(account: Account, asked: Mapping[str, Any]) -> Preference:
    _check(asked)
    name = f"{account.collector_id}-{secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(6)}"
    preference = Preference(name, account.now(), dict(asked))
    account.preferences[name] = preference
    return preference


def change(preference: Preference, asked: Mapping[str, Any]) -> None:
    changed = preference.asked | dict(asked)
    _check(changed)
    preference.asked = changed


def is_open(account: Account, preference: Preference) -> bool:
    asked, now = preference.asked, account.now()
    if not asked.get("expires"):
        return True
    begins, ends = asked.get("expiration_date_from"), asked.get("expiration_date_to")
    return not (
        (begins and read_date(begins, "expiration_date_from") > now)
        or (ends and read_date(ends, "expiration_date_to") <= now)
    )


def _check(asked: Mapping[str, Any]) -> None:
    fields.refuse_unknown(asked, _KNOWN)
    _check_items(asked.get("items"))
    fields.read_reference(asked)
    fields.read_metadata(asked)
    fields.read_address(asked)
    for name in _DATES:
        if asked.get(name) is not None:
            read_date(asked[name], name)
    _check_return(asked)


def _check_items(items: Any) -> None:
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise MercadoPagoRefusal("items needed", error="invalid_items")
    for item in items:
        fields.refuse_unknown(item, _KNOWN_OF_ITEM, "items.")
        if not isinstance(item.get("title"), str) or not item["title"]:
            raise MercadoPagoRefusal("items.title needed", error="invalid_items")
        quantity = item.get("quantity")
        if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
            raise MercadoPagoRefusal("items.quantity must be a positive integer", error="invalid_items")
        fields.read_amount(item.get("unit_price"), "unit_price", cause=4037)
        if item.get("currency_id", "BRL") != "BRL":
            raise MercadoPagoRefusal("currency_id invalid", error="invalid_items")


def _check_return(asked: Mapping[str, Any]) -> None:
    """Mercado Pago: returning by itself needs a public https address of success."""
    addresses = asked.get("back_urls") or {}
    fields.refuse_unknown(addresses, ("success", "pending", "failure"), "back_urls.")
    if asked.get("auto_return") is None:
        return
    success = urlsplit(str(addresses.get("success") or ""))
    host = success.hostname or ""
    if asked["auto_return"] not in ("approved", "all") or success.scheme != "https" or not _is_public(host):
        raise MercadoPagoRefusal(
            "auto_return invalid. back_url.success must be defined", error="invalid_auto_return"
        )


def _is_public(host: str) -> bool:
    return "." in host and host != "localhost" and not host.replace(".", "").isdigit()
