"""`python -m tests.soak [part …] --kills 2000 --seed 7`: every part, or those named; one table for all.

A part is a module with `run(effort)`, which yields its lines as they are ready; it is named here once.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from importlib import import_module

from tests.soak.figures import Effort, Line, faults, keep, table

PARTS: dict[str, str] = {
    "kills": "tests.soak.kills",
    "sabotage": "tests.soak.sabotage",
    "points": "tests.soak.points",
    "program": "tests.soak.programs",
    "faults": "tests.soak.faults",
    "wires": "tests.soak.wires",
    "month": "tests.soak.month",
    "properties": "tests.soak.properties",
}


def main(arguments: Sequence[str]) -> int:
    """Run them; 0 when nothing of ours is damaged and every control is."""
    asked = _parse(arguments)
    effort = Effort(**{name: value for name, value in vars(asked).items() if name != "parts"})
    print(f"seed {effort.seed}", flush=True)
    lines: list[Line] = []
    for name in asked.parts or PARTS:
        for line in import_module(PARTS[name]).run(effort):
            lines.append(line)
            print(f"{name}: {line}", flush=True)
            keep(lines, effort)
    print(f"\n{table(lines)}\n", flush=True)
    for fault in faults(lines):
        print(fault, flush=True)
    return int(bool(faults(lines)))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    usual = Effort()
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=list(PARTS), help="all of them if none is named")
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--program-kills", type=int, default=usual.program_kills)
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--stride", type=int, default=usual.stride)
    parser.add_argument("--examples", type=int, default=usual.examples)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--databases", nargs="+", choices=usual.databases, default=usual.databases)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
