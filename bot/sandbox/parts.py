from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.sandbox.clock import Clock
from bot.sandbox.journal import Journal
from bot.sandbox.keys import KEYS
from bot.sandbox.payments.cryptopay.gateway import CryptoPay
from bot.sandbox.payments.mercadopago.gateway import MercadoPago
from bot.sandbox.payments.stripe.gateway import Stripe
from bot.sandbox.sms_active.server import SmsActive
from bot.sandbox.telegram.server import Telegram

_BOT_USERNAME = "sandbox_shop_bot"


class Parts:
    """Every stand-in of the outside world, with one clock and one journal between them."""

    def __init__(self, address: str) -> None:
        self.clock = clock = Clock()
        self.journal = journal = Journal(clock)
        self.telegram = Telegram(clock, journal, {KEYS["BOT_TOKEN"]: _BOT_USERNAME})
        self.upstream = SmsActive(clock, journal, api_key=KEYS["SMS_ACTIVE_API_KEY"])
        public_url, way_back = (lambda: address), partial(_way_back, address)
        self.stripe = Stripe(
            clock,
            journal,
            secret_key=KEYS["STRIPE_SECRET_KEY"],
            webhook_secret=KEYS["STRIPE_WEBHOOK_SECRET"],
            public_url=public_url,
            way_back=way_back,
        )
        self.mercadopago = MercadoPago(
            clock,
            journal,
            access_token=KEYS["MERCADOPAGO_ACCESS_TOKEN"],
            webhook_secret=KEYS["MERCADOPAGO_WEBHOOK_SECRET"],
            public_url=public_url,
            way_back=way_back,
        )
        self.cryptopay = CryptoPay(
            clock, journal, token=KEYS["CRYPTOPAY_TOKEN"], public_url=public_url, way_back=way_back
        )

    def join(self, application: web.Application) -> None:
        """Open every stand-in's routes and side doors, and let it live as long as the application."""
        self.telegram.attach(application)
        for part in (self.upstream, self.stripe, self.mercadopago, self.cryptopay):
            application.add_routes([*part.routes(), *part.world_routes()])
        application.cleanup_ctx.append(self.upstream.webhook_sender)
        for house in (self.stripe, self.mercadopago, self.cryptopay):
            application.cleanup_ctx.append(house.running)

    def ring_at(self, origin: str) -> None:
        """Send the payment houses' notices to a shop's own address."""
        self.stripe.deliveries.urls = [f"{origin}/webhooks/stripe"]
        self.mercadopago.deliveries.urls = [f"{origin}/webhooks/mercadopago"]
        self.cryptopay.deliveries.urls = [f"{origin}/webhooks/cryptopay"]

    def ledgers(self) -> dict[str, Any]:
        """What upstream and the payment houses have on paper."""
        return {
            "upstream": self.upstream.audit(),
            "stripe": self.stripe.ledger()["balance"],
            "mercadopago": self.mercadopago.ledger()["balance"],
            "stars": {"XTR": self.telegram.stars},
            "cryptopay": self.cryptopay.ledger()["balance"],
        }


def _way_back(address: str, link: str) -> str:
    """Lead from a checkout page to the chat here, not out to the real Telegram."""
    return f"{address}/back?{urlencode({'to': link})}"
