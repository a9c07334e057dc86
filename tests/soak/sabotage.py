"""Our own shop with one of its guards taken out, killed alike: each must show the damage the guard prevents.

A guard is taken out of one child after its fork, so nothing has to be put back.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, update

from bot.intake import ALLOWED_UPDATES, Polling
from bot.outbox import Sender
from db import outbox, purchases
from db.outbox import DueFact
from db.states import NumberStatus
from db.tables import ActiveNumber
from services.purchases import Purchases
from tests.soak.crowd import Habits
from tests.soak.databases import opened
from tests.soak.door import Door
from tests.soak.figures import Effort, Line
from tests.soak.forks import Mark
from tests.soak.kills import CONTROL_SHARE, FEW, Design, soak
from tests.soak.life import live
from tests.soak.rest import rest
from tests.soak.warm import warm_up
from tests.soak.wired import Stage

# As long as a message takes to Telegram and back: kills must find the gap that was opened.
_GAP_SECONDS = 0.05

Sabotage = Callable[[], None]


def _take_silence_for_no() -> None:
    """Give the money back where nobody knows what upstream has done."""

    async def mark_unknown(self: Purchases, number_id: UUID, reason: str) -> None:
        work = partial(purchases.reject, number_id=number_id, reason=reason, now=self._clock.now())
        await self._store.write(work)

    Purchases._mark_unknown = mark_unknown  # type: ignore[method-assign]


def _buy_again() -> None:
    """Send a purchase once more where its answer was lost."""

    def forget(connection: Connection, number_id: UUID) -> None:
        mine = update(ActiveNumber).where(ActiveNumber.id == number_id)
        connection.execute(mine.values(status=NumberStatus.INTENT))

    async def mark_unknown(self: Purchases, number_id: UUID, reason: str) -> None:
        await self._store.write(partial(forget, number_id=number_id))

    Purchases._mark_unknown = mark_unknown  # type: ignore[method-assign]


def _note_before_saying() -> None:
    """Write down that it was said, then say it."""
    say = Sender._say

    async def note_and_say(self: Sender, fact: DueFact) -> None:
        await self._store.write(partial(outbox.finish, fact=fact, now=self._clock.now()))
        await asyncio.sleep(_GAP_SECONDS)
        await say(self, fact)

    Sender._say = note_and_say  # type: ignore[method-assign]


def _confirm_before_storing() -> None:
    """Ask for the next updates, then store these: as polling libraries do."""
    take = Polling._take

    async def confirm_and_take(self: Polling, updates: Sequence[Any]) -> None:
        if updates:
            after = updates[-1]["update_id"] + 1
            await self._api.call("getUpdates", offset=after, timeout=0, allowed_updates=ALLOWED_UPDATES)
            await asyncio.sleep(_GAP_SECONDS)
        await take(self, updates)

    Polling._take = confirm_and_take  # type: ignore[method-assign]


SABOTAGES: Mapping[str, Sabotage] = {
    "ours, but silence is taken for a no": _take_silence_for_no,
    "ours, but a purchase is sent again": _buy_again,
    "ours, but said is noted before saying": _note_before_saying,
    "ours, but confirmed before stored": _confirm_before_storing,
}


def run(effort: Effort) -> Iterator[Line]:
    """Each guard taken out, on each database."""
    for name in effort.databases:
        with opened(name, Habits()) as database:
            seed, warmth = f"{effort.seed}:{name}", warm_up(database, Habits())
            for told, sabotage in SABOTAGES.items():
                design = Design(told, partial(_live, sabotage), partial(_rest, sabotage), is_control=True)
                yield soak(database, design, warmth, max(effort.kills // CONTROL_SHARE, FEW), seed)


async def _live(sabotage: Sabotage, stage: Stage, mark: Mark, seed: str) -> None:
    sabotage()
    await live(stage, mark, seed)


async def _rest(sabotage: Sabotage, stage: Stage, door: Door) -> Mapping[str, Any]:
    sabotage()
    return await rest(stage, door)
