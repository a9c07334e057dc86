from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from db.once import insert_once
from db.tables import AuditEntry


def note(
    connection: Connection,
    *,
    key: str | None,
    actor_id: UUID | None,
    action: str,
    subject: str,
    details: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Log what was done with an admin's power, once for each key; False: this key is logged."""
    return insert_once(
        connection,
        AuditEntry,
        key=key,
        actor_id=actor_id,
        action=action,
        subject=subject,
        details=dict(details),
        at=now,
    )
