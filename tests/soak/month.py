"""A month of a shop in virtual time: 10,000 orders, and nothing is over or short at its end.

python -m tests.soak.month --orders 10000 --days 30 --seed 1
"""

import argparse
import logging
import random
import sys
import time
from collections.abc import Iterator

from tests.properties.calendar import Calendar, Drift
from tests.soak.figures import Effort, Line

_DAYS, _ORDERS = 30, 10_000


def live(days: int, orders: int, seed: int) -> tuple[Calendar, Drift, float]:
    """Live through it, a line for each day; the last is how many real seconds it took."""
    logging.getLogger("services").setLevel(logging.ERROR)  # silence and refusals are what a month is made of
    began = time.monotonic()
    calendar = Calendar(days, orders, seed)

    def tell(day: int) -> None:
        print(f"day {day}, {time.monotonic() - began:.0f} s: {calendar.figures}", flush=True)

    calendar.after_a_day = tell
    drift = calendar.live()
    return calendar, drift, time.monotonic() - began


def run(effort: Effort) -> Iterator[Line]:
    calendar, drift, seconds = live(_DAYS, _ORDERS, effort.seed)
    figures = calendar.figures
    yield Line(
        f"a month of {_DAYS} virtual days",
        "sqlite",
        runs=1,
        kills=figures.deaths,
        purchases=figures.orders,
        codes=figures.codes,
        topups=figures.topups,
        damaged=int(bool(drift)),
        remark=f"drift {drift}, {seconds:.0f} s",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=_DAYS)
    parser.add_argument("--orders", type=int, default=_ORDERS)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    calendar, drift, seconds = live(asked.days, asked.orders, asked.seed)
    print(calendar.figures)
    print(f"{drift}; {asked.days} virtual days in {seconds:.1f} s")
    return int(bool(drift))


if __name__ == "__main__":
    sys.exit(main())
