"""Each commit and each foreign call between a tap and its end: killed there, then in the recovery again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.soak.crowd import FIRST_ID, Habits
from tests.soak.databases import Database, opened
from tests.soak.door import Door
from tests.soak.fatal import doomed, mortal_staff
from tests.soak.figures import Effort, Line
from tests.soak.forks import Child, World
from tests.soak.kills import Tally, tell_damage
from tests.soak.rest import bring_to_rest
from tests.soak.stories import STORIES, Teller
from tests.soak.warm import warm_up
from tests.soak.wired import Stage, Warmth, settings_for

_EVERY_SECONDS = 3600.0
_HABITS = Habits(
    people=40, cards=1, pause_seconds=(_EVERY_SECONDS, _EVERY_SECONDS), code_share=0, pay_share=0
)
_TOLD_EACH = 25


def run(effort: Effort) -> Iterator[Line]:
    """Every so many-th point of each story, then every so many-th point of its recovery."""
    for name in effort.databases:
        with opened(name, _HABITS) as database:
            course = Course(database, warm_up(database, Habits()), f"{effort.seed}:{name}:points")
            try:
                yield from _try_all(course, effort.steps, effort.stride)
            finally:
                course.end()


def _try_all(course: "Course", steps: int, stride: int) -> Iterator[Line]:
    once, twice = Tally(), Tally()
    points = 0
    for story in STORIES:
        names = course.name_points(story)
        print(f"{story}: {len(names)} points: {', '.join(names)}", flush=True)
        # Another rest each time, so that over all stories every kind of point is visited.
        for number in range(points % steps, len(names), steps):
            name = names[number]
            recovery_points = course.try_point(once, story, number, name)
            for again in range(number % stride, recovery_points, stride) if stride else ():
                course.try_point(twice, story, number, name, again)
        points += len(names)
    of_all = f"1 of {steps} of {points} points of {len(STORIES)} stories"
    yield once.line("ours, killed at a point", course.database.name, of_all)
    if stride:
        of_recovery = f"1 of {stride} of the points of each recovery"
        yield twice.line("ours, and again in recovery", course.database.name, of_recovery)


@dataclass
class Course:
    """One world and database after another, each used up by so many people's stories."""

    database: Database
    warmth: Warmth
    seed: str
    _worlds: int = 0
    _world: World | None = None
    _ahead_seconds: float = 0.0
    _counted: Mapping[str, int] = field(default_factory=dict)
    _people: Iterator[int] = field(default_factory=lambda: iter(()))

    def name_points(self, story: str) -> Sequence[str]:
        """Let the story run through, and tell what it passed."""
        told = self._tell(story, *self._person(), None)
        self._rest(None)
        names: Sequence[str] = told["points"]
        return names

    def try_point(self, tally: Tally, story: str, number: int, name: str, again: int | None = None) -> int:
        """Die there, and perhaps there once more; tell how many points the whole recovery had."""
        killed = self._tell(story, *self._person(), number) is None
        kills = Counter({"on the way": int(killed)})
        if again is not None:
            kills["in recovery"] += self._rest(again) is None
        told = self._rest(None)
        assert told is not None, "nobody has killed it"
        tally.add(self._new(told), kills)
        where = f"{story}, {name}" + ("" if again is None else f", then point {again} of recovery")
        if told["damage"]:
            tell_damage(f"{self.seed}: {where}", told)
            self.end()
        elif tally.runs % _TOLD_EACH == 0:
            print(f"{self.seed}: {tally.runs} runs, {tally.damaged} damaged; now at {where}", flush=True)
        return int(told["points"])

    def _new(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the world has seen since the last audit: it stays the same world."""
        counts = {name: told[name] for name in ("purchases", "codes", "topups")}
        before, self._counted = self._counted, counts
        return {**told, **{name: count - before.get(name, 0) for name, count in counts.items()}}

    def end(self) -> None:
        if self._world is not None:
            self._world.end()
        self._world, self._people, self._counted = None, iter(()), {}

    def _person(self) -> tuple[int, str]:
        """Somebody to whom nothing has happened yet."""
        telegram_id = next(self._people, None)
        if telegram_id is None:
            self.end()
            self.database.renew()
            self._worlds += 1
            self._ahead_seconds = 0.0
            self._world = World(f"{self.seed}:{self._worlds}", _HABITS, self.database.cards)
            self._people = iter(range(FIRST_ID, FIRST_ID + _HABITS.people))
            telegram_id = next(self._people)
        return telegram_id, self.database.cards[telegram_id][0]

    def _tell(self, story: str, telegram_id: int, card: str, dies_at: int | None) -> Any:
        return self._in_a_life(partial(_tell_story, story, telegram_id, card, dies_at))

    def _rest(self, dies_at: int | None) -> Any:
        return self._in_a_life(partial(_rest, dies_at))

    def _in_a_life(self, work: Any) -> Any:
        assert self._world is not None
        door = self._world.door
        settings = settings_for(self.database.address, door.address)
        stage = Stage(settings, self.warmth, self._ahead_seconds)
        told = Child(partial(work, stage, door)).outcome()
        self._ahead_seconds = door.ahead_seconds()
        return told


async def _tell_story(
    story: str, telegram_id: int, card: str, dies_at: int | None, stage: Stage, door: Door
) -> Mapping[str, Any]:
    fate = doomed(dies_at)
    staff = mortal_staff(stage, fate)
    await STORIES[story](Teller(staff, door, telegram_id, card))
    await staff.close()
    return {"points": fate.passed}


async def _rest(dies_at: int | None, stage: Stage, door: Door) -> Mapping[str, Any]:
    fate = doomed(dies_at)
    told = await bring_to_rest(mortal_staff(stage, fate), door)
    return {**told, "points": len(fate.passed)}
