"""One run of random kills once more, named as it was printed; the machine's own timing differs each time.

python -m tests.soak.again "7:sqlite:ours, random kills:5" 3
"""

import sys

from tests.soak.crowd import Habits
from tests.soak.databases import opened
from tests.soak.kills import KILLS_IN_A_RUN, OURS, Tally, run_once, tell
from tests.soak.warm import warm_up


def main(seed: str, times: int) -> int:
    """Run it so many times; 0 when none was damaged."""
    tally = Tally()
    with opened(seed.split(":")[1], Habits()) as database:
        warmth = warm_up(database, Habits())
        for _ in range(times):
            told, kills = run_once(database, OURS, warmth, KILLS_IN_A_RUN, seed)
            tally.add(told, kills)
            tell(seed, told, tally)
    return int(tally.damaged > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1))
