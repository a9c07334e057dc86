"""Every commit, and every call to somebody outside, is a point at which this very process may be killed."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast

from bot.telegram_api import TelegramApi
from services.ports.gateway import Gateway
from services.ports.provider import Provider
from tests.properties.fate import GATEWAY_CALLS, PROVIDER_CALLS, Fate, Mortal, MortalStore
from tests.soak.life import Staff
from tests.soak.wired import ShopUnderFire, Stage

_ON_ITS_WAY_SECONDS = 0.015
_TELEGRAM_CALLS = frozenset({"call"})


def doomed(dies_at: int | None) -> Fate:
    """Die at the point with this number; None: count them all."""
    fate = Fate(_die)
    fate.dies_at = dies_at
    return fate


def _die(_: str) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    while True:
        time.sleep(1)  # the signal comes


class MortalWire(Mortal):
    """Death may also come while the question is on its way, and nobody knows how far it got."""

    async def _call(self, name: str, call: Callable[..., Any], *told: Any, **named: Any) -> Any:
        if name in _TELEGRAM_CALLS:
            name = told[0]
        self._fate.meet(f"before {name}")
        answering = asyncio.get_running_loop().create_task(call(*told, **named))
        if self._fate.dies_at == len(self._fate.passed):
            await asyncio.sleep(_ON_ITS_WAY_SECONDS)
        self._fate.meet(f"during {name}")
        answer = await answering
        self._fate.meet(f"after {name}")
        return answer


def mortal_staff(stage: Stage, fate: Fate) -> Staff:
    """Everybody who works in a shop of which every step is a point."""
    shop = ShopUnderFire(stage)
    shop.store = MortalStore(shop.store, fate)
    shop.providers = cast("dict[str, Provider]", _mortal(shop.providers, fate, PROVIDER_CALLS))
    shop.gateways = cast("dict[str, Gateway]", _mortal(shop.gateways, fate, GATEWAY_CALLS | {"recent"}))
    api = TelegramApi(shop.settings.telegram_api_url, shop.settings.token)
    return Staff(shop, cast("TelegramApi", MortalWire(api, fate, _TELEGRAM_CALLS)))


def _mortal(outsiders: Mapping[str, Any], fate: Fate, calls: frozenset[str]) -> dict[str, MortalWire]:
    return {name: MortalWire(each, fate, calls) for name, each in outsiders.items()}
