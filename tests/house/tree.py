"""The house as its own tests see it: files, read as text and as syntax."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "services", "db")
_NOT_OURS = {".git", ".venv", "var", "node_modules"}


def modules(*rooms: str) -> Iterator[Path]:
    """Every Python file of these rooms; of the whole product when none is named."""
    for room in rooms or (*ROOMS, "migrations"):
        yield from sorted((ROOT / room).rglob("*.py"))
    if not rooms:
        yield ROOT / "main.py"


def papers() -> Iterator[Path]:
    """Every page written for people."""
    yield from sorted(ROOT.glob("*.md"))
    yield from sorted((ROOT / "docs").rglob("*.md"))


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file that is kept under version control, as far as a walk can tell."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        hidden = {part for part in inside[:-1] if part.endswith(("_cache", "__pycache__", ".hypothesis"))}
        if hidden or _NOT_OURS & set(inside) or path.is_symlink() or not path.is_file():
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """The full names of what a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found
