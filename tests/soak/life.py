"""One life of the shop's process: it starts, recovers and trades until somebody kills it."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import IntEnum
from random import Random

from bot.heartbeats import Heartbeats
from bot.intake import Intake, Polling
from bot.jobs import jobs_of
from bot.lanes import Lanes
from bot.outbox import Sender
from bot.scheduler import Job
from bot.tasks import Tasks
from bot.telegram_api import TelegramApi
from bot.wiring import topup_jobs
from db import inbox, outbox
from services.bells import Bell
from tests.soak.chat import Chat, PlainVoice, Words
from tests.soak.forks import Mark, while_the_parent_lives
from tests.soak.wired import ShopUnderFire, Stage

_SENDERS = 4  # as many purchases at once as the real process sends
_LOOK_SECONDS = 0.15
# What no bell calls for, and people wait for.
_OFTEN = {"sweep", "settle_unknown", "topup_looks", "lost_purchases", "expiry"}
# These neither move money nor end a state: after a clock that was moved they would read whole catalogues.
_LEFT_OUT = {"catalogue", "provider_health", "prune"}


class Phase(IntEnum):
    STARTING = 1
    RECOVERING = 2
    TRADING = 3


class Staff:
    """Everybody who works in one process of the shop."""

    def __init__(self, shop: ShopUnderFire, api: TelegramApi | None = None) -> None:
        self.shop = shop
        self.api = api or TelegramApi(shop.settings.telegram_api_url, shop.settings.token)
        self.tasks = Tasks()
        self.jobs = tuple(job for job in jobs_of(shop, topup_jobs(shop, "bot")) if job.name not in _LEFT_OUT)
        heartbeats, bell = Heartbeats(shop.clock, {}), Bell()
        self.intake = Intake(shop.store, bell, shop.clock)
        self.polling = Polling(self.api, self.intake, heartbeats, Bell())
        self.lanes = Lanes(shop.store, Chat(shop, self.api).handle, bell, shop.clock, self.tasks, heartbeats)
        self.sender = Sender(
            shop.store,
            Words(shop),
            PlainVoice(self.api),
            shop.customers,
            shop.bells.outbox,
            shop.clock,
            self.tasks,
            heartbeats,
        )

    async def recover(self) -> None:
        """As the real process does when it opens: see `bot.process`."""
        if not self.shop.settings.is_embedded:
            return
        await self.shop.store.write(inbox.free_all)
        await self.shop.store.write(outbox.free_all)
        await self.shop.purchases.recover()

    def start(self, dice: Random) -> None:
        """Let everybody work, the jobs far more often than in a shop."""
        for loop in (self.polling.run, self.lanes.run, self.sender.run):
            self.tasks.keep_up(loop, loop.__qualname__)
        for number in range(_SENDERS):
            self.tasks.keep_up(self._send, f"purchases {number}")
        for job in self.jobs:
            self.tasks.keep_up(_again_and_again(job, dice), job.name)

    async def close(self) -> None:
        await self.tasks.cancel()
        await self.api.close()
        await self.shop.close()

    async def _send(self) -> None:
        while True:
            if not await self.shop.purchases.send_next():
                await self.shop.bells.purchases.wait(_LOOK_SECONDS)


def _again_and_again(job: Job, dice: Random) -> Callable[[], Awaitable[None]]:
    bell = job.bell or Bell()
    pause_seconds = _LOOK_SECONDS * (1 if (job.part_of or job.name) in _OFTEN else 5)

    async def work() -> None:
        await asyncio.sleep(dice.uniform(0, pause_seconds / 2))
        while True:
            await job.run()
            await bell.wait(dice.uniform(pause_seconds / 2, pause_seconds))

    return work


async def live(stage: Stage, mark: Mark, seed: str) -> None:
    """Until the end, which comes from outside."""
    mark.set(Phase.STARTING)
    staff = Staff(ShopUnderFire(stage))
    mark.set(Phase.RECOVERING)
    await staff.recover()
    mark.set(Phase.TRADING)
    staff.start(Random(seed))
    await while_the_parent_lives()
