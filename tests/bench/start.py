"""CPU that is spent before anything is done."""

import subprocess
import sys
from resource import RUSAGE_CHILDREN, getrusage

from tests.bench.figures import Figures

STARTS = {
    "python main.py --help": ("main.py", "--help"),
    "loading the shop's parts": ("-c", "import bot.wiring"),
    "loading the chat": (
        "-c",
        "from bot import quick_aiogram; quick_aiogram.load(); import bot.conversation",
    ),
    "control: loading aiogram as it is": ("-c", "import aiogram"),
    "control: Python itself": ("-c", "pass"),
}
_TIMES = 3


def measure() -> Figures:
    return {f"{name}, CPU ms": min(_cpu_ms(*typed) for _ in range(_TIMES)) for name, typed in STARTS.items()}


def _cpu_ms(*typed: str) -> float:
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *typed], check=True, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1_000
