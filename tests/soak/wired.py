"""The shop as `bot.wiring` joins it, over real wires, with times short enough to be killed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from queue import SimpleQueue
from threading import Thread

from pydantic import SecretStr

from bot.sandbox.keys import KEYS
from bot.settings import Settings
from bot.wiring import Shop
from db.sqlite import SqliteStore
from db.store import Store
from handlers.texts import TextBook
from services.bells import Bells
from services.clock import SystemClock
from services.gateways.stripe.gateway import StripeGateway
from services.gateways.stripe.settings import StripeSettings
from services.gateways.stripe.wire import BoundedHttp
from services.providers.handler_api import Account, ApiKey, Deadlines, Pace, build
from services.rules import Rules, RuleSet
from tests.soak.outside import CANCEL_FLOOR_SECONDS

# The wires take 45 ms, seldom 5 s; what is longer than this is unknown, and quarantined for twice as long.
DEADLINE_SECONDS = 3.0
_CLAIM_SECONDS = 10
_PACE = Pace(requests_per_second=400, catalogue_per_second=10, burst=100, in_flight=20)


class AheadClock(SystemClock):
    """The machine's clock, some time ahead: hours pass without being waited for."""

    def __init__(self, ahead_seconds: float) -> None:
        self.ahead_seconds = ahead_seconds

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead_seconds)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_seconds


@dataclass(frozen=True, slots=True)
class Warmth:
    """What takes long to make and is the same in every life: made before the fork, connected after it."""

    store: Store
    book: TextBook
    http: BoundedHttp


@dataclass(frozen=True, slots=True)
class Stage:
    """Where one life of the shop takes place."""

    settings: Settings
    warmth: Warmth
    ahead_seconds: float = 0.0


class ShopUnderFire(Shop):
    """All parts and how they are joined are the shop's own; only where it stands is the harness's."""

    def __init__(self, stage: Stage) -> None:
        self.settings = stage.settings
        self.clock = self.ahead_clock = AheadClock(stage.ahead_seconds)
        self.bells = Bells()
        self.book = stage.warmth.book
        self.gateways = {"stripe": StripeGateway(_stripe(stage.settings), self.clock, stage.warmth.http)}
        self.providers = {"active": build(_account(stage.settings), self.clock)}
        self.store = revived(stage.warmth.store)
        self.rules = Rules(self.store, _ROOMY, self.clock)


def revived(store: Store) -> Store:
    """A store that was closed before the fork connects anew by itself; its writing thread must be started."""
    if isinstance(store, SqliteStore):
        store._jobs = SimpleQueue()
        store._thread = Thread(target=store._serve, daemon=True)
        store._thread.start()
    return store


_ROOMY = replace(
    RuleSet(),
    newcomer_open_numbers=4,
    open_numbers=4,
    purchases_per_hour=100_000,
    purchases_per_day=100_000,
    streak_ends=0,
    guard_orders=0,
    topups_per_hour=100_000,
)


def settings_for(database: str, address: str) -> Settings:
    return Settings(
        bot_token=SecretStr(KEYS["BOT_TOKEN"]),
        telegram_api_url=address,
        database_url=database,
        sms_active_api_key=SecretStr(KEYS["SMS_ACTIVE_API_KEY"]),
        sms_active_url=f"{address}/stubs/handler_api.php",
        sms_active_rate=Decimal(5),
        sms_active_exclusive=True,
        sms_active_cancel_seconds=CANCEL_FLOOR_SECONDS - 1,  # so that an early cancel is refused now and then
        sms_active_claim_seconds=_CLAIM_SECONDS,
        topup_poll_seconds=0.1,
        default_language="en",
    )


def _account(settings: Settings) -> Account:
    return Account(
        name="active",
        url=settings.sms_active_url,
        api_key=ApiKey(KEYS["SMS_ACTIVE_API_KEY"]),
        deadlines=Deadlines(purchase_seconds=DEADLINE_SECONDS),
        pace=_PACE,
    )


def _stripe(settings: Settings) -> StripeSettings:
    return StripeSettings(
        stripe_secret_key=SecretStr(KEYS["STRIPE_SECRET_KEY"]),
        stripe_api_url=f"{settings.telegram_api_url}/stripe",
    )
