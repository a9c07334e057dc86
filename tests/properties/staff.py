"""Everybody who works in the shop, whatever stands behind the ports."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from db.store import Store
from services.activations import Activations
from services.bells import Bells
from services.claims import Claims
from services.clock import Clock
from services.closing import Closing
from services.customers import Customers
from services.desk import Desk
from services.failover import Failover
from services.ports.gateway import Gateway
from services.ports.provider import Provider
from services.purchases import Purchases
from services.reactivations import Reactivations
from services.refund_jobs import RefundJobs
from services.refunds import Refunds
from services.reports import Reports
from services.rules import Rules, RuleSet
from services.set_back import SetBack
from services.settle import Settlement
from services.sweep import Sweep
from services.topup_jobs import TopupJobs
from services.topups import Topups
from services.upstream_notices import UpstreamNotices

_GENEROUS = RuleSet(
    newcomer_open_numbers=5,
    open_numbers=5,
    purchases_per_hour=1000,
    purchases_per_day=1000,
    open_topups=50,
    topups_per_hour=1000,
)


@dataclass
class Staff:
    """Everybody who works in one life of the process."""

    activations: Activations
    purchases: Purchases
    sweep: Sweep
    closing: Closing
    claims: Claims
    settlement: Settlement
    topups: Topups
    topup_jobs: TopupJobs
    customers: Customers
    desk: Desk
    refunds: Refunds
    refund_jobs: RefundJobs
    reactivations: Reactivations
    reports: Reports
    upstream_notices: UpstreamNotices
    set_back: SetBack


def hire(
    store: Store, providers: Mapping[str, Provider], gateways: Mapping[str, Gateway], clock: Clock
) -> Staff:
    bells = Bells()
    rules = Rules(store, _GENEROUS, clock)
    sweep = Sweep(store, providers, bells, clock)
    settlement = Settlement(store, gateways, bells, clock, first_pause_seconds=30)
    exclusive = frozenset(providers)
    rates = {name: Decimal(5) for name in providers}
    failover = Failover(store, providers, rates, bells, clock)
    return Staff(
        Activations(store, providers, rules, bells, clock, cancel_after_seconds=120),
        Purchases(store, providers, failover, bells, clock),
        sweep,
        Closing(store, providers, sweep, bells, clock),
        Claims(store, providers, bells, clock, exclusive=exclusive, claim_seconds=90),
        settlement,
        Topups(store, gateways, settlement, rules, bells, clock),
        TopupJobs(
            store,
            gateways,
            settlement,
            bells,
            clock,
            bot_link="https://t.me/chegou_bot",
            first_pause_seconds=30,
        ),
        Customers(store, rules, clock, admin_ids=(), language_of=lambda _: "en"),
        Desk(store, rules, bells, clock),
        Refunds(store, gateways, settlement, bells, clock),
        RefundJobs(store, gateways, settlement, bells, clock),
        Reactivations(store, providers, rates, rules, clock),
        Reports(store, rules, bells, clock),
        UpstreamNotices(store, providers, sweep, bells, clock),
        SetBack(store, bells, clock),
    )
