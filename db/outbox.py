from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select

from db.states import Role
from db.tables import OutboxFact, User

# Codes before everything else; what only refreshes a card comes last.
PRIORITIES = {"number.code": 0, "number.card": 1, "number.ended": 1, "topup.paid": 2, "topup.bill": 2}
_USUAL_PRIORITY = 3


def put(
    connection: Connection,
    *,
    user_id: UUID,
    kind: str,
    subject: str,
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
) -> None:
    """Write down what must be said, in the transaction that makes it true."""
    connection.execute(
        insert(OutboxFact).values(
            user_id=user_id,
            kind=kind,
            subject=subject,
            arguments=dict(arguments or {}),
            priority=PRIORITIES.get(kind, _USUAL_PRIORITY),
            created_at=now,
            not_before=now,
        )
    )


def put_for_admins(
    connection: Connection,
    *,
    kind: str,
    subject: str,
    now: datetime,
    arguments: Mapping[str, Any] | None = None,
) -> None:
    """Say it to everyone who runs the shop."""
    admins = connection.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.telegram_id.is_not(None))
    ).all()
    for admin in admins:
        put(connection, user_id=admin, kind=kind, subject=subject, now=now, arguments=arguments)
