"""Every job of the shop, one line each. Each leaves a kind of unfinished state that nothing else would."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.scheduler import Job
from bot.wiring import Shop
from db import inbox, outbox, quotes, upstream_notices
from services.bells import Bell, Bells
from services.topup_jobs import TopupJobs

Run = Callable[[], Awaitable[object]]
_PRICES_AGE = timedelta(minutes=2)
_DOUBTED_AGE = timedelta(seconds=30)
_NAMES_EVERY_SECONDS = 24 * 3600
_INBOX_KEPT = timedelta(days=3)  # Telegram repeats an update for a day
_OUTBOX_KEPT = timedelta(days=30)
_QUOTES_KEPT = timedelta(days=1)  # an old card still finds its way to a fresh one
_RINGS_KEPT = timedelta(days=2)  # SMS-Activate repeats a notice for two hours


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    run: Callable[[Shop, TopupJobs], Run]
    pause_seconds: Callable[[Shop], float]
    bell: Callable[[Bells], Bell] | None = None

    def jobs(self, shop: Shop, topups: TopupJobs) -> Iterator[Job]:
        bell = self.bell(shop.bells) if self.bell else None
        yield Job(self.name, self.run(shop, topups), self.pause_seconds(shop), bell)


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """A job for each provider: one that hangs delays nothing of another's."""

    name: str
    run: Callable[[Shop, str], Run]
    pause_seconds: Callable[[Shop], float]
    bell: Callable[[Bells], Bell] | None = None

    def jobs(self, shop: Shop, _topups: TopupJobs) -> Iterator[Job]:
        bell, pause_seconds = self.bell(shop.bells) if self.bell else None, self.pause_seconds(shop)
        for each in shop.providers:
            yield Job(f"{self.name} of {each}", self.run(shop, each), pause_seconds, bell, part_of=self.name)


def _every(seconds: float) -> Callable[[Shop], float]:
    return lambda _shop: seconds


JOBS: tuple[Line | ProviderLine, ...] = (
    ProviderLine(
        "sweep",
        lambda shop, each: partial(shop.sweep.run_one, each),
        lambda shop: shop.settings.poll_seconds,
    ),
    Line("expiry", lambda shop, _: shop.closing.expire_due, _every(2)),
    ProviderLine(
        "closing",
        lambda shop, each: partial(shop.closing.run_one, each),
        _every(2),
        lambda bells: bells.closing,
    ),
    Line("abandoned", lambda shop, _: shop.closing.run_abandoned, _every(60)),
    Line("lost_purchases", lambda shop, _: shop.purchases.mark_lost, _every(10)),
    Line("settle_unknown", lambda shop, _: _Claims(shop).run, _every(5)),
    Line("provider_pauses", lambda shop, _: shop.failover.resume_due, _every(30)),
    Line("sale_pauses", lambda shop, _: shop.guard.resume_due, _every(30)),
    Line("stock_watches", lambda shop, _: shop.watches.tell_due, _every(30)),
    Line("topups", lambda _, topups: topups.open_drafts, _every(1), lambda bells: bells.topups),
    Line("topup_looks", lambda _, topups: topups.poll_due, _every(1)),
    Line("refunds", lambda shop, _: shop.refund_jobs.run_due, _every(5), lambda bells: bells.refunds),
    Line("payment_sweep", lambda shop, _: shop.payment_sweep.run_due, _every(60)),
    Line("notices", lambda shop, _: shop.notices.handle_due, _every(2), lambda bells: bells.notices),
    ProviderLine(
        "upstream_notices",
        lambda shop, each: partial(shop.upstream_notices.handle_one, each),
        _every(2),
        lambda bells: bells.upstream,
    ),
    Line("catalogue", lambda shop, _: _Catalogue(shop).run, _every(30)),
    Line("provider_health", lambda shop, _: _Health(shop).run, _every(300)),
    Line("alarms", lambda shop, _: shop.alarms.run, _every(30)),
    Line("prune", lambda shop, _: partial(_prune, shop), _every(3600)),
)


def jobs_of(shop: Shop, topups: TopupJobs) -> tuple[Job, ...]:
    return tuple(job for line in JOBS for job in line.jobs(shop, topups))


async def _prune(shop: Shop) -> None:
    now = shop.clock.now()
    await shop.store.write(partial(inbox.prune, now=now, keep=_INBOX_KEPT))
    await shop.store.write(partial(outbox.prune, now=now, keep=_OUTBOX_KEPT))
    await shop.store.write(partial(quotes.forget_offers, before=now - _QUOTES_KEPT))
    await shop.store.write(partial(upstream_notices.prune, before=now - _RINGS_KEPT))


class _Claims:
    """Often while a purchase is unknown; now and then for numbers upstream that nobody here knows.

    One that was seen once is looked after until it is over, though nothing else is open here.
    """

    _STRANGERS_EVERY_SECONDS = 60.0

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._ran_at = float("-inf")

    async def run(self) -> None:
        now = self._shop.clock.monotonic()
        is_time = now - self._ran_at >= self._STRANGERS_EVERY_SECONDS
        if await self._shop.claims.is_needed() or (is_time and await self._may_have_strangers()):
            self._ran_at = now
            await self._shop.claims.run()

    async def _may_have_strangers(self) -> bool:
        return await self._shop.sweep.is_needed() or await self._shop.claims.has_orphans()


class _Catalogue:
    """Names once a day, prices whenever they are old; a fresh shop has none and reads all at once."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._names_at: float | None = None

    async def run(self) -> None:
        age = _DOUBTED_AGE if self._shop.failover.takes_doubt() else _PRICES_AGE
        is_old = await self._shop.catalogue_sync.is_due(age)
        now = self._shop.clock.monotonic()
        if self._names_at is None and not is_old:
            self._names_at = now  # read by the process before this one
        elif self._names_at is None or now - self._names_at > _NAMES_EVERY_SECONDS:
            reports = await self._shop.catalogue_sync.run()
            self._names_at = now if all(report.error is None for report in reports) else self._names_at
        elif is_old:
            await self._shop.catalogue_sync.run_prices()


class _Health:
    """An admin hears of a provider that has not answered three times in a row, and when it does again."""

    _ALARM_AFTER = 3

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._silent: dict[str, int] = {}

    async def run(self) -> None:
        for state in await self._shop.books.provider_states():
            self._silent[state.name] = 0 if state.is_well else self._silent.get(state.name, 0) + 1
            if state.is_well:
                await self._shop.cases.close("provider.silent", state.name, "it answers again")
            elif self._silent[state.name] == self._ALARM_AFTER:
                await self._shop.cases.open("provider.silent", state.name)
