"""As many services as a big provider lists, and the typos people make in their names."""

from collections.abc import Iterator
from random import Random

from services.search import Entry, Index, plain

KNOWN = (
    "WhatsApp",
    "Telegram",
    "Instagram",
    "TikTok",
    "Facebook",
    "Discord",
    "Google Voice",
    "Mercado Livre",
)
_SYLLABLES = [
    start + vowel for start in (*"bdfghjklmnprstvwxyz", "br", "ch", "gl", "sh", "tr") for vowel in "aeiou"
]
_ENDINGS = ("", "", "", "", "app", "ly", "go", "mart", " Market", " Chat", "24", ".com", " Delivery")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def service_names(count: int = 811, seed: int = 7) -> list[str]:
    """Known names, then made-up ones of two to four syllables."""
    dice = Random(seed)
    names = dict.fromkeys(KNOWN)
    while len(names) < count:
        stem = "".join(dice.choices(_SYLLABLES, k=dice.choice((2, 2, 3, 3, 4)))).capitalize()
        names.setdefault(stem + dice.choice(_ENDINGS))
    return list(names)


def index_of(names: list[str]) -> Index[str]:
    return Index(Entry(name, name, (f"q{rank}",), rank=rank) for rank, name in enumerate(names))


def typos(names: list[str], count: int, seed: int = 11) -> Iterator[tuple[str, str]]:
    """Names of four letters or more, each with one letter dropped, swapped, doubled or replaced."""
    dice = Random(seed)
    long_enough = [name for name in names if len(plain(name)) > 3]
    for _ in range(count):
        name = dice.choice(long_enough)
        yield mistyped(dice, name), name


def mistyped(dice: Random, name: str) -> str:
    at = dice.randrange(len(name) - 1)
    before, letter, after = name[:at], name[at], name[at + 1 :]
    return dice.choice(
        [
            before + after,
            before + after[:1] + letter + after[1:],
            before + letter * 2 + after,
            before + dice.choice(_LETTERS) + after,
        ]
    )
