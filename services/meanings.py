"""What a provider's words mean here: all rules by which its services and countries become ours.

A word that was given a meaning keeps it. No two words of one provider mean the same: a purchase must
find the one word to send.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from babel import Locale

from db.rows import AnyRow
from db.states import Policy
from services.ports.provider import CountryRow, ServiceRow
from services.search import plain
from services.seeds import shared_numbers

_UNKNOWN_RANK = 10_000
_LONGEST_NAME = 64
_LETTERS_OF_A_NAME = 5  # a shorter one must stand alone: "wise" is not in "likewise"
_LARGEST_NUMBER = 2**31 - 1
_FLAG_A = ord("🇦") - ord("A")
_BETWEEN_NAMES = re.compile(r"[/,;|+&]")
_STRICTEST_FIRST = (Policy.BLOCK, Policy.REVIEW, Policy.ALLOW)
# Money, credit, the state and gambling, in the words of the lists: reputable resellers forbid them.
_DELICATE = re.compile(
    r"ban[ck]|wallet|pay|\bpix\b|cash|money|cr[eé]dit|loan|\blend|empr[eé]st|fintech|financ|invest|broker|trad(e|ing)"
    r"|forex|exchange|coin|crypto|bitc|token|gov|tax(?!i)|visa\b|passport|\bbets?\b|bet\d|bet$|casino|cassino|poker"
    r"|lott(o|er)|slots|gambl|bingo|roulette",
    re.IGNORECASE,
)
Row = TypeVar("Row", ServiceRow, CountryRow)
Ours = TypeVar("Ours", str, int)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What must be written down so that a provider is understood."""

    new: list[dict[str, Any]] = field(default_factory=list)  # services or countries nobody knew
    words: dict[str, Any] = field(default_factory=dict)  # the provider's word: our code or number


def learn_services(
    told: Iterable[ServiceRow], *, provider: str, mapped: Mapping[str, UUID], known: Sequence[AnyRow]
) -> Lesson:
    """A service is ours by its code, else by its name; what is neither is new, and watched by its name."""
    shelf = _Services(provider, known)
    rows = {row.code: row for row in told if row.code not in mapped}
    means = {row.id: row.code for row in known}
    words = _match(
        rows, (shelf.by_code, shelf.by_name), {means[service_id] for service_id in mapped.values()}
    )
    new = [shelf.describe(row, rank) for rank, row in enumerate(rows.values(), _UNKNOWN_RANK)]
    fresh = {
        code: made for code, made in zip(rows, new, strict=True) if code not in words and rows[code].name
    }
    return Lesson(list(fresh.values()), words | {code: made["code"] for code, made in fresh.items()})


def learn_countries(
    told: Iterable[CountryRow], *, mapped: Mapping[str, int], known: Sequence[AnyRow]
) -> Lesson:
    """A country is ours by the number all providers share, else by its name or ISO code."""
    atlas = _Countries(known)
    rows = {row.code: row for row in told if row.code not in mapped}
    words = _match(rows, (atlas.by_number, atlas.by_name), set(mapped.values()))
    new = {row.code: made for row in rows.values() if row.code not in words and (made := atlas.describe(row))}
    return Lesson(list(new.values()), words | {code: made["id"] for code, made in new.items()})


def _match(
    rows: Mapping[str, Row], ways: Iterable[Callable[[Row], Ours | None]], taken: set[Ours]
) -> dict[str, Ours]:
    """Try one way on all rows before the next, so that a likeness never takes what a code has."""
    words: dict[str, Ours] = {}
    for find in ways:
        for code, row in rows.items():
            ours = find(row)
            if code not in words and ours is not None and ours not in taken:
                words[code] = ours
                taken.add(ours)
    return words


class _Heard:
    """A name somebody else gave, and what it is like."""

    def __init__(self, name: str) -> None:
        self._whole = plain(name)
        self._words = {plain(word) for word in re.split(r"\W+", name)}

    def sounds_like(self, names: Iterable[str]) -> bool:
        return any(
            name == self._whole
            or name in self._words
            or (len(name) >= _LETTERS_OF_A_NAME and name in self._whole)
            for name in names
        )


