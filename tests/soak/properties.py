"""The state machine of the tests, for long: many examples with many steps, and a seed that replays."""

import subprocess
import sys
from collections.abc import Iterator

from tests.soak.figures import Effort, Line

_STEPS = 60


def run(effort: Effort) -> Iterator[Line]:
    effort_of_it = {"PROPERTY_EXAMPLES": str(effort.examples), "PROPERTY_STEPS": str(_STEPS)}
    ended = subprocess.run(
        (
            *("env", *(f"{name}={value}" for name, value in effort_of_it.items())),
            *(sys.executable, "-m", "pytest", "tests/properties/test_nothing_lost.py"),
            *("--timeout", "0", f"--hypothesis-seed={effort.seed}"),
        ),
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if ended.returncode:
        print(ended.stdout)
    yield Line(
        "the state machine",
        "sqlite",
        runs=effort.examples,
        damaged=int(ended.returncode != 0),
        remark=f"{effort.examples:,} histories of up to {_STEPS} steps",
    )
