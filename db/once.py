from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from db.tables import Base


def one_at_a_time(connection: Connection, what: str) -> None:
    """Let one transaction at a time go on from here; SQLite has a single writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def insert_into(connection: Connection, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Start an INSERT that knows ON CONFLICT, in the words of the database at hand."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def insert_once(connection: Connection, table: type[Base], **values: Any) -> bool:
    """Insert a row unless one of its unique keys is taken; tell whether it went in."""
    statement = insert_into(connection, table).values(**values).on_conflict_do_nothing()
    return bool(connection.execute(statement).rowcount)


def insert_each_once(connection: Connection, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once; those whose unique keys are taken stay as they are."""
    if rows:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)
