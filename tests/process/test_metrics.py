"""What Prometheus reads is what the database holds at that moment."""

import sys
from decimal import Decimal
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.heartbeats import Heartbeats
from bot.metrics import Metrics
from db import outbox
from db.store import Store
from services.ports.provider import Health, Rejected, Rejection, Unknown
from tests.shop.shop import Shop, open_shop

Figures = dict[tuple[str, ...], float]


@pytest.fixture
async def shop(store: Store) -> Shop:
    return await open_shop(store)


def metrics_of(shop: Shop) -> Metrics:
    providers: dict[str, Any] = {"active": shop.provider}
    return Metrics(Heartbeats(shop.clock, {"sweep": 60}), shop.store, providers, shop.clock)


async def scrape(shop: Shop) -> Figures:
    """Every figure, by its name and the values of its labels."""
    text = (await metrics_of(shop).write()).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def say_everything(shop: Shop) -> None:
    now = shop.clock.now()

    def work(connection: Any) -> int:
        due = outbox.claim(connection, now=now, until=now, limit=50)
        for fact in due:
            outbox.finish(connection, fact, now)
        return len(due)

    while await shop.store.write(work):
        pass


async def test_an_empty_shop_has_its_figures(shop: Shop) -> None:
    told = await scrape(shop)

    assert told["chegou_database_up",] == 1
    assert told["chegou_alive", "sweep"] == 0
    assert told["chegou_queue_waiting", "outbox"] == 0
    assert told["chegou_credits_spendable",] == 0
    assert told["chegou_provider_buying", "active"] == 1
    assert ("chegou_lately_mean_seconds", "code") not in told


async def test_money_is_told_as_the_books_have_it(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    shop.provider.answers = [Rejected(Rejection.NO_NUMBERS, "NO_NUMBERS")]
    await shop.buy(ana)
    await shop.buy(ana)

    told = await scrape(shop)

    assert told["chegou_credits_spendable",] == float(Decimal("43.50"))
    assert told["chegou_credits_held",] == float(Decimal("3.25"))
    assert told["chegou_movements_total", "sale"] == 1
    assert told["chegou_movements_credits_total", "sale"] == float(Decimal("3.25"))
    assert told["chegou_movements_total", "given_back"] == 1
    assert (told["chegou_numbers", "active"], told["chegou_numbers", "rejected"]) == (2, 1)


async def test_cases_and_pauses_are_told_by_name(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    shop.provider.answers = [Rejected(Rejection.BAD_KEY, "BAD_KEY"), Unknown("timeout")]
    offers = [await shop.offer(ana) for _ in range(2)]
    await shop.rules.change("newcomer_open_numbers", "5")
    for offer in offers:
        await shop.activations.buy(ana, offer)
    while await shop.purchases.send_next():
        pass

    told = await scrape(shop)

    assert told["chegou_open_cases", "purchase.unknown"] == 1
    assert told["chegou_open_cases", "provider.paused"] == 1
    assert told["chegou_provider_paused", "active", "bad_key"] == 1


async def test_the_breaker_of_an_account_and_its_bans_are_figures(shop: Shop) -> None:
    shop.provider.health = lambda: Health(True, 5.0, 0.0, None, breaker="half_open", bans=2)  # type: ignore[method-assign]

    told = await scrape(shop)

    assert told["chegou_provider_breaker", "active", "half_open"] == 1
    assert told["chegou_provider_bans", "active"] == 2


async def test_a_queue_tells_how_long_its_oldest_waits(shop: Shop) -> None:
    await shop.buy(await shop.ana("50.00"))
    await shop.upstream_notices.hear("active", b"9999 a")
    shop.clock.advance(40)

    told = await scrape(shop)

    assert told["chegou_queue_waiting", "outbox"] == 1
    assert told["chegou_queue_oldest_seconds", "outbox"] == 40
    assert told["chegou_queue_waiting", "provider_notices"] == 1
    assert told["chegou_queue_oldest_seconds", "provider_notices"] == 40
    assert told["chegou_queue_waiting", "inbox"] == 0


async def test_times_are_those_of_the_last_ten_minutes(shop: Shop) -> None:
    ana = await shop.ana("50.00")
    await shop.buy(ana)
    shop.provider.deliver("1001", "482913")
    await shop.sweep.run()
    shop.clock.advance(3)
    await say_everything(shop)

    now = await scrape(shop)
    shop.clock.advance(601)
    later = await scrape(shop)

    assert now["chegou_lately_mean_seconds", "code"] == 3
    assert now["chegou_lately_longest_seconds", "purchase"] == 0
    assert ("chegou_lately_mean_seconds", "code") not in later
    assert ("chegou_lately_longest_seconds", "purchase") not in later


async def test_a_database_that_is_gone_is_a_figure_too(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await open_shop(sqlite_store)

    async def fail(_work: object) -> None:
        raise OSError("disk I/O error")

    monkeypatch.setattr(shop.store, "read", fail)
    told = await scrape(shop)

    assert told["chegou_database_up",] == 0
    assert told["chegou_alive", "sweep"] == 0
    assert not [name for name, *_ in told if name.startswith("chegou_credits")]


def test_the_library_is_loaded_by_the_first_who_asks() -> None:
    import subprocess  # noqa: PLC0415  only here

    loaded = "import sys, bot.process; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
