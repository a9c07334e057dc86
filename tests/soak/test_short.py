"""The soak in short, in processes of their own: what is forked there must not have grown with the tests."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT
from tests.soak.figures import ALWAYS_SHOWN, Line, faults, table

PATIENCE_SECONDS = 600

Lines = dict[str, dict[str, Any]]


def _soak(folder: Path, server: str, *arguments: str) -> tuple[int, Lines]:
    """Run it elsewhere, and read what it has written there."""
    ended = subprocess.run(
        (sys.executable, "-m", "tests.soak", *arguments, "--seed", "1"),
        check=False,
        cwd=folder,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "TEST_DATABASE_URL": server},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    print(ended.stdout, ended.stderr)
    told = json.loads((folder / "var" / "soak.json").read_text(encoding="utf-8"))
    return ended.returncode, {line["name"]: line for line in told["lines"]}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Its name, and the server's address where it has one."""
    name: str = request.param
    return name, request.getfixturevalue("postgresql_server") if name == "postgresql" else ""


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_kills_lose_nothing_here_and_something_the_naive_ways(
    tmp_path: Path, database: tuple[str, str]
) -> None:
    name, server = database

    code, lines = _soak(tmp_path, server, "kills", "--kills", "4", "--databases", name)

    ours = lines.pop("ours, random kills")
    assert code == 0
    assert (ours["damaged"], ours["damage"]) == (0, {})
    assert ours["kills"] >= 4
    assert len(lines) == 2
    assert all(naive["damage"] for naive in lines.values())


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_killed_at_a_step_and_in_the_recovery_from_it_nothing_is_lost(tmp_path: Path) -> None:
    effort = ("--steps", "139", "--stride", "199")

    code, lines = _soak(tmp_path, "", "points", *effort, "--databases", "sqlite")

    assert code == 0
    assert len(lines) == 2
    assert all(line["kills"] >= line["runs"] > 0 for line in lines.values())


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_each_guard_taken_out_of_ours_shows_the_damage_it_prevents(tmp_path: Path) -> None:
    code, lines = _soak(tmp_path, "", "sabotage", "--kills", "400", "--databases", "sqlite")

    damage = {name.removeprefix("ours, but "): set(line["damage"]) for name, line in lines.items()}
    assert code == 0
    assert "orphans" in damage["silence is taken for a no"]
    assert "orphans" in damage["a purchase is sent again"]
    assert "lost codes" in damage["said is noted before saying"]
    assert "lost updates" in damage["confirmed before stored"]


def test_damage_of_ours_fails_the_soak() -> None:
    line = Line("ours", "sqlite", runs=2, kills=50, damaged=1, damage={"orphans": 3})

    assert faults([line]) == ["ours on sqlite: damage"]
    assert faults([replace(line, damaged=0)]) == []


def test_a_control_without_damage_fails_the_soak() -> None:
    control = Line("naive", "sqlite", runs=2, kills=50, damaged=0, is_control=True)

    assert len(faults([control])) == 1
    assert faults([replace(control, damaged=2)]) == []


def test_the_table_names_the_usual_kinds_of_damage_and_what_else_somebody_had() -> None:
    lines = [Line("ours", "sqlite", kills=2000), Line("naive", "sqlite", damage={"free numbers": 7})]

    head, ours, naive = table(lines).splitlines()

    assert [kind for kind in ALWAYS_SHOWN if kind not in head] == []
    assert "free numbers" in head
    assert "wrong books" not in head
    assert "2,000" in ours
    assert " 7 " in naive
