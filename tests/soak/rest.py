"""Nobody presses anything any more: every job does its work until nothing is left."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from db.states import UNFINISHED, NumberStatus, TopupState
from db.tables import ActiveNumber, Case, GatewayNotice, InboxUpdate, OutboxFact, Topup
from tests.soak.audit import Evidence, compare
from tests.soak.door import Door
from tests.soak.life import Staff
from tests.soak.operator import decide_all
from tests.soak.papers import rows_of
from tests.soak.wired import ShopUnderFire, Stage

# Past the quarantine twice, then past the life of numbers and of bills, then long.
_PAUSES_SECONDS = (8, 8, 8, 250, 250, *[2200] * 6)
_OWN_ROUNDS = 4  # what the shop cannot tell by then its operator is asked


async def rest(stage: Stage, door: Door) -> Mapping[str, Any]:
    """Come to rest, then be audited."""
    return await bring_to_rest(Staff(ShopUnderFire(stage)), door)


async def bring_to_rest(staff: Staff, door: Door) -> Mapping[str, Any]:
    """Recover, then go round and round; nothing is in flight when time is moved on."""
    await staff.recover()
    decided = 0
    for number, seconds in enumerate(_PAUSES_SECONDS):
        await go_round(staff)
        if not await staff.shop.store.read(_unended):
            break
        if number >= _OWN_ROUNDS:
            decided += await decide_all(staff, await asyncio.to_thread(door.evidence))
        await pass_time(staff, door, seconds)
    told = await _told(staff, await asyncio.to_thread(door.evidence))
    await staff.close()
    return {**told, "decided": decided}


async def pass_time(staff: Staff, door: Door, seconds: float) -> None:
    """Move everybody's time on, once nothing is in flight."""
    await asyncio.to_thread(door.wait_until_still)
    await asyncio.to_thread(door.advance, seconds)
    staff.shop.ahead_clock.ahead_seconds += seconds


async def go_round(staff: Staff) -> None:
    """Everything once, one after the other."""
    await hear(staff)
    while await staff.shop.purchases.send_next():
        pass
    for job in staff.jobs:
        await job.run()
    await speak(staff)


async def hear(staff: Staff) -> None:
    """Take what waits at Telegram, and answer it."""
    staff.polling._is_heard = False  # nothing is waited for
    await staff.polling._poll()
    while claimed := await staff.lanes._claim():
        await asyncio.gather(*(staff.lanes._see_through(each) for each in claimed))


async def speak(staff: Staff) -> None:
    """Say all that is due."""
    while facts := await staff.sender._claim():
        await asyncio.gather(*(staff.sender._see_through(each) for each in facts))


async def _told(staff: Staff, evidence: Evidence) -> Mapping[str, Any]:
    def work(connection: Connection) -> dict[str, list[str]]:
        return compare(connection, evidence) | {"stuck": _unended(connection)}

    damage = await staff.shop.store.read(work)
    books = await staff.shop.books.audit()
    damage["wrong books"] += [f"{each.rule} {each.subject}: {each.detail}" for each in books.violations]
    papers: dict[str, Any] = {}
    if any(damage.values()):
        papers = {"rows": json.loads(json.dumps(await staff.shop.store.read(rows_of), default=str))}
    return {
        "papers": papers | {"evidence": evidence} if papers else {},
        "purchases": len(evidence["activations"]),
        "codes": sum(len(each["messages"]) for each in evidence["activations"]),
        "topups": sum(1 for reference in evidence["paid"] if reference != "-"),
        "damage": {kind: found for kind, found in damage.items() if found},
    }


def _unended(connection: Connection) -> list[str]:
    """What a job has still to end, and alarms that have still to be over."""
    return _left(connection) + _cases(connection)


def _left(connection: Connection) -> list[str]:
    """What some job has still to end."""
    unclosed = and_(ActiveNumber.status == NumberStatus.FINISHED, ActiveNumber.closed_upstream_at.is_(None))
    questions = {
        "number": or_(ActiveNumber.status.in_(UNFINISHED), unclosed),
        "update": InboxUpdate.done_at.is_(None),
        "fact": and_(OutboxFact.sent_at.is_(None), OutboxFact.blocked_at.is_(None)),
        "bill": Topup.state.in_((TopupState.DRAFT, TopupState.OPEN)),
        "notice": GatewayNotice.handled_at.is_(None),
    }
    counts = {
        name: connection.execute(select(func.count()).where(which)).scalar_one()
        for name, which in questions.items()
    }
    return [f"{count} × {name}" for name, count in counts.items() if count]


def _cases(connection: Connection) -> list[str]:
    rows = connection.execute(select(Case.kind, Case.subject).where(Case.resolved_at.is_(None)))
    return [f"case {row.kind} {row.subject}" for row in rows]
