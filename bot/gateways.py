"""Every way to pay in, one line each, in the order they are offered; one without its key or token is off."""

from importlib import import_module

from pydantic import ValidationError

from bot.settings import BadSettings, sentence
from services.ports.gateway import Gateway, Office

GATEWAYS = (
    "services.gateways.mercadopago:build_pix",
    "services.gateways.stars:build",
    "services.gateways.stripe:build",
    "services.gateways.mercadopago:build_checkout",
    "services.gateways.cryptopay:build",
)


def open_gateways(office: Office) -> dict[str, Gateway]:
    """Build those that are switched on, by their codes; raises BadSettings."""
    built = (_build(line, office) for line in GATEWAYS)
    return {gateway.code: gateway for gateway in built if gateway is not None}


def _build(line: str, office: Office) -> Gateway | None:
    module, name = line.split(":")
    try:
        gateway: Gateway | None = getattr(import_module(module), name)(office)
    except ValidationError as error:
        raise BadSettings(sentence(error)) from None
    return gateway
