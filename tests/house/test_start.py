"""The door opens quickly: what a command does not need is not loaded."""

import subprocess
import sys

import pytest

from bot.cli import COMMANDS
from tests.house.tree import ROOT

HEAVY = {"aiogram", "aiohttp", "alembic", "apscheduler", "mercadopago", "pydantic", "sqlalchemy", "stripe"}


def _loaded_by(*arguments: str) -> tuple[str, set[str]]:
    """What a command prints, and the packages Python has loaded when it ends."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "main.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line for line in told.stderr.splitlines() if line.startswith("import time:"))
    return told.stdout, {line.split("|")[-1].strip().split(".")[0] for line in lines}


@pytest.mark.parametrize("arguments", [("--help",), *((name, "--help") for name in COMMANDS)], ids=" ".join)
def test_help_waits_for_nothing_heavy(arguments: tuple[str, ...]) -> None:
    told, loaded = _loaded_by(*arguments)

    assert "usage: python main.py" in told
    assert "argparse" in loaded
    assert not HEAVY & loaded


def test_help_names_every_command() -> None:
    told, _ = _loaded_by("--help")

    assert [name for name in COMMANDS if name not in told] == []


def test_the_sandbox_shows_its_page_before_telegram_is_loaded() -> None:
    """Loading aiogram takes seconds; the sandbox has no use for it at all."""
    probe = "import bot.sandbox.app, sys; print(*sys.modules)"

    told = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)

    assert not {name.split(".")[0] for name in told.stdout.split()} & (HEAVY - {"aiohttp"})
