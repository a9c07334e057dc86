from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.states import EndedBy, MessageStatus, MessageType, NumberStatus, ReportReason
from db.tables.base import Base, Dated, one_of
from db.types import Cost, Credits, Encrypted


class ActiveNumber(Dated, Base):
    """A purchase and the number it rented: one row from the intent to the end."""

    __tablename__ = "active_numbers"
    __table_args__ = (
        UniqueConstraint("provider", "upstream_id"),
        one_of("status", NumberStatus),
        one_of("ended_by", EndedBy),
        CheckConstraint(
            "status NOT IN ('active', 'cancelling', 'finished')"
            " OR (upstream_id IS NOT NULL AND phone_number IS NOT NULL AND end_time IS NOT NULL)",
            name="bought",
        ),
        Index("ix_active_numbers_status_next_check_at", "status", "next_check_at"),
        Index("ix_active_numbers_status_end_time", "status", "end_time"),
        Index("ix_active_numbers_user_id_created_at", "user_id", "created_at"),
        Index("ix_active_numbers_phone_hash", "phone_hash"),
        Index("ix_active_numbers_close_due", "closed_upstream_at", "status"),
        Index("ix_active_numbers_provider_status", "provider", "status"),
        Index("ix_active_numbers_provider_created_at", "provider", "created_at"),
        Index("ix_active_numbers_kind", "provider", "sms_service_id", "country_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    sms_service_id: Mapped[UUID] = mapped_column(ForeignKey("sms_services.id"), index=True)
    phone_number: Mapped[str | None] = mapped_column(Encrypted())
    phone_hash: Mapped[str | None]
    start_time: Mapped[datetime | None]
    end_time: Mapped[datetime | None]
    status: Mapped[str]
    last_message_received_at: Mapped[datetime | None]

    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), index=True)
    operator: Mapped[str | None]
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"), unique=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("transactions.id"), unique=True)
    price: Mapped[Decimal] = mapped_column(Credits())

    provider: Mapped[str]
    upstream_id: Mapped[str | None]
    cap: Mapped[Decimal] = mapped_column(Cost())
    cost: Mapped[Decimal | None] = mapped_column(Cost())
    cost_currency: Mapped[str | None]
    baseline_id: Mapped[str | None]  # the highest upstream id known when this was sent
    tried: Mapped[str] = mapped_column(default="")  # providers that have said no, joined by commas
    sent_at: Mapped[datetime | None]
    unknown_since: Mapped[datetime | None]
    unknown_reason: Mapped[str | None]
    rejection: Mapped[str | None]

    can_repeat: Mapped[bool] = mapped_column(default=True)
    asking: Mapped[int] = mapped_column(default=0)  # how many further codes were asked for
    codes: Mapped[int] = mapped_column(default=0)  # how many have come
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]  # of its end; None when nothing is to be ended any more
    checks: Mapped[int] = mapped_column(default=0)
    closed_upstream_at: Mapped[datetime | None]  # 6 or 8 was acknowledged, or it ended there
    # The number it rents again. No foreign key: SQLite adds none to a table that stands.
    reactivates_id: Mapped[UUID | None] = mapped_column(index=True)
    paid_reactivations: Mapped[int] = mapped_column(default=0, server_default="0")  # rented again before


class SmsMessage(Dated, Base):
    """One message, or the wait for one."""

    __tablename__ = "sms_messages"
    __table_args__ = (
        UniqueConstraint("active_number_id", "dedupe_key"),
        one_of("type", MessageType),
        one_of("status", MessageStatus),
        one_of("ended_by", EndedBy),
        Index("ix_sms_messages_user_id_created_at", "user_id", "created_at"),
        Index("ix_sms_messages_api_message_id", "api_message_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    type: Mapped[str]
    from_number: Mapped[str | None] = mapped_column(Encrypted())
    to_number: Mapped[str | None] = mapped_column(Encrypted())
    message_body: Mapped[str | None] = mapped_column(Encrypted())
    status: Mapped[str]
    api_message_id: Mapped[str | None]
    cost: Mapped[Decimal | None] = mapped_column(Cost())
    service_code: Mapped[str]
    reactivation_count: Mapped[int] = mapped_column(default=0)  # free repeats and paid re-activations
    paid_reactivations: Mapped[int] = mapped_column(default=0, server_default="0")  # the paid ones of them
    cancelled: Mapped[bool] = mapped_column(default=False)
    cancellation_time: Mapped[datetime | None]
    active_number_id: Mapped[UUID | None] = mapped_column(ForeignKey("active_numbers.id"))
    dedupe_key: Mapped[str | None]
    code: Mapped[str | None] = mapped_column(Encrypted())
    is_call: Mapped[bool] = mapped_column(default=False)
    is_withheld: Mapped[bool] = mapped_column(default=False)  # came after the money went back
    ended_by: Mapped[str | None]
    received_at: Mapped[datetime | None]


class NumberReport(Base):
    """What a person said is wrong with a number, once for each number."""

    __tablename__ = "number_reports"
    __table_args__ = (
        one_of("reason", ReportReason),
        Index("ix_number_reports_kind", "sms_service_id", "country_id", "reported_at"),
    )

    active_number_id: Mapped[UUID] = mapped_column(ForeignKey("active_numbers.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str]
    sms_service_id: Mapped[UUID] = mapped_column(ForeignKey("sms_services.id"))
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"), index=True)
    operator: Mapped[str | None]
    provider: Mapped[str]
    reported_at: Mapped[datetime]


class UpstreamNotice(Base):
    """A doorbell of a provider: which number rang, never what it said.

    Texts are not kept here: anybody who finds the address may write anything into one.
    """

    __tablename__ = "upstream_notices"
    __table_args__ = (
        UniqueConstraint("provider", "upstream_id", "external_id"),
        Index("ix_upstream_notices_handled_at_next_attempt_at", "handled_at", "next_attempt_at"),
        Index("ix_upstream_notices_received_at", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str]
    upstream_id: Mapped[str]
    external_id: Mapped[str]  # the provider's id of the message, or a hash of what tells it from others
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None]


class UpstreamStranger(Base):
    """A number that runs at a provider and that no purchase of ours knows of."""

    __tablename__ = "upstream_strangers"

    provider: Mapped[str] = mapped_column(primary_key=True)
    upstream_id: Mapped[str] = mapped_column(primary_key=True)
    first_seen_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]  # of cancelling it, where the account is ours alone
    attempts: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]
