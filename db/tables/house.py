"""What the shop keeps for itself: updates to handle, things to say, cases, rules, a log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.base import Base

_BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only its own INTEGER


class InboxUpdate(Base):
    """One update of Telegram, stored before it is confirmed or answered."""

    __tablename__ = "inbox_updates"
    __table_args__ = (
        Index(
            "ix_inbox_updates_pending",
            "lane",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_inbox_updates_done_at", "done_at"),
    )

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    update_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    lane: Mapped[int] = mapped_column(BigInteger)  # one person's updates are handled in order
    payload: Mapped[str]
    received_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]  # somebody is handling it, or waits before the next try
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]  # set aside: it could not be handled


class OutboxFact(Base):
    """Something that must be said to a person: a fact, never a text."""

    __tablename__ = "outbox_facts"
    __table_args__ = (
        Index(
            "ix_outbox_facts_pending",
            "priority",
            "id",
            sqlite_where=text("sent_at IS NULL AND blocked_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND blocked_at IS NULL"),
        ),
        Index("ix_outbox_facts_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    channel: Mapped[str] = mapped_column(default="telegram")
    kind: Mapped[str]
    subject: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    priority: Mapped[int]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    error: Mapped[str | None]


class SpokenMessage(Base):
    """Where a thing was said, to edit it or reply to it."""

    __tablename__ = "spoken_messages"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger)
    spoken_at: Mapped[datetime]


class Case(Base):
    """Whatever a person must decide or know."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "ix_cases_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    resolution: Mapped[str | None]


class ShopRule(Base):
    """A setting that changes while the shop runs; the environment holds its default."""

    __tablename__ = "shop_rules"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    updated_at: Mapped[datetime]


class AuditEntry(Base):
    """Who did what with the power of an admin."""

    __tablename__ = "audit_log"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_audit_log_at", "at"),
    )

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    key: Mapped[str | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]
