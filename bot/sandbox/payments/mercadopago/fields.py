"""Checks that several calls share."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from bot.sandbox.payments.mercadopago.refusals import MercadoPagoRefusal


def refuse_unknown(asked: Mapping[str, Any], known: Collection[str], where: str = "") -> None:
    """Mercado Pago may overlook a misspelt name; nobody notices then, so here it is refused."""
    for name in asked:
        if name not in known:
            raise MercadoPagoRefusal(f"Unknown parameter: {where}{name}", error="unknown_parameter", cause=1)


def read_amount(value: Any, name: str, cause: int) -> Decimal:
    """A positive JSON number with at most two decimals."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise MercadoPagoRefusal(f"{name} attribute must be numeric", cause=cause)
    amount = Decimal(value)
    if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
        raise MercadoPagoRefusal(f"Invalid {name}", cause=cause)
    return amount


def read_email(payer: Any, *, collector_email: str) -> str:
    refuse_unknown(
        payer if isinstance(payer, dict) else {},
        (
            "email",
            "first_name",
            "last_name",
            "identification",
            "address",
            "phone",
            "id",
            "type",
            "entity_type",
        ),
        "payer.",
    )
    email = payer.get("email") if isinstance(payer, dict) else None
    if not isinstance(email, str) or email.count("@") != 1 or "." not in email.partition("@")[2]:
        raise MercadoPagoRefusal("payer.email must be a valid email", cause=4050)
    if email == collector_email:
        raise MercadoPagoRefusal("Invalid users involved", cause=2034)
    return email


def read_reference(asked: Mapping[str, Any]) -> str | None:
    reference = asked.get("external_reference")
    if reference is not None and (not isinstance(reference, str) or len(reference) > 256):
        raise MercadoPagoRefusal("external_reference must be a text of at most 256 characters", cause=4019)
    return reference


def read_metadata(asked: Mapping[str, Any]) -> dict[str, Any]:
    metadata = asked.get("metadata", {})
    if not isinstance(metadata, dict):
        raise MercadoPagoRefusal("metadata must be an object", cause=1)
    return metadata


def read_address(asked: Mapping[str, Any]) -> str | None:
    address = asked.get("notification_url")
    if address is None:
        return None
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise MercadoPagoRefusal("notification_url attribute must be url valid", cause=4020)
    return address
