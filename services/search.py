"""Finding a service or a country by what somebody types, typos included."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

K = TypeVar("K")
_ENOUGH = 3
_CLOSE = 60


@dataclass(frozen=True, slots=True)
class Entry(Generic[K]):
    """One thing that can be found, under all its names; the smaller the rank, the more wanted."""

    key: K
    names: tuple[str, ...]
    rank: int


class Index(Generic[K]):
    """Substring first; only what that does not find is compared letter by letter."""

    def __init__(self, entries: Iterable[Entry[K]]) -> None:
        self._entries = sorted(entries, key=lambda entry: entry.rank)
        self._names = [
            (plain(name), position)
            for position, entry in enumerate(self._entries)
            for name in entry.names
            if plain(name)
        ]
        self._letters = [name for name, _ in self._names]

    def find(self, words: str, limit: int = 8) -> list[K]:
        """List the best matches, best first."""
        wanted = plain(words)
        if not wanted:
            return []
        positions = self._by_substring(wanted)
        if len(positions) < _ENOUGH:
            positions += [each for each in self._by_likeness(wanted, limit) if each not in positions]
        return [self._entries[position].key for position in positions[:limit]]

    def exact(self, words: str) -> K | None:
        """The one thing that bears just this name."""
        wanted = plain(words)
        for name, position in self._names:
            if name == wanted:
                return self._entries[position].key
        return None

    def _by_substring(self, wanted: str) -> list[int]:
        graded: dict[int, int] = {}
        for name, position in self._names:
            if wanted in name:
                grade = 0 if name == wanted else 1 if name.startswith(wanted) else 2
                graded[position] = min(graded.get(position, grade), grade)
        return sorted(graded, key=lambda position: (graded[position], position))

    def _by_likeness(self, wanted: str, limit: int) -> list[int]:
        # Short names inside long words score high by accident: the whole is compared, not a part.
        found = process.extract(
            wanted, self._letters, scorer=fuzz.ratio, limit=limit * 2, score_cutoff=_CLOSE
        )
        return list(dict.fromkeys(self._names[index][1] for _, _, index in found))


@lru_cache(maxsize=8_192)
def plain(text: str) -> str:
    """Letters and digits only, without accents or case."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
