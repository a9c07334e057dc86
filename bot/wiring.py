"""Every part of the shop, built and joined; none is built anywhere else."""

from dataclasses import dataclass

from bot.gateways import open_gateways
from bot.providers import open_providers
from bot.settings import BadSettings, Settings
from bot.stars_desk import TelegramStarsDesk
from bot.telegram_api import TelegramApi
from db.store import Store, open_store
from handlers.texts import LANGUAGES, TextBook
from services.activations import Activations
from services.bells import Bells
from services.books import Books
from services.cases import Cases
from services.catalogue import Catalogue
from services.catalogue_sync import CatalogueSync
from services.claims import Claims
from services.clock import Clock, SystemClock
from services.closing import Closing
from services.customers import Customers
from services.desk import Desk
from services.failover import Failover
from services.notices import Notices
from services.offers import Offers
from services.ports.gateway import Gateway, Office
from services.ports.provider import Provider
from services.purchases import Purchases
from services.rules import Rules, RuleSet
from services.settle import Settlement
from services.statement import Statement
from services.sweep import Sweep
from services.topup_jobs import TopupJobs
from services.topups import Topups


@dataclass(frozen=True, slots=True)
class Ground:
    """What every part stands on."""

    settings: Settings
    clock: Clock
    store: Store
    bells: Bells
    rules: Rules
    providers: dict[str, Provider]
    gateways: dict[str, Gateway]


@dataclass(frozen=True, slots=True)
class Shop:
    """All use cases of one shop."""

    settings: Settings
    clock: Clock
    store: Store
    bells: Bells
    book: TextBook
    rules: Rules
    providers: dict[str, Provider]
    gateways: dict[str, Gateway]
    customers: Customers
    desk: Desk
    books: Books
    cases: Cases
    catalogue: Catalogue
    catalogue_sync: CatalogueSync
    offers: Offers
    activations: Activations
    purchases: Purchases
    failover: Failover
    claims: Claims
    sweep: Sweep
    closing: Closing
    topups: Topups
    settlement: Settlement
    notices: Notices
    statement: Statement

    async def close(self) -> None:
        """Hang up everywhere; the store last."""
        for gateway in self.gateways.values():
            await gateway.aclose()
        for provider in self.providers.values():
            await provider.close()
        await self.store.close()


def build_shop(settings: Settings, api: TelegramApi | None = None) -> Shop:
    """Join all parts; without Telegram there is no desk for Stars."""
    book = TextBook(_known_language(settings), settings.currency)
    ground = _ground(settings, api)
    rates = {account.name: account.rate for account in settings.providers()}
    exclusive = frozenset(account.name for account in settings.providers() if account.exclusive)
    store, clock, bells, rules = ground.store, ground.clock, ground.bells, ground.rules
    cases = Cases(store, bells, clock)
    catalogue = Catalogue(store, rules, clock, rates=rates)
    sweep = Sweep(store, ground.providers, bells, clock)
    failover = Failover(store, ground.providers, rates, bells, clock)
    settlement = Settlement(
        store, ground.gateways, bells, clock, first_pause_seconds=settings.topup_poll_seconds
    )
    return Shop(
        settings=settings,
        clock=clock,
        store=store,
        bells=bells,
        book=book,
        rules=rules,
        providers=ground.providers,
        gateways=ground.gateways,
        customers=Customers(store, rules, clock, admin_ids=settings.admin_ids, language_of=book.match),
        desk=Desk(store, rules, bells, clock),
        books=Books(
            store,
            ground.providers,
            clock,
            rates=rates,
            claim_seconds=settings.sms_active_claim_seconds,
            exclusive=exclusive,
        ),
        cases=cases,
        catalogue=catalogue,
        catalogue_sync=CatalogueSync(store, ground.providers, cases, clock),
        offers=Offers(store, catalogue, rules, clock),
        activations=Activations(
            store,
            ground.providers,
            rules,
            bells,
            clock,
            cancel_after_seconds=settings.sms_active_cancel_seconds,
        ),
        purchases=Purchases(store, ground.providers, failover, bells, clock),
        failover=failover,
        claims=Claims(
            store,
            ground.providers,
            bells,
            clock,
            exclusive=exclusive,
            claim_seconds=settings.sms_active_claim_seconds,
        ),
        sweep=sweep,
        closing=Closing(store, ground.providers, sweep, bells, clock),
        topups=Topups(store, ground.gateways, settlement, rules, bells, clock),
        settlement=settlement,
        notices=Notices(store, ground.gateways, settlement, bells, clock),
        statement=Statement(store),
    )


def topup_jobs(shop: Shop, bot_username: str) -> TopupJobs:
    """Bills lead back to the chat, so they wait until the bot's name is known."""
    return TopupJobs(
        shop.store,
        shop.gateways,
        shop.settlement,
        shop.bells,
        shop.clock,
        bot_link=f"https://t.me/{bot_username}",
        first_pause_seconds=shop.settings.topup_poll_seconds,
    )


def _ground(settings: Settings, api: TelegramApi | None) -> Ground:
    clock = SystemClock()
    desk = TelegramStarsDesk(api) if api is not None else None
    gateways = open_gateways(Office(clock, settings.currency, desk))
    providers = open_providers(settings.providers(), clock)
    store = open_store(settings.database_url, settings.encryption_key.get_secret_value())
    rules = Rules(store, _defaults(settings), clock)
    return Ground(settings, clock, store, Bells(), rules, providers, gateways)


def _defaults(settings: Settings) -> RuleSet:
    return RuleSet(
        currency=settings.currency,
        markup_percent=settings.markup_percent,
        topup_min=settings.topup_min,
        topup_max=settings.topup_max,
    )


def _known_language(settings: Settings) -> str:
    if settings.default_language not in LANGUAGES:
        raise BadSettings(
            f"DEFAULT_LANGUAGE is impossible: it should be one of {', '.join(sorted(LANGUAGES))}."
        )
    return settings.default_language