class _Services:
    def __init__(self, provider: str, known: Sequence[AnyRow]) -> None:
        self._provider = provider
        self._by_code = {row.code: row for row in known}
        self._by_name = {plain(row.name): row.code for row in reversed(known)}
        self._guarded = [(row, _names(row.name)) for row in known if row.policy != Policy.ALLOW]

    def by_code(self, told: ServiceRow) -> str | None:
        """Providers share SMS-Activate's codes; one whose name is a guarded service's means that."""
        own = self._by_code.get(self._own_code(told)) or self._by_code.get(told.code)
        if own is None:
            return None
        means_another = any(guard.code != own.code for guard in self._guards(told.name))
        return (
            None if means_another and not _Heard(told.name).sounds_like(_names(own.name)) else str(own.code)
        )

    def by_name(self, told: ServiceRow) -> str | None:
        return self._by_name.get(plain(told.name))

    def describe(self, told: ServiceRow, rank: int) -> dict[str, Any]:
        return {
            "code": self._own_code(told) if told.code in self._by_code else told.code,
            "name": told.name.strip()[:_LONGEST_NAME] or told.code,
            "category": "other",
            "policy": self._policy_of(told),
            "rank": rank,
        }

    def _own_code(self, told: ServiceRow) -> str:
        """A code that means something else elsewhere is this provider's own."""
        return f"{self._provider}:{told.code}"

    def _policy_of(self, told: ServiceRow) -> Policy:
        """Guard as strictly as what it sounds like; what sounds like money waits for an admin."""
        policies = {Policy(guard.policy) for guard in self._guards(told.name)}
        if _DELICATE.search(told.name) or plain(told.name) == plain(told.code):
            policies.add(Policy.REVIEW)
        return next((policy for policy in _STRICTEST_FIRST if policy in policies), Policy.ALLOW)

    def _guards(self, name: str) -> list[AnyRow]:
        heard = _Heard(name)
        return [guard for guard, names in self._guarded if heard.sounds_like(names)]


class _Countries:
    def __init__(self, known: Sequence[AnyRow]) -> None:
        self._names = {row.id: plain(row.name) for row in known}
        # The USA are 187; their virtual numbers, 12, come second.
        ranked = sorted(known, key=lambda row: ("virtual" in row.name.lower(), row.id), reverse=True)
        self._by_name = {plain(row.name): row.id for row in ranked}
        self._by_iso = {code.upper(): row.id for row in ranked for code in (row.iso3, row.iso2) if code}

    def by_number(self, told: CountryRow) -> int | None:
        """Up to 204 the numbers are SMS-Activate's; above, providers number as they like."""
        number = _number(told.code)
        is_same = number in shared_numbers() or self._names.get(number, "") == plain(told.name) != ""
        return number if is_same else None

    def by_name(self, told: CountryRow) -> int | None:
        iso = told.code if not told.code.isdigit() else _iso_codes().get(plain(told.name), "")
        return self._by_name.get(plain(told.name)) or self._by_iso.get(iso.upper())

    def describe(self, told: CountryRow) -> dict[str, Any] | None:
        """A country nobody knew; None: its number is another's, or it has none."""
        number = _number(told.code)
        if number is None or number in self._names or not told.name.strip():
            return None
        iso2 = _iso_codes().get(plain(told.name))
        flag = "".join(chr(ord(letter) + _FLAG_A) for letter in iso2 or "")
        return {"id": number, "name": told.name.strip()[:_LONGEST_NAME], "iso2": iso2, "flag": flag or None}


def _names(name: str) -> tuple[str, ...]:
    """Casino/bet/gambling (generic): three names, and a remark that is none."""
    return tuple(filter(None, map(plain, _BETWEEN_NAMES.split(name.split("(", maxsplit=1)[0]))))


def _number(code: str) -> int | None:
    is_number = code.isascii() and code.isdigit() and int(code) <= _LARGEST_NUMBER
    return int(code) if is_number else None


@cache
def _iso_codes() -> dict[str, str]:
    """ISO codes by English names."""
    return {plain(name): code for code, name in Locale("en").territories.items() if code.isalpha()}
