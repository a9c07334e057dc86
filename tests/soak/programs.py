"""The whole program, killed while people shop: a process of its own for each mode."""

import subprocess
import sys
from collections.abc import Iterator

from tests.soak.figures import Effort, Line


def run(effort: Effort) -> Iterator[Line]:
    """Pull the plug in polling mode, then in webhook mode."""
    for mode in ("polling", "webhook"):
        asked = ("--kills", str(effort.program_kills), "--mode", mode, "--seed", str(effort.seed))
        ended = subprocess.run(
            (sys.executable, "-m", "tests.soak.program", *asked),
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = (ended.stdout.strip().splitlines() or ["it said nothing"])[-1]
        yield Line(
            f"the whole program, {mode}",
            "sqlite",
            runs=1,
            kills=effort.program_kills,
            damaged=int(ended.returncode != 0),
            remark=told,
        )
