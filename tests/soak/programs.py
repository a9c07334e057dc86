"""The whole program, killed while people shop: a process of its own for each mode on each database."""

import subprocess
import sys
from collections.abc import Iterator

from tests.soak.figures import Effort, Line


def run(effort: Effort) -> Iterator[Line]:
    """Pull the plug in polling mode, then in webhook mode."""
    for database in effort.databases:
        for mode in ("polling", "webhook"):
            yield _pull_plugs(effort, database, mode)


def _pull_plugs(effort: Effort, database: str, mode: str) -> Line:
    effort_of_it = ("--kills", str(effort.program_kills), "--seed", str(effort.seed))
    ended = subprocess.run(
        (sys.executable, "-m", "tests.soak.program", *effort_of_it, "--mode", mode, "--database", database),
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    print(ended.stdout, flush=True)
    told = (ended.stdout.strip().splitlines() or ["it said nothing"])[-1]
    return Line(
        f"the whole program, {mode}",
        database,
        runs=1,
        kills=effort.program_kills,
        damaged=int(ended.returncode != 0),
        remark=told,
    )
