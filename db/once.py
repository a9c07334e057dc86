from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from db.tables import Base


def insert_once(connection: Connection, table: type[Base], **values: Any) -> bool:
    """Insert a row unless one of its unique keys is taken; tell whether it went in."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return bool(connection.execute(insert(table).values(**values).on_conflict_do_nothing()).rowcount)
