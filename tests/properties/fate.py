"""Every commit and every foreign call is a point at which a process may die; here one is chosen."""

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn, TypeVar

from db.store import Store
from db.work import Work

T = TypeVar("T")


class Killed(BaseException):
    """Stands for the end of the process: nothing in it goes on, and nothing catches it."""


def _raise(name: str) -> NoReturn:
    raise Killed(name)


class Fate:
    """Counts the points that are passed, and ends the process at the chosen one."""

    def __init__(self, die: Callable[[str], NoReturn] = _raise) -> None:
        self._die = die
        self.passed: list[str] = []
        self.dies_at: int | None = None
        self.is_dead = False

    def meet(self, name: str) -> None:
        self.pass_by()
        self.passed.append(name)
        if self.dies_at is not None and len(self.passed) > self.dies_at:
            self.is_dead = True
            self._die(name)

    def pass_by(self) -> None:
        """Tasks that were running beside the one that was struck end as well."""
        if self.is_dead:
            raise Killed


class MortalStore:
    """A store before and after each commit of which the process may die."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    async def write(self, work: Work[T]) -> T:
        name = _name_of(work)
        self._fate.meet(f"before {name}")
        done = await self._store.write(work)
        self._fate.meet(f"after {name}")
        return done

    async def read(self, work: Work[T]) -> T:
        self._fate.pass_by()
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


class Mortal:
    """Somebody outside, before and after each call to whom the process may die."""

    def __init__(self, outsider: Any, fate: Fate, calls: frozenset[str]) -> None:
        self._outsider = outsider
        self._fate = fate
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._outsider, name)
        return partial(self._call, name, found) if name in self._calls else found

    async def _call(self, name: str, call: Callable[..., Any], *told: Any) -> Any:
        self._fate.meet(f"before {name}")
        answer = await call(*told)
        self._fate.meet(f"after {name}")
        return answer


PROVIDER_CALLS = frozenset(
    {
        "purchase",
        "reactivation",
        "reactivate",
        "active",
        "status",
        "texts",
        "history",
        "cancel",
        "finish",
        "ask_again",
    }
)
GATEWAY_CALLS = frozenset({"open", "fetch", "close", "refund"})


def _name_of(work: Any) -> str:
    while isinstance(work, partial):
        work = work.func
    return str(getattr(work, "__qualname__", work)).replace(".<locals>", "")
