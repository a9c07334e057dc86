"""Kill -9 at random moments: people shop, the shop dies, stays down a while or not, and dies again."""

import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.soak import naive
from tests.soak.crowd import Habits
from tests.soak.databases import Database, opened
from tests.soak.door import Door
from tests.soak.figures import Effort, Line
from tests.soak.forks import Child, Mark, World
from tests.soak.life import Phase, live
from tests.soak.papers import keep
from tests.soak.rest import rest
from tests.soak.warm import warm_up
from tests.soak.wired import Stage, Warmth, settings_for

KILLS_IN_A_RUN = 40
# A control needs no more than so many-th of the kills to show what it is, and more only if it does not.
CONTROL_SHARE, FEW, _MOST = 20, 4, 16
_LATEST_SECONDS = 0.250
_EARLY_SECONDS = 0.080  # while it still starts and recovers
_TROUBLE_SECONDS = 20.0
_SHOWN = 5

Live = Callable[[Stage, Mark, str], Coroutine[Any, Any, None]]
Rest = Callable[[Stage, Door], Coroutine[Any, Any, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Design:
    """A way to run a shop: how it lives, and how it comes to rest and is audited."""

    name: str
    live: Live
    rest: Rest
    is_control: bool = False


OURS = Design("ours, random kills", live, rest)
NAIVE = (
    Design(
        "naive A: call, then debit and insert",
        partial(naive.live, naive.CallsFirst),
        naive.rest,
        is_control=True,
    ),
    Design(
        "naive B: debit, call, insert", partial(naive.live, naive.DebitsFirst), naive.rest, is_control=True
    ),
)


@dataclass(slots=True)
class Tally:
    """Sums over runs."""

    runs: int = 0
    kills: int = 0
    purchases: int = 0
    codes: int = 0
    topups: int = 0
    decided: int = 0  # purchases the operator was asked about
    damaged: int = 0
    damage: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)

    def add(self, told: Mapping[str, Any], kills: Counter[str]) -> None:
        self.runs += 1
        self.kills += kills.total()
        self.phases += kills
        for name in ("purchases", "codes", "topups"):
            setattr(self, name, getattr(self, name) + told[name])
        self.decided += told.get("decided", 0)
        self.damaged += bool(told["damage"])
        self.damage += Counter({kind: len(found) for kind, found in told["damage"].items()})

    def line(self, name: str, database: str, remark: str, *, is_control: bool = False) -> Line:
        return Line(
            name,
            database,
            runs=self.runs,
            kills=self.kills,
            purchases=self.purchases,
            codes=self.codes,
            topups=self.topups,
            damaged=self.damaged,
            damage=dict(self.damage),
            is_control=is_control,
            remark=remark,
        )


def run(effort: Effort) -> Iterator[Line]:
    """The shop on each database, and the naive ways beside it."""
    for name in effort.databases:
        with opened(name, Habits()) as database:
            seed, warmth = f"{effort.seed}:{name}", warm_up(database, Habits())
            for control in NAIVE:
                yield soak(database, control, warmth, max(effort.kills // CONTROL_SHARE, FEW), seed)
            yield soak(database, OURS, warmth, effort.kills, seed)


def soak(database: Database, design: Design, warmth: Warmth, kills: int, seed: str) -> Line:
    tally = Tally()
    while tally.kills < kills or (design.is_control and not tally.damaged and tally.kills < _MOST * kills):
        run_seed = f"{seed}:{design.name}:{tally.runs}"
        in_this_run = min(KILLS_IN_A_RUN, max(kills - tally.kills, FEW))
        told, phases = run_once(database, design, warmth, in_this_run, run_seed)
        tally.add(told, phases)
        tell(run_seed, told, tally)
    remark = ", ".join(f"{count:,} while {phase}" for phase, count in sorted(tally.phases.items()))
    remark += f"; {tally.decided} purchases decided by the operator" if tally.decided else ""
    return tally.line(design.name, database.name, remark, is_control=design.is_control)


def tell(seed: str, told: Mapping[str, Any], tally: Tally) -> None:
    """Say how one run went, and how far all of them have come."""
    print(
        f"{seed}: {tally.kills} kills, {told['purchases']} purchases, "
        f"{told['codes']} codes, {told['topups']} payments, {told.get('decided', 0)} decisions, "
        f"{len(told['damage'])} kinds of damage",
        flush=True,
    )
    if told["damage"]:
        tell_damage(seed, told)


def tell_damage(where: str, told: Mapping[str, Any]) -> None:
    """Say what is wrong, and where to look for it."""
    kept = f"; see {keep(where, told)}" if told.get("papers") else ""
    print(f"damaged: {where}{kept}", flush=True)
    for kind, found in told["damage"].items():
        print(f"  {kind} ({len(found)}): {'; '.join(found[:_SHOWN])}", flush=True)


def run_once(
    database: Database, design: Design, warmth: Warmth, kills: int, seed: str
) -> tuple[Mapping[str, Any], Counter[str]]:
    """One world and one database from their beginning to their audit."""
    dice = Random(seed)
    database.renew()
    world = World(seed, Habits(), database.cards)
    try:
        stage = Stage(settings_for(database.address, world.door.address), warmth)
        world.door.let_shop(shopping=True)
        phases = Counter[str]()
        for number in range(kills):
            phases[_live_and_die(design, stage, dice, f"{seed}:{number}")] += 1
            stage = _stay_down(stage, world.door, dice)
        world.door.let_shop(shopping=False)
        while dice.random() < 1 / 2:
            phases["coming to rest"] += _die_at_rest(design, stage, world.door, dice)
            stage = replace(stage, ahead_seconds=world.door.ahead_seconds())
        return Child(partial(design.rest, stage, world.door)).outcome(), phases
    finally:
        world.end()


def _live_and_die(design: Design, stage: Stage, dice: Random, seed: str) -> str:
    """Half of the lives end while the process starts and recovers, half while it trades."""
    mark = Mark()
    is_early, share = dice.random() < 1 / 2, dice.random()
    child = Child(partial(design.live, stage, mark, seed))
    if is_early:
        _let_work(child.pid, share * _EARLY_SECONDS)
    elif mark.wait_for(Phase.TRADING, _TROUBLE_SECONDS):
        _let_work(child.pid, share * _LATEST_SECONDS)
    if not child.kill():
        raise RuntimeError(f"life {seed} ended by itself")
    return Phase(mark.get() or Phase.STARTING).name.lower()


def _die_at_rest(design: Design, stage: Stage, door: Door, dice: Random) -> int:
    child = Child(partial(design.rest, stage, door))
    _let_work(child.pid, dice.uniform(0, 4 * _LATEST_SECONDS))
    return int(child.kill())


def _let_work(pid: int, seconds: float) -> None:
    """Wait so long, not counting the time in which it was ready and a busy machine gave it no turn."""
    with suppress(OSError):  # it has ended
        end = time.monotonic() - _kept_waiting(pid) + seconds
        while time.monotonic() - _kept_waiting(pid) < end:
            time.sleep(0.001)


def _kept_waiting(pid: int) -> float:
    """How long its main thread has stood in line for a processor, where the system tells."""
    told = Path(f"/proc/{pid}/schedstat")
    return int(told.read_text(encoding="ascii").split()[1]) / 1e9 if told.exists() else 0.0


def _stay_down(stage: Stage, door: Door, dice: Random) -> Stage:
    """Come back at once, or so much later: nothing is in flight any more when time is moved on."""
    seconds = dice.choice((0.0, 0.0, 0.0, 0.0, 8.0, 8.0, 8.0, 61.0))
    if not seconds:
        return stage
    door.wait_until_still()
    door.advance(seconds)
    return replace(stage, ahead_seconds=stage.ahead_seconds + seconds)
