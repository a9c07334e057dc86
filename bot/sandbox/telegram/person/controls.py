from typing import Any

from aiohttp import web

from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.person.doors import (
    Doors,
    asked_number,
    json_of,
    number_of,
    refused,
    whole_number_of,
)
from bot.sandbox.telegram.world import World

doors = Doors()

_RESETS = (None, "before", "after")


@doors.get("/calls")
async def show_calls(world: World, request: web.Request) -> Json:
    """Tell what crossed the wire: the bot's calls, and the updates brought to its webhook."""
    after = int(asked_number(request, "after"))
    entries = [*world.journal.entries("telegram", after), *world.journal.entries("webhook", after)]
    entries.sort(key=lambda entry: entry["number"])
    return {"calls": entries, "last": entries[-1]["number"] if entries else after}


@doors.post("/faults")
async def add_fault(world: World, request: web.Request) -> Json:
    given = await json_of(request)
    if not given.get("method"):
        raise refused("name the method that should fail, or * for any")
    if given.get("reset") not in _RESETS:
        raise refused("reset should be before or after")
    fault = Fault(
        method=str(given["method"]),
        times=whole_number_of(given, "times", 1),
        status=_maybe(given, "status"),
        description=str(given.get("description") or ""),
        retry_after=_maybe(given, "retry_after"),
        delay_seconds=number_of(given, "delay_seconds"),
        reset=given.get("reset"),
        person_id=_maybe(given, "person_id"),
    )
    world.faults.add(fault)
    return {"ok": True}


@doors.delete("/faults")
async def clear_faults(world: World, request: web.Request) -> Json:  # noqa: ARG001  all doors are alike
    world.faults.clear()
    return {"ok": True}


@doors.post("/pace")
async def set_pace(world: World, request: web.Request) -> Json:
    given = await json_of(request)
    if given.get("off"):
        world.pace.turn_off()
        return {"ok": True}
    pace: dict[str, Any] = {
        "per_second": number_of(given, "per_second", 30),
        "per_chat_per_second": number_of(given, "per_chat_per_second", 1),
        "burst": number_of(given, "burst", 20),
    }
    if min(pace["per_second"], pace["per_chat_per_second"]) <= 0 or pace["burst"] < 1:
        raise refused("a pace is more than nothing, and a burst one message at least")
    world.pace.set(**pace)
    return {"ok": True}


@doors.post("/reset_poller")
async def reset_poller(world: World, request: web.Request) -> Json:  # noqa: ARG001  all doors are alike
    """End the poll that is held open, as if a second instance of the bot had asked."""
    world.updates.interrupt_by_another()
    return {"ok": True}


def _maybe(given: Json, name: str) -> int | None:
    return None if given.get(name) is None else whole_number_of(given, name)
