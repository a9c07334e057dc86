from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, MetaData, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.types import UtcTime


class Base(DeclarativeBase):
    """Tables only: every query is a plain statement on a connection, no session is ever opened."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime(),
        UUID: Uuid(),
        str: String(),
        dict[str, Any]: JSON(),
    }


class Dated:
    """When a row was made and last changed; both are handed in."""

    created_at: Mapped[datetime] = mapped_column(sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(sort_order=901)


def one_of(column: str, words: Iterable[str], name: str | None = None) -> CheckConstraint:
    """Hold a column to its words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)
