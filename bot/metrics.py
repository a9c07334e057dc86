"""What Prometheus may read."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.heartbeats import Heartbeats

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    def __init__(self, heartbeats: Heartbeats) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Pulses(heartbeats))

    def write(self) -> bytes:
        return generate_latest(self._registry)


class _Pulses(Collector):
    def __init__(self, heartbeats: Heartbeats) -> None:
        self._heartbeats = heartbeats

    def collect(self) -> Iterable[Metric]:
        alive = GaugeMetricFamily("chegou_alive", "Whether a loop goes round", labels=["part"])
        age = GaugeMetricFamily(
            "chegou_heartbeat_age_seconds", "Since a loop last went round", labels=["part"]
        )
        for name, pulse in self._heartbeats.pulses().items():
            alive.add_metric([name], float(pulse.is_alive))
            if pulse.age_seconds is not None:
                age.add_metric([name], pulse.age_seconds)
        return [alive, age]
