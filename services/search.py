"""Finding a thing by what somebody types, typos included."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

K = TypeVar("K")
_LONGEST = 64  # nobody types more than this to find a thing
_REGIONAL_A = ord("🇦")
_FLAG_LETTERS = {_REGIONAL_A + place: chr(ord("a") + place) for place in range(26)}
_PART_LETTERS = 3  # a shorter word of a name says nothing
_START_LETTERS = 3  # fewer are no beginning of anything certain
_FORGIVEN = ((9, 3), (5, 2), (3, 1), (0, 0))  # from so many letters on, so many typos


class Grade(IntEnum):
    """How well a name fits; the smaller, the better."""

    CODE = 0
    NAME = 1
    ALIAS = 2
    START = 3
    START_OF_A_WORD = 4
    ONE_TYPO = 5
    INSIDE = 6
    TYPOS = 7
    START_WITH_TYPOS = 8


@dataclass(frozen=True, slots=True)
class Entry(Generic[K]):
    """One thing that can be found; the smaller the rank, the more wanted."""

    key: K
    name: str
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True)
class _Name:
    letters: str
    grade: Grade  # of a question that is just this
    position: int  # of the thing, by rank


# How well each thing fits, and with how many typos.
Fits = dict[int, tuple[Grade, int]]


class Index(Generic[K]):
    """What is typed is looked for as it stands first, then with the typos its length allows."""

    def __init__(self, entries: Iterable[Entry[K]]) -> None:
        ranked = sorted(entries, key=lambda entry: entry.rank)
        self._keys = [entry.key for entry in ranked]
        self._names = [name for position, entry in enumerate(ranked) for name in _names(entry, position)]
        # A code has no typos: each of two letters is one letter away from dozens.
        self._spelled = [name for name in self._names if name.grade is not Grade.CODE]

    def find(self, words: str, limit: int = 8) -> list[K]:
        """List what may be meant, best first."""
        wanted = plain(words)
        if not wanted:
            return []
        fits = self._as_it_stands(wanted)
        self._with_typos(wanted, fits)
        is_certain = any(grade <= Grade.ALIAS for grade, _ in fits.values())
        if len(fits) < limit and not is_certain:
            self._begun_with_typos(wanted, fits)
        ordered = sorted(fits, key=lambda position: (fits[position], position))
        return [self._keys[position] for position in ordered[:limit]]

    def meant(self, words: str) -> list[K]:
        """List what is surely meant, several where the same words fit all of them; empty for a guess."""
        wanted = plain(words)
        grades = {
            position: grade
            for position, (grade, _) in self._as_it_stands(wanted).items()
            if grade <= Grade.ALIAS or (grade is Grade.START and len(wanted) >= _START_LETTERS)
        }
        best = min(grades.values(), default=None)
        places = [place for place, grade in grades.items() if grade is best] or self._mistyped(wanted)
        return [self._keys[place] for place in sorted(places)]

    def _as_it_stands(self, wanted: str) -> Fits:
        fits: Fits = {}
        for name in self._names:
            if wanted and wanted in name.letters:
                _keep_better(fits, name.position, (_grade(wanted, name), 0))
        return fits

    def _with_typos(self, wanted: str, fits: Fits) -> None:
        for name, typos in self._near(wanted, _typos_forgiven(wanted)):
            _keep_better(fits, name.position, (Grade.ONE_TYPO if typos <= 1 else Grade.TYPOS, typos))

    def _begun_with_typos(self, wanted: str, fits: Fits) -> None:
        for name, typos in self._near(wanted, _typos_forgiven(wanted), only_start=True):
            _keep_better(fits, name.position, (Grade.START_WITH_TYPOS, typos))

    def _mistyped(self, wanted: str) -> set[int]:
        """Only whole names, fewer typos than a mere suggestion may have, and none other as near."""
        near = [
            (typos, name)
            for name, typos in self._near(wanted, _typos_forgiven(wanted) - 1)
            if name.grade <= Grade.ALIAS
        ]
        least = min((typos for typos, _ in near), default=0)
        nearest = [name for typos, name in near if typos == least]
        positions = {name.position for name in nearest}
        return positions if len({name.letters for name in nearest}) == 1 or len(positions) == 1 else set()

    def _near(self, wanted: str, most: int, *, only_start: bool = False) -> Iterator[tuple[_Name, int]]:
        if most <= 0:
            return
        cut = len(wanted) if only_start else None
        letters = [name.letters[:cut] for name in self._spelled]
        for _, typos, place in process.extract(
            wanted, letters, scorer=OSA.distance, score_cutoff=most, limit=None
        ):
            yield self._spelled[place], int(typos)


def _names(entry: Entry[K], position: int) -> Iterator[_Name]:
    """All names of one thing; a word out of a name is only good for a suggestion."""
    whole = [
        *((code, Grade.CODE) for code in entry.codes),
        (entry.name, Grade.NAME),
        *((alias, Grade.ALIAS) for alias in entry.aliases),
    ]
    parts = {word for name, _ in whole for word in name.split() if len(plain(word)) >= _PART_LETTERS}
    seen: set[str] = set()
    for name, grade in [*whole, *((part, Grade.START_OF_A_WORD) for part in sorted(parts))]:
        letters = plain(name)
        if letters and letters not in seen:
            seen.add(letters)
            yield _Name(letters, grade, position)


def _grade(wanted: str, name: _Name) -> Grade:
    if name.letters == wanted:
        return name.grade
    if not name.letters.startswith(wanted):
        return Grade.INSIDE
    return max(Grade.START, name.grade)


def _typos_forgiven(wanted: str) -> int:
    """A short word with two typos could be anything."""
    return next(typos for letters, typos in _FORGIVEN if len(wanted) >= letters)


def _keep_better(fits: Fits, position: int, fit: tuple[Grade, int]) -> None:
    if position not in fits or fit < fits[position]:
        fits[position] = fit


@lru_cache(maxsize=8_192)
def plain(text: str) -> str:
    """Letters and digits only, without accents or case; a flag is its two letters."""
    letters = unicodedata.normalize("NFKD", text[:_LONGEST].casefold().translate(_FLAG_LETTERS))
    return "".join(letter for letter in letters if letter.isalnum())
