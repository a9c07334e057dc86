"""What a soak counts, the one table it prints, and whether all is as it must be."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

WRITTEN_TO = Path("var/soak.json")
ALWAYS_SHOWN = ("orphans", "lost debits", "double credits", "lost codes", "lost updates", "stuck")
_COUNTED = ("runs", "kills", "purchases", "codes", "topups", "damaged")


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look, and where the dice begin."""

    kills: int = 2000  # random ones, on each database
    program_kills: int = 50  # of the whole program, in each of its two modes
    steps: int = 1  # of the points on the way each so many-th is tried; 1: all
    stride: int = 31  # of the points inside the recovery after it; 0: none
    examples: int = 1000  # of histories for the state machine
    seed: int = 1
    databases: Sequence[str] = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Line:
    """One design on one database; a run is what was audited once, and is damaged or is not."""

    name: str
    database: str = ""
    runs: int = 0
    kills: int = 0
    purchases: int = 0
    codes: int = 0
    topups: int = 0
    damaged: int = 0
    damage: Mapping[str, int] = field(default_factory=dict)
    is_control: bool = False  # a worse way on purpose: without damage the harness is blind
    remark: str = ""

    @property
    def is_as_it_must_be(self) -> bool:
        return (self.damaged > 0) == self.is_control


def table(lines: Sequence[Line]) -> str:
    """Write all lines as one table; the rarer kinds of damage have a column when somebody had them."""
    rarer = {kind for line in lines for kind, count in line.damage.items() if count} - {*ALWAYS_SHOWN}
    kinds = (*ALWAYS_SHOWN, *sorted(rarer))
    head = ("design", "database", *_COUNTED, *kinds, "remark")
    rows = [head, *(_row(line, kinds) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return "\n".join(
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def _row(line: Line, kinds: Sequence[str]) -> tuple[str, ...]:
    counted = (f"{getattr(line, name):,}" for name in _COUNTED)
    damage = (f"{line.damage.get(kind, 0):,}" for kind in kinds)
    return (line.name, line.database, *counted, *damage, line.remark)


def faults(lines: Sequence[Line]) -> list[str]:
    """Say what is not as it must be: damage of ours, or a control that shows none."""
    return [
        f"{line.name} on {line.database or 'its database'}: "
        + ("a control without damage: this harness is blind" if line.is_control else "damage")
        for line in lines
        if not line.is_as_it_must_be
    ]


def keep(lines: Sequence[Line], effort: Effort) -> None:
    """Write them for a machine to read."""
    WRITTEN_TO.parent.mkdir(parents=True, exist_ok=True)
    told = {"effort": asdict(effort), "lines": [asdict(line) for line in lines], "faults": faults(lines)}
    WRITTEN_TO.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
