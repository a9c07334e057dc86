"""Services, real adapters and the stand-ins, joined over loopback: every byte of a payment goes by wire."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port
from pydantic import SecretStr

from bot.heartbeats import Heartbeats
from bot.sandbox.keys import KEYS
from bot.sandbox.parts import Parts
from bot.stars_desk import TelegramStarsDesk
from bot.telegram_api import TelegramApi
from bot.web import Doorway, HearsProviders, Keeps, Measures, Web
from db.store import Store
from services.clock import SystemClock
from services.gateways.cryptopay import CryptoPayGateway, CryptoPaySettings
from services.gateways.mercadopago.checkout import CheckoutGateway
from services.gateways.mercadopago.pix import PixGateway
from services.gateways.mercadopago.settings import MercadoPagoSettings
from services.gateways.stars import StarsGateway, StarsSettings
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.settings import StripeSettings
from services.gateways.stripe.wire import BoundedHttp
from services.ports.gateway import Gateway
from services.views import Bill
from tests.money.till import Till, open_till
from tests.worlds import HandClock

ANA = 4_242


class MovingClock(HandClock):
    """The machine's time, until a test moves it on: the stand-ins' notices are signed with real times."""

    def __init__(self) -> None:
        super().__init__(SystemClock().now())
        self._machine = SystemClock()
        self._ahead = 0.0

    def now(self) -> datetime:
        return self._machine.now() + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        return self._machine.monotonic() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass
class Wired:
    """A till whose gateways are real, and the world they talk to."""

    till: Till
    parts: Parts
    clock: MovingClock
    gateways: Mapping[str, Gateway]
    telegram: TelegramApi
    shop: str  # where the shop's web server listens
    http: ClientSession
    address: str  # where the world listens
    read_up_to: int = 0  # of Telegram's updates

    async def deliver(self) -> None:
        """Let every notice that is due arrive and be heeded, and every top-up that is due be looked at."""
        for house in (self.parts.stripe, self.parts.mercadopago, self.parts.cryptopay):
            await house.deliveries.settled()
        while await self.till.notices.handle_due():
            pass
        while await self.till.topup_jobs.poll_due():
            pass

    def advance(self, seconds: float) -> None:
        """Move time on, in the shop and in the world."""
        self.clock.advance(seconds)
        self.parts.clock.advance(seconds)

    def asked(self, wire: str) -> int:
        """How many calls a payment house has had."""
        return len(self.parts.journal.entries(wire))

    async def do(self, path: str, **order: Any) -> Any:
        """Tell the world what somebody does."""
        async with self.http.post(f"{self.address}{path}", json=order) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def pay_stars(self, bill: Bill) -> Any:
        """Pay as Telegram does: the bot is asked, answers, and is told."""
        async with asyncio.TaskGroup() as tasks:
            paying = tasks.create_task(self.do(f"/world/telegram/people/{ANA}/pay", slug=bill.link))
            while not paying.done():
                await self._read_updates()
                await asyncio.sleep(0.02)
        await self._read_updates()
        return paying.result()

    async def _read_updates(self) -> None:
        for update in await self.telegram.call("getUpdates", offset=self.read_up_to, timeout=0):
            self.read_up_to = update["update_id"] + 1
            await self._hear(update)

    async def _hear(self, update: dict[str, Any]) -> None:
        if query := update.get("pre_checkout_query"):
            no = await self.till.topups.question(
                query["from"]["id"], query["invoice_payload"], query["currency"], query["total_amount"]
            )
            answer = {"ok": True} if no is None else {"ok": False, "error_message": no}
            await self.telegram.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], **answer)
        message = update.get("message", {})
        if paid := message.get("successful_payment"):
            await self.till.topups.paid_in_chat(
                message["from"]["id"],
                paid["invoice_payload"],
                paid["currency"],
                paid["total_amount"],
                paid["telegram_payment_charge_id"],
            )
        if refunded := message.get("refunded_payment"):
            await self.till.topups.refunded_in_chat(refunded["telegram_payment_charge_id"])


@asynccontextmanager
async def open_wired(store: Store, **rules: Any) -> AsyncIterator[Wired]:
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    parts = Parts(address)
    parts.telegram.add_person("Ana", None, "ana", "pt-br", person_id=ANA)
    outside = web.Application(client_max_size=16 * 2**20)
    parts.join(outside)
    clock, telegram = MovingClock(), TelegramApi(address, KEYS["BOT_TOKEN"])
    gateways = _gateways(address, clock, telegram)
    till = open_till(store, gateways, clock, **rules)
    front = _front(store, till, gateways, clock)
    async with (
        TestServer(outside, port=port),
        TestServer(front.application()) as shop,
        ClientSession() as http,
    ):
        origin = str(shop.make_url("")).rstrip("/")
        parts.ring_at(origin)
        yield Wired(till, parts, clock, gateways, telegram, origin, http, address)
        for gateway in gateways.values():
            await gateway.aclose()
        await telegram.close()


async def _at_once(_seconds: float) -> None:
    """Retries in tests wait for nobody."""


def _gateways(address: str, clock: MovingClock, telegram: TelegramApi) -> dict[str, Gateway]:
    mercadopago = MercadoPagoSettings(
        mercadopago_access_token=SecretStr(KEYS["MERCADOPAGO_ACCESS_TOKEN"]),
        mercadopago_webhook_secret=SecretStr(KEYS["MERCADOPAGO_WEBHOOK_SECRET"]),
        mercadopago_api_url=f"{address}/mercadopago",
        payer_email_domain="shop.example",
    )
    stripe = StripeSettings(
        stripe_secret_key=SecretStr(KEYS["STRIPE_SECRET_KEY"]),
        stripe_webhook_secret=SecretStr(KEYS["STRIPE_WEBHOOK_SECRET"]),
        stripe_api_url=f"{address}/stripe",
    )
    cryptopay = CryptoPaySettings(
        cryptopay_token=SecretStr(KEYS["CRYPTOPAY_TOKEN"]), cryptopay_api_url=f"{address}/cryptopay"
    )
    stars = StarsSettings(stars_per_unit=Decimal(40))
    opened: tuple[Gateway, ...] = (
        StripeGateway(stripe, clock, BoundedHttp(pause=_at_once)),
        PixGateway(mercadopago, clock),
        CheckoutGateway(mercadopago, clock),
        StarsGateway(stars, "BRL", TelegramStarsDesk(telegram)),
        CryptoPayGateway(cryptopay, clock),
    )
    return {gateway.code: gateway for gateway in opened}


def _front(store: Store, till: Till, gateways: Mapping[str, Gateway], clock: MovingClock) -> Web:
    return Web(
        store=store,
        heartbeats=Heartbeats(clock, {}),
        metrics=cast("Measures", None),
        intake=cast("Keeps", None),
        doorway=Doorway.of(KEYS["BOT_TOKEN"]),
        notices=till.notices,
        gateways=gateways,
        provider_doors={},
        upstream_notices=cast("HearsProviders", None),
    )
