"""Run by alembic; the connection is handed in by whoever calls."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from db.tables import metadata


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write a column type of ours as what it is in the database: versions import nothing of the house."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_item=plain,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
