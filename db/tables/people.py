from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.states import Role
from db.tables.base import Base, Dated, one_of
from db.types import Credits, Encrypted


class User(Dated, Base):
    """A person. `credits` is a cache of the transactions, written by the ledger alone."""

    __tablename__ = "users"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("credits >= 0 OR indebted_since IS NOT NULL", name="credits"),
        Index("ix_users_role", "role"),
        Index("ix_users_handle", text("lower(username)")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(Encrypted())
    email_hash: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    role: Mapped[str] = mapped_column(default=Role.CLIENT)
    credits: Mapped[Decimal] = mapped_column(Credits(), default=Decimal("0.00"))
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    language: Mapped[str]
    terms_version: Mapped[str | None]
    terms_accepted_at: Mapped[datetime | None]
    banned_at: Mapped[datetime | None]
    banned_until: Mapped[datetime | None]
    ban_reason: Mapped[str | None]
    indebted_since: Mapped[datetime | None]
    unreachable_since: Mapped[datetime | None]  # Telegram says the person blocked the bot
