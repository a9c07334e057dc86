"""Ten thousand deliveries of a thousand payments, 64 at once, on each database.

`python -m tests.bench.deliveries [payments] [copies]`
"""

import logging
import sys

from tests.money.deliveries import AT_ONCE, Outcome, try_each


def main(arguments: list[str]) -> int:
    payments, copies = (*map(int, arguments), *(1000, 10)[len(arguments) :])
    logging.disable()
    is_exact = True
    for name, outcome in try_each(payments, copies):
        is_exact &= outcome.is_exact
        sys.stdout.write(f"{name}: {_told(outcome)}\n")
        sys.stdout.flush()
    return 0 if is_exact else 1


def _told(outcome: Outcome) -> str:
    return (
        f"{outcome.deliveries} deliveries of {outcome.payments} payments, {AT_ONCE} at once:"
        f" {outcome.answered} answered 200 in {outcome.post_seconds:.1f} s,"
        f" settled in {outcome.settle_seconds:.1f} s;"
        f" credited {outcome.credited} times, {outcome.balance} in all;"
        f" the naive way credited {outcome.naive_credited} times;"
        f" of {outcome.unsigned} unsigned posts {outcome.unsigned_refused} were refused,"
        f" with {outcome.calls_for_unsigned} calls to the gateway;"
        f" books: {outcome.breaches or 'right'}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
