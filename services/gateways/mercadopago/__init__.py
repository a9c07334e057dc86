"""Mercado Pago twice: a Pix code in the chat, and its own page for cards and all else."""

from services.gateways.mercadopago.settings import MercadoPagoSettings
from services.ports.gateway import Gateway, Office

__all__ = ["MercadoPagoSettings", "build_checkout", "build_pix"]


def build_pix(office: Office, settings: MercadoPagoSettings | None = None) -> Gateway | None:
    """Open the Pix counter, if there is a token."""
    settings = settings or MercadoPagoSettings()
    if not settings.mercadopago_access_token:
        return None
    from services.gateways.mercadopago.pix import PixGateway  # noqa: PLC0415  the SDK is slow to load

    return PixGateway(settings, office.clock)


def build_checkout(office: Office, settings: MercadoPagoSettings | None = None) -> Gateway | None:
    """Open the counter of Mercado Pago's own page, if there is a token."""
    settings = settings or MercadoPagoSettings()
    if not settings.mercadopago_access_token:
        return None
    from services.gateways.mercadopago.checkout import CheckoutGateway  # noqa: PLC0415  the SDK is slow to load

    return CheckoutGateway(settings, office.clock)
