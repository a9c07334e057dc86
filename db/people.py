from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, select, update

from db.once import insert_once
from db.rows import AnyRow
from db.states import Role
from db.tables import User
from db.types import vault_of

_COLUMNS: tuple[Any, ...] = (
    User.id,
    User.telegram_id,
    User.username,
    User.language,
    User.role,
    User.credits,
    User.terms_version,
    User.banned_at,
    User.banned_until,
    User.indebted_since,
    User.unreachable_since,
)
_LONGEST_ID = 18  # digits that surely fit a 64-bit column
Person = AnyRow


def by_id(connection: Connection, user_id: UUID) -> Person | None:
    return connection.execute(select(*_COLUMNS).where(User.id == user_id)).first()


def by_telegram_id(connection: Connection, telegram_id: int) -> Person | None:
    return connection.execute(select(*_COLUMNS).where(User.telegram_id == telegram_id)).first()


def by_username(connection: Connection, username: str) -> Person | None:
    return next(iter(_called(connection, username)), None)


def _called(connection: Connection, username: str) -> Sequence[Person]:
    """Telegram: handles are the same in small and capital letters."""
    same = func.lower(User.username) == username.lower()
    return connection.execute(select(*_COLUMNS).where(same).order_by(User.username != username)).all()


def admit(
    connection: Connection, *, telegram_id: int, username: str, language: str, role: Role, now: datetime
) -> None:
    """Make a person, unless somebody else has just done so; a taken handle gets another."""
    for handle in (username, f"{username}_{telegram_id}", f"{username}_{uuid4().hex}"):
        made = insert_once(
            connection,
            User,
            id=uuid4(),
            telegram_id=telegram_id,
            username=handle,
            language=language,
            role=role,
            created_at=now,
            updated_at=now,
        )
        if made or by_telegram_id(connection, telegram_id) is not None:
            return


def rename(connection: Connection, person: Person, handle: str | None, now: datetime) -> None:
    """Call them as Telegram does now: a handle moves on, and whoever had it has it no more."""
    name = handle or _free_name(connection, f"user{person.telegram_id}")
    for holder in _called(connection, name):
        if holder.id == person.id:
            continue
        if holder.telegram_id is None:  # of another house than Telegram: it stays theirs
            name = f"{handle}_{person.telegram_id}"
        else:
            change(connection, holder.id, now, username=_free_name(connection, f"user{holder.telegram_id}"))
    change(connection, person.id, now, username=name)


def _free_name(connection: Connection, name: str) -> str:
    return name if by_username(connection, name) is None else f"{name}_{uuid4().hex}"


def change(connection: Connection, user_id: UUID, now: datetime, **values: Any) -> bool:
    """Change what is told of a person; never the credits, which are the ledger's."""
    if "credits" in values:
        raise ValueError("credits are changed by the ledger alone")
    if "email" in values:
        address = values["email"]
        digest = vault_of(connection.dialect).digest(address.lower()) if address else None
        values["email_hash"] = digest
    changed = connection.execute(update(User).where(User.id == user_id).values(updated_at=now, **values))
    return bool(changed.rowcount)


def owner_of_email(connection: Connection, address: str) -> UUID | None:
    digest = vault_of(connection.dialect).digest(address.lower())
    return connection.execute(select(User.id).where(User.email_hash == digest)).scalar_one_or_none()


def email(connection: Connection, user_id: UUID) -> str | None:
    return connection.execute(select(User.email).where(User.id == user_id)).scalar_one_or_none()


def admins(connection: Connection) -> Sequence[UUID]:
    return connection.scalars(
        select(User.id).where(User.role == Role.ADMIN, User.telegram_id.is_not(None))
    ).all()


def lock(connection: Connection, user_id: UUID) -> Person | None:
    """Read a person's row and keep others from deciding about it until this transaction ends."""
    return connection.execute(select(*_COLUMNS).where(User.id == user_id).with_for_update()).first()


def find(connection: Connection, words: str) -> Person | None:
    """Find a person by Telegram id, @handle or id; digits are never a handle."""
    words = words.strip()
    if words.isascii() and words.isdigit():
        return by_telegram_id(connection, int(words)) if len(words) <= _LONGEST_ID else None
    try:
        return by_id(connection, UUID(words))
    except ValueError:
        return by_username(connection, words.removeprefix("@"))
