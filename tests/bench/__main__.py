"""`python -m tests.bench [name …]`: every bench, or those named; a table, and var/bench.json.

A bench is a function that gives figures; it is named here once.
"""

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import catalogue, ledger, start, sweep
from tests.bench.figures import Figures
from tests.money.deliveries import try_each

WRITTEN_TO = Path("var/bench.json")
_PAYMENTS, _COPIES = 300, 10


def _deliveries() -> Figures:
    figures: Figures = {}
    for database, outcome in try_each(_PAYMENTS, _COPIES):
        told = f"{database}, {outcome.payments} payments told {outcome.deliveries} times"
        figures[f"{told}: answered a second"] = outcome.answered / outcome.post_seconds
        figures[f"{told}: settled in, s"] = outcome.settle_seconds
        figures[f"{told}: credited"] = outcome.credited
        figures[f"{told}: credited the naive way"] = outcome.naive_credited
        figures[f"{told}: calls for {outcome.unsigned} unsigned posts"] = outcome.calls_for_unsigned
        figures[f"{told}: violations in the books"] = len(outcome.breaches)
    return figures


def _catalogue() -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(catalogue.run(f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"))


BENCHES: dict[str, Callable[[], Figures]] = {
    "start": start.measure,
    "ledger": ledger.measure,
    "sweep": sweep.measure,
    "deliveries": _deliveries,
    "catalogue": _catalogue,
}


def main(names: list[str]) -> int:
    if unknown := [name for name in names if name not in BENCHES]:
        sys.stderr.write(f"No bench is called {unknown[0]}; there are: {', '.join(BENCHES)}\n")
        return 2
    found: dict[str, Figures] = {}
    for name in names or BENCHES:
        sys.stdout.write(f"\n{name}\n")
        sys.stdout.flush()
        found[name] = BENCHES[name]()
        _tell(found[name])
    _keep(found)
    return 0


def _tell(figures: Figures) -> None:
    for name, figure in figures.items():
        sys.stdout.write(f"{figure:14,.2f}  {name}\n")
    sys.stdout.flush()


def _keep(found: dict[str, Figures]) -> None:
    WRITTEN_TO.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    told = {"at": datetime.now(UTC).isoformat(), "machine": machine, "benches": found}  # noqa: TID251  a bench's own time
    WRITTEN_TO.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
