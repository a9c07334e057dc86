"""Card payments on Stripe's own page (Checkout)."""

from services.gateways.stripe.settings import StripeSettings
from services.ports.gateway import Gateway, Office

__all__ = ["StripeSettings", "build"]


def build(office: Office, settings: StripeSettings | None = None) -> Gateway | None:
    """Open the counter, if there is a key."""
    settings = settings or StripeSettings()
    if not settings.stripe_secret_key:
        return None
    from services.gateways.stripe.gateway import StripeGateway  # noqa: PLC0415  the SDK takes a second to load

    return StripeGateway(settings, office.clock)
