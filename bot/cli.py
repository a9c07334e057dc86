"""What can be typed after `python main.py`. Nothing heavy is loaded before it is known what."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "run": "open the shop (the default)",
    "migrate": "bring the database's schema to this version",
    "doctor": "check everything the shop needs; exit code 1 if it can't sell",
    "audit": "check the books; exit code 1 on any violation",
    "sync": "fetch the catalogue from the providers now",
    "backup": "copy the embedded database while the shop runs",
}
_MISTAKE = 2  # as argparse itself exits


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    asked = _parser().parse_args(arguments)
    name = asked.command or "run"
    module = import_module(f"bot.commands.{name}")
    from bot.settings import BadSettings  # noqa: PLC0415  --help must not wait for pydantic

    try:
        code: int = module.main(asked)
    except BadSettings as error:
        print(error, file=sys.stderr)
        return _MISTAKE
    except KeyboardInterrupt:
        return 130  # the shell's own code for Ctrl-C
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python main.py", description="A Telegram shop that rents phone numbers."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    made = {name: commands.add_parser(name, help=told, description=told) for name, told in COMMANDS.items()}
    for name in ("doctor", "audit"):
        made[name].add_argument("--json", action="store_true", help="print one JSON object")
    made["backup"].add_argument("path", help="where the copy goes; must not exist yet")
    return parser
