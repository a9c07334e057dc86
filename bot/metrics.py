"""What Prometheus may read."""

import logging
from collections.abc import Mapping
from functools import partial

from bot.heartbeats import Heartbeats
from db import figures
from db.figures import Figures
from db.store import Store
from services.clock import Clock
from services.ports.provider import Provider

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_log = logging.getLogger(__name__)


class Metrics:
    """Reads every figure when it is asked for, in one reading of the database; nothing is counted twice."""

    def __init__(
        self, heartbeats: Heartbeats, store: Store, providers: Mapping[str, Provider], clock: Clock
    ) -> None:
        self._heartbeats = heartbeats
        self._store = store
        self._providers = providers
        self._clock = clock

    async def write(self) -> bytes:
        from bot.exposition import expose  # noqa: PLC0415  a shop nobody measures does not load it

        health = {name: provider.health() for name, provider in self._providers.items()}
        read = await self._figures()
        return expose(self._clock.now(), self._heartbeats.pulses(), health, read)

    async def _figures(self) -> Figures | None:
        try:
            return await self._store.read(partial(figures.read, now=self._clock.now()))
        except Exception:  # noqa: BLE001  whatever it is: that the database is gone is a figure too
            _log.exception("the figures could not be read")
            return None
