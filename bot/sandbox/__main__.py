import argparse
import asyncio
import sys
from pathlib import Path

from bot.sandbox.demo import Options, run


def main() -> int:
    """Read the command line and run the demo."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.sandbox", description="The whole shop on this machine: no token, no account."
    )
    parser.add_argument(
        "--port", type=int, default=Options.port, help="where the page is (default %(default)s)"
    )
    parser.add_argument(
        "--headless", action="store_true", help="play a customer, print what was said, exit 0 or 1"
    )
    parser.add_argument("--keep", action="store_true", help="go on with the data of the run before")
    parser.add_argument("--home", type=Path, default=Options.home, help="where the data and the log go")
    asked = parser.parse_args()
    options = Options(asked.port, asked.headless, asked.keep, asked.home.absolute())
    try:
        return asyncio.run(run(options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("\nClosed.")
        return 0


if __name__ == "__main__":
    sys.exit(main())
