"""The form every file keeps: short, with reasons, and free of traces of the workshop."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.house.tree import ROOT, modules, named, syntax, texts

LONGEST_FUNCTION = 40
LONGEST_FILE = 300
LONG_FUNCTIONS = {
    "db/purchases.py start_waiting": "a number has many facts, and each is a column",
    "migrations/versions/0001_the_shop_has_its_tables.py upgrade": "a listing of columns",
    "migrations/versions/0001_the_shop_has_its_tables.py downgrade": "a listing of tables",
}
LONG_FILES = {
    "migrations/versions/0001_the_shop_has_its_tables.py": "a listing of columns",
}
WAIVER = re.compile(r"#\s*noqa: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*(?P<reason>\s{2,}\S)?")
TYPE_WAIVER = re.compile(r"#\s*type: ignore\[[a-z-]+(?:,\s*[a-z-]+)*\]")


def _long_functions() -> Iterator[str]:
    for path in modules():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    yield f"{named(path)} {node.name}"


def _long_files() -> Iterator[str]:
    for path in modules():
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE:
            yield named(path)


def test_a_function_fits_on_a_page() -> None:
    assert set(_long_functions()) - set(LONG_FUNCTIONS) == set()


def test_a_file_has_one_subject() -> None:
    assert set(_long_files()) - set(LONG_FILES) == set()


def test_no_permission_outlives_its_need() -> None:
    assert set(LONG_FUNCTIONS) <= set(_long_functions())
    assert set(LONG_FILES) <= set(_long_files())


def test_everything_is_caught_only_for_a_reason() -> None:
    for path in modules():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\bexcept (Base)?Exception\b|\bexcept:", line):
                waiver = WAIVER.search(line)
                assert waiver, f"{named(path)}:{number}"
                assert waiver["reason"], f"{named(path)}:{number}"


def test_no_error_is_swallowed() -> None:
    for path in modules():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.ExceptHandler) and node.type is not None:
                is_broad = ast.unparse(node.type) in {"Exception", "BaseException"}
                is_silent = all(isinstance(step, ast.Pass) for step in node.body)
                assert not (is_broad and is_silent), f"{named(path)}:{node.lineno}"


def test_a_rule_is_waived_only_for_a_reason() -> None:
    for path in [*modules(), *modules("tests")]:
        if path == Path(__file__):
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if "# noqa" in line:
                assert _has_reason(lines, number), f"{named(path)}:{number + 1}"
            if "# type: ignore" in line:
                assert TYPE_WAIVER.search(line), f"{named(path)}:{number + 1}"


def _has_reason(lines: Sequence[str], number: int) -> bool:
    """On the line itself, or in a comment beside it."""
    waiver = WAIVER.search(lines[number])
    beside = [*lines[max(0, number - 2) : number], *lines[number + 1 : number + 2]]
    return waiver is not None and bool(waiver["reason"] or any("# " in line for line in beside))


def test_no_drawer_is_called_other_things() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base_manager"}

    for path in [*modules(), *modules("tests")]:
        assert not drawers & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}, named(path)


@pytest.mark.parametrize(
    "trace",
    [
        r"co-authored-by",
        r"generated (?:by|with) (?:an? )?(?:ai\b|assistant|language model|\[)",
        r"as an ai\b",
        r"(?<![\w.\]])/(?:root|home|Users|mnt|work)/\w",
        r"\b(?:TODO|FIXME|XXX)\b:?\s",
        r"^(?:<{7}|>{7})\s",
    ],
)
def test_nothing_tells_of_the_workshop(trace: str) -> None:
    sought = re.compile(trace, re.MULTILINE)

    found = [named(path) for path, text in texts() if path != Path(__file__) and sought.search(text)]

    assert found == []


def test_locks_carry_versions_and_hashes_but_no_addresses() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z][\w.-]*(?:\[[\w,]+\])?==\S+", text, re.MULTILINE)
        named_only = re.findall(r"^[a-z][\w.-]*", text, re.MULTILINE)
        assert len(pinned) == len(named_only) > 0, path.name
        assert text.count("--hash=sha256:") >= len(pinned), path.name
        assert "://" not in text, path.name
        assert not re.search(r"^--(?:extra-)?(?:index-url|find-links|trusted-host)", text, re.MULTILINE)


def test_links_of_addresses_stand_nowhere_else_either() -> None:
    assert not (ROOT / "uv.lock").exists()
    assert not (ROOT / "pip.conf").exists()
