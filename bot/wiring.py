"""Every part of the shop, built and joined; none is built anywhere else."""

from decimal import Decimal
from functools import cached_property

from bot.gateways import open_gateways
from bot.providers import open_providers
from bot.settings import BadSettings, Settings
from bot.stars_desk import TelegramStarsDesk
from bot.telegram_api import TelegramApi
from db.store import Store, open_store
from handlers.texts import LANGUAGES, TextBook
from services.activations import Activations
from services.alarms import Alarms
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
from services.guard import SaleGuard
from services.notices import Notices
from services.offers import Offers
from services.payment_cases import PaymentCases
from services.payment_sweep import PaymentSweep
from services.ports.gateway import Gateway, Office
from services.ports.provider import Provider
from services.purchase_cases import PurchaseCases
from services.purchases import Purchases
from services.reactivations import Reactivations
from services.refund_jobs import RefundJobs
from services.refunds import Refunds
from services.reports import Reports
from services.rules import Rules, RuleSet
from services.set_back import SetBack
from services.settle import Settlement
from services.statement import Statement
from services.sweep import Sweep
from services.topup_jobs import TopupJobs
from services.topups import Topups
from services.upstream_notices import UpstreamNotices
from services.watches import Watches


class Shop:
    """All parts of one shop, each built when it is first asked for, and joined to the others."""

    def __init__(self, settings: Settings, api: TelegramApi | None = None) -> None:
        """Without Telegram there is no desk for Stars. Raises BadSettings."""
        self.settings = settings
        self.clock: Clock = SystemClock()
        self.bells = Bells()
        self.book = TextBook(_known_language(settings), settings.currency)
        desk = TelegramStarsDesk(api) if api is not None else None
        self.gateways: dict[str, Gateway] = open_gateways(Office(self.clock, settings.currency, desk))
        self.providers: dict[str, Provider] = open_providers(settings.providers(), self.clock)
        self.store: Store = open_store(settings.database_url, settings.encryption_key.get_secret_value())

    async def close(self) -> None:
        """Hang up everywhere; the store last."""
        for gateway in self.gateways.values():
            await gateway.aclose()
        for provider in self.providers.values():
            await provider.close()
        await self.store.close()

    @cached_property
    def rules(self) -> Rules:
        return Rules(self.store, _defaults(self.settings), self.clock)

    @cached_property
    def rates(self) -> dict[str, Decimal]:
        return {account.name: account.rate for account in self.settings.providers()}

    @cached_property
    def exclusive(self) -> frozenset[str]:
        return frozenset(account.name for account in self.settings.providers() if account.exclusive)

    @cached_property
    def customers(self) -> Customers:
        return Customers(
            self.store,
            self.rules,
            self.clock,
            admin_ids=self.settings.admin_ids,
            language_of=self.book.match,
        )

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.store, self.rules, self.bells, self.clock, admin_ids=self.settings.admin_ids)

    @cached_property
    def books(self) -> Books:
        return Books(
            self.store,
            self.providers,
            self.clock,
            rates=self.rates,
            claim_seconds=self.settings.sms_active_claim_seconds,
            exclusive=self.exclusive,
        )

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.store, self.bells, self.clock)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(
            self.store,
            self.rules,
            self.clock,
            rates=self.rates,
            is_well=lambda name: self.providers[name].health().is_buying,
        )

    @cached_property
    def catalogue_sync(self) -> CatalogueSync:
        return CatalogueSync(self.store, self.providers, self.cases, self.clock)

    @cached_property
    def offers(self) -> Offers:
        return Offers(self.store, self.catalogue, self.rules, self.clock)

    @cached_property
    def activations(self) -> Activations:
        return Activations(
            self.store,
            self.providers,
            self.rules,
            self.bells,
            self.clock,
            cancel_after_seconds=self.settings.sms_active_cancel_seconds,
        )

    @cached_property
    def reactivations(self) -> Reactivations:
        return Reactivations(self.store, self.providers, self.rates, self.rules, self.clock)

    @cached_property
    def reports(self) -> Reports:
        return Reports(self.store, self.rules, self.bells, self.clock)

    @cached_property
    def watches(self) -> Watches:
        return Watches(self.store, self.catalogue, self.bells, self.clock)

    @cached_property
    def guard(self) -> SaleGuard:
        return SaleGuard(self.store, self.rules, self.bells, self.clock)

    @cached_property
    def alarms(self) -> Alarms:
        return Alarms(self.store, self.providers, self.gateways, self.bells, self.clock)

    @cached_property
    def purchases(self) -> Purchases:
        return Purchases(
            self.store,
            self.providers,
            self.failover,
            self.bells,
            self.clock,
            cancel_after_seconds=self.settings.sms_active_cancel_seconds,
            at_once={account.name: account.purchases_at_once for account in self.settings.providers()},
        )

    @cached_property
    def failover(self) -> Failover:
        return Failover(self.store, self.providers, self.rates, self.bells, self.clock)

    @cached_property
    def claims(self) -> Claims:
        return Claims(
            self.store,
            self.providers,
            self.bells,
            self.clock,
            exclusive=self.exclusive,
            claim_seconds=self.settings.sms_active_claim_seconds,
            cancel_after_seconds=self.settings.sms_active_cancel_seconds,
        )

    @cached_property
    def sweep(self) -> Sweep:
        return Sweep(self.store, self.providers, self.bells, self.clock)

    @cached_property
    def closing(self) -> Closing:
        return Closing(self.store, self.providers, self.sweep, self.bells, self.clock, guard=self.guard)

    @cached_property
    def settlement(self) -> Settlement:
        pause = self.settings.topup_poll_seconds
        return Settlement(
            self.store,
            self.gateways,
            self.bells,
            self.clock,
            first_pause_seconds=pause,
            rules=self.rules,
        )

    @cached_property
    def topups(self) -> Topups:
        return Topups(self.store, self.gateways, self.settlement, self.rules, self.bells, self.clock)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self.store, self.gateways, self.settlement, self.bells, self.clock)

    @cached_property
    def upstream_notices(self) -> UpstreamNotices:
        return UpstreamNotices(self.store, self.providers, self.sweep, self.bells, self.clock)

    @cached_property
    def refunds(self) -> Refunds:
        return Refunds(self.store, self.gateways, self.settlement, self.bells, self.clock)

    @cached_property
    def refund_jobs(self) -> RefundJobs:
        return RefundJobs(self.store, self.gateways, self.settlement, self.bells, self.clock)

    @cached_property
    def payment_cases(self) -> PaymentCases:
        return PaymentCases(self.store, self.settlement, self.refunds, self.bells, self.clock)

    @cached_property
    def purchase_cases(self) -> PurchaseCases:
        return PurchaseCases(
            self.store,
            self.providers,
            self.bells,
            self.clock,
            cancel_after_seconds=self.settings.sms_active_cancel_seconds,
        )

    @cached_property
    def payment_sweep(self) -> PaymentSweep:
        return PaymentSweep(self.store, self.gateways, self.settlement, self.clock)

    @cached_property
    def set_back(self) -> SetBack:
        return SetBack(self.store, self.bells, self.clock)

    @cached_property
    def statement(self) -> Statement:
        return Statement(self.store)


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


def _defaults(settings: Settings) -> RuleSet:
    return RuleSet(
        currency=settings.currency,
        markup_percent=settings.markup_percent,
        topup_min=settings.topup_min,
        topup_max=settings.topup_max,
        topup_presets=settings.topup_presets,
        ways=settings.topup_ways,
        bonuses=settings.topup_bonuses,
        fees=settings.topup_fees,
        open_topups=settings.topups_open,
        topups_per_hour=settings.topups_per_hour,
        refunds_second_payments=settings.topup_second_payment == "refund",
    )


def _known_language(settings: Settings) -> str:
    if settings.default_language not in LANGUAGES:
        raise BadSettings(
            f"DEFAULT_LANGUAGE is impossible: it should be one of {', '.join(sorted(LANGUAGES))}."
        )
    return settings.default_language
