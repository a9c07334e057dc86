"""No state is a dead end: each unfinished one names the job that leaves it, and that job exists."""

import re
from enum import StrEnum

import pytest

from bot.jobs import JOBS
from db.states import UNFINISHED, NumberStatus, TopupState
from tests.house.tree import ROOT

LOOPS = {"purchases"}  # workers that bot/process.py keeps up beside the jobs


def _jobs_named_beside(kind: type[StrEnum]) -> dict[str, list[str]]:
    """What db/states.py says beside each state of a kind."""
    source = (ROOT / "db/states.py").read_text(encoding="utf-8")
    body = source.split(f"class {kind.__name__}(")[1].split("\nclass ")[0]
    said = re.findall(r'= "(\w+)"(?:  # (.*))?$', body, re.MULTILINE)
    return {state: re.findall(r"\w+", note.partition("job: ")[2].replace("then", "")) for state, note in said}


@pytest.mark.parametrize("status", UNFINISHED)
def test_an_unfinished_number_has_a_job_that_ends_it(status: NumberStatus) -> None:
    named = _jobs_named_beside(NumberStatus)[status]

    assert named
    assert set(named) <= {line.name for line in JOBS} | LOOPS


@pytest.mark.parametrize("state", [TopupState.DRAFT, TopupState.OPEN])
def test_an_unfinished_topup_has_a_job_that_ends_it(state: TopupState) -> None:
    named = _jobs_named_beside(TopupState)[state]

    assert named
    assert set(named) <= {line.name for line in JOBS}


def test_every_state_is_finished_or_has_a_job() -> None:
    ended = {NumberStatus.REJECTED, NumberStatus.FINISHED, NumberStatus.EXPIRED, NumberStatus.CANCELLED}

    assert set(UNFINISHED) | ended == set(NumberStatus)
    assert not set(UNFINISHED) & ended


def test_the_loops_named_beside_states_are_kept_up() -> None:
    process = (ROOT / "bot/process.py").read_text(encoding="utf-8")

    assert all(f'f"{name} {{number}}"' in process for name in LOOPS)


@pytest.mark.parametrize("kind", [NumberStatus, TopupState])
def test_the_page_on_money_names_every_state_and_its_jobs(kind: type[StrEnum]) -> None:
    page = (ROOT / "docs/money.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]

    for state, jobs in _jobs_named_beside(kind).items():
        told = [row for row in rows if f"`{state}`" in row.split("|")[1]]
        assert told, state
        assert all(f"`{job}`" in told[0] for job in jobs), state
