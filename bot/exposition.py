"""Figures in the words of Prometheus."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.heartbeats import Pulse
from db.figures import Figures
from db.states import CHARGES, CLAW_BACKS, TransactionStatus, TransactionType
from services.ports.provider import Health

_MOVES = {
    "sale": (CHARGES, TransactionStatus.COMPLETED),
    "given_back": (CHARGES, TransactionStatus.FAILED),
    "purchase": ((TransactionType.CREDIT_PURCHASE,), TransactionStatus.COMPLETED),
    "clawed_back": (CLAW_BACKS, TransactionStatus.COMPLETED),
}


def expose(
    now: datetime, pulses: Mapping[str, Pulse], health: Mapping[str, Health], figures: Figures | None
) -> bytes:
    """Write everything down; without figures the database did not answer."""
    families = [*_alive(pulses), *_providers(health, now)]
    families.append(_gauge("chegou_database_up", "Whether the database answers", figures is not None))
    if figures is not None:
        families += [*_queues(figures, now), *_stock(figures), *_money(figures), *_latencies(figures)]
    registry = CollectorRegistry()
    registry.register(_Ready(families))
    return generate_latest(registry)


class _Ready(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _alive(pulses: Mapping[str, Pulse]) -> list[Metric]:
    alive = GaugeMetricFamily("chegou_alive", "Whether a loop goes round", labels=["part"])
    age = GaugeMetricFamily("chegou_heartbeat_age_seconds", "Since a loop last went round", labels=["part"])
    for name, pulse in pulses.items():
        alive.add_metric([name], float(pulse.is_alive))
        if pulse.age_seconds is not None:
            age.add_metric([name], pulse.age_seconds)
    return [alive, age]


def _queues(figures: Figures, now: datetime) -> list[Metric]:
    waiting = GaugeMetricFamily("chegou_queue_waiting", "What waits to be done", labels=["queue"])
    oldest = GaugeMetricFamily("chegou_queue_oldest_seconds", "Age of the oldest of it", labels=["queue"])
    for queue in figures.queues:
        waiting.add_metric([queue.name], queue.waiting)
        age = (now - queue.oldest_at).total_seconds() if queue.oldest_at else 0.0
        oldest.add_metric([queue.name], max(age, 0.0))
    return [waiting, oldest]


def _stock(figures: Figures) -> list[Metric]:
    paused = GaugeMetricFamily(
        "chegou_provider_paused", "Nothing is bought there", labels=["provider", "reason"]
    )
    for provider, reason in figures.provider_pauses.items():
        paused.add_metric([provider, reason], 1)
    return [
        _by("chegou_numbers", "Numbers by status", "status", figures.numbers),
        _by("chegou_open_cases", "What a person must decide or know", "kind", figures.cases),
        _by("chegou_sales_paused", "Kinds of numbers not sold for now", "provider", figures.sale_pauses),
        paused,
    ]


def _money(figures: Figures) -> list[Metric]:
    count = CounterMetricFamily("chegou_movements", "Movements of credits that are final", labels=["kind"])
    sum_ = CounterMetricFamily("chegou_movements_credits", "Credits they moved", labels=["kind"])
    for kind, (types, status) in _MOVES.items():
        fitting = [move for move in figures.movements if move[0] in types and move[1] == status]
        count.add_metric([kind], sum(move[2] for move in fitting))
        sum_.add_metric([kind], float(sum(move[3] for move in fitting)))
    return [
        _gauge("chegou_credits_spendable", "What customers can spend", float(figures.credits)),
        _gauge("chegou_credits_held", "What is reserved for open numbers", float(figures.held)),
        count,
        sum_,
    ]


def _latencies(figures: Figures) -> list[Metric]:
    longest = GaugeMetricFamily("chegou_lately_longest_seconds", "Of ten minutes", labels=["what"])
    mean = GaugeMetricFamily("chegou_lately_mean_seconds", "Of ten minutes", labels=["what"])
    for what, seconds in (("purchase", figures.purchase_seconds), ("code", figures.code_seconds)):
        if seconds:
            longest.add_metric([what], max(seconds))
            mean.add_metric([what], sum(seconds) / len(seconds))
    return [longest, mean]


def _providers(health: Mapping[str, Health], now: datetime) -> list[Metric]:
    buying = GaugeMetricFamily("chegou_provider_buying", "Whether purchases are sent", labels=["provider"])
    pace = GaugeMetricFamily("chegou_provider_pace", "Requests a second at most", labels=["provider"])
    answer = GaugeMetricFamily(
        "chegou_provider_answer_age_seconds", "Since it last answered well", labels=["provider"]
    )
    calls = CounterMetricFamily("chegou_provider_calls", "Calls that were sent", labels=["provider"])
    seconds = CounterMetricFamily("chegou_provider_call_seconds", "Time they took", labels=["provider"])
    breaker = GaugeMetricFamily("chegou_provider_breaker", "How it stands", labels=["provider", "state"])
    bans = GaugeMetricFamily("chegou_provider_bans", "Bans of its that last", labels=["provider"])
    for name, state in health.items():
        breaker.add_metric([name, state.breaker], 1)
        bans.add_metric([name], state.bans)
        buying.add_metric([name], float(state.is_buying))
        pace.add_metric([name], state.requests_per_second)
        calls.add_metric([name], state.calls)
        seconds.add_metric([name], state.call_seconds)
        if state.succeeded_at is not None:
            answer.add_metric([name], max((now - state.succeeded_at).total_seconds(), 0.0))
    return [buying, breaker, bans, pace, answer, calls, seconds]


def _by(name: str, told: str, label: str, counts: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=[label])
    for key, count in counts.items():
        family.add_metric([key], count)
    return family


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=float(value))
