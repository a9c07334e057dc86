"""What is asked again and again is found by an index, however many numbers have ended."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from db import closing, guards, numbers, people, sending
from tests.databases import make_file
from tests.worlds import NOON

Ask = Callable[[Connection], object]


def _plan(engine: Engine, ask: Ask) -> str:
    """How SQLite goes about it; it knows nothing of how many rows there are."""
    said: list[tuple[str, Any]] = []
    with engine.connect() as connection:
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _1, _2, statement, given, _3, _4: said.append((statement, given)),
        )
        ask(connection)
        statement, given = said[0]
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    return " ".join(row[3] for row in rows)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (partial(numbers.watched, provider="active"), "provider_status (provider=? AND status=?)"),
        (partial(guards.count_waiting, provider="active"), "provider_status (provider=? AND status=?)"),
        (
            partial(guards.last_of_account, provider="active", limit=400),
            "provider_created_at (provider=?)",
        ),
        (
            partial(sending._highest_upstream_id, provider="active", now=NOON),
            "provider_created_at (provider=? AND created_at>?)",
        ),
        (
            partial(closing.is_any_due, provider="active", now=NOON),
            "status_next_check_at (status=? AND next_check_at<?)",
        ),
        (
            partial(closing.claim_due, provider="active", now=NOON, limit=50),
            "status_next_check_at (status=? AND next_check_at<?)",
        ),
    ],
)
def test_it_is_found_by_an_index(tmp_path: Path, ask: Ask, index: str) -> None:
    engine = create_engine(f"sqlite:///{make_file(tmp_path / 'shop.db')}")

    plan = _plan(engine, ask)
    engine.dispose()

    assert f"ix_active_numbers_{index}" in plan
    assert "SCAN" not in plan


def test_a_person_is_found_by_their_handle_in_any_letters(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{make_file(tmp_path / 'shop.db')}")

    plan = _plan(engine, partial(people.by_username, username="Ana"))
    engine.dispose()

    assert "ix_users_handle" in plan
