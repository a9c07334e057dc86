from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.states import (
    CHARGES,
    CLAW_BACKS,
    GIFTS,
    RefundState,
    RefundWhy,
    TopupState,
    TransactionStatus,
    TransactionType,
)
from db.tables.base import Base, Dated, one_of
from db.types import Credits

_NEGATIVE = ", ".join(f"'{word}'" for word in (*CHARGES, *CLAW_BACKS))
_POSITIVE = ", ".join(f"'{word}'" for word in (TransactionType.CREDIT_PURCHASE, *GIFTS))


class Transaction(Dated, Base):
    """One movement of credits. Its amount never changes; it is never deleted.

    A person's credits are the sum of the completed positive rows and of the pending or completed
    negative ones: a charge is held from the moment it is pending.
    """

    __tablename__ = "transactions"
    __table_args__ = (
        UniqueConstraint("gateway", "transaction_id_gateway", "type"),
        one_of("type", TransactionType),
        one_of("status", TransactionStatus),
        CheckConstraint(
            f"(type IN ({_NEGATIVE}) AND amount < 0) OR (type IN ({_POSITIVE}) AND amount > 0)"
            " OR (type = 'adjustment' AND amount <> 0)",
            name="sign",
        ),
        Index("ix_transactions_user_id_created_at", "user_id", "created_at"),
        Index("ix_transactions_status_type", "status", "type"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    type: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Credits())
    gateway: Mapped[str]
    transaction_id_gateway: Mapped[str | None]
    status: Mapped[str]
    topup_id: Mapped[UUID | None] = mapped_column(ForeignKey("topups.id"), index=True)
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("transactions.id"), index=True)
    reason: Mapped[str | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)


class Topup(Dated, Base):
    """What a person set out to pay; one may end in several payments, each a transaction."""

    __tablename__ = "topups"
    __table_args__ = (
        UniqueConstraint("gateway", "order_id"),
        one_of("state", TopupState),
        CheckConstraint("amount > 0 AND credits > 0 AND bonus >= 0", name="amounts"),
        Index("ix_topups_state_next_check_at", "state", "next_check_at"),
        Index("ix_topups_user_id_created_at", "user_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    gateway: Mapped[str]
    order_id: Mapped[str | None]
    amount: Mapped[Decimal] = mapped_column(Credits())
    currency: Mapped[str]
    gateway_amount: Mapped[Decimal | None] = mapped_column(Credits())  # in the gateway's own unit
    gateway_currency: Mapped[str | None]
    receiver: Mapped[str | None]  # our account there, as told when the bill was made
    credits: Mapped[Decimal] = mapped_column(Credits())
    bonus: Mapped[Decimal] = mapped_column(Credits(), default=Decimal(0))
    link: Mapped[str | None]
    copy_code: Mapped[str | None]
    state: Mapped[str]
    expires_at: Mapped[datetime]
    wanted_service_id: Mapped[UUID | None]  # where the person was going when credit ran short
    wanted_country_id: Mapped[int | None]
    next_check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)


class GatewayNotice(Base):
    """A doorbell that rang, stored before it is answered."""

    __tablename__ = "gateway_notices"
    __table_args__ = (
        UniqueConstraint("gateway", "external_id"),
        Index("ix_gateway_notices_handled_at_next_attempt_at", "handled_at", "next_attempt_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    external_id: Mapped[str]
    about: Mapped[str]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None]


class Refund(Dated, Base):
    """Money on its way back through a gateway; written down before the gateway hears of it."""

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("key"),
        one_of("state", RefundState),
        one_of("why", RefundWhy),
        CheckConstraint("amount > 0 AND refunded_before >= 0", name="amounts"),
        CheckConstraint("(topup_id IS NULL) <> (payer_id IS NULL)", name="belongs"),
        Index("ix_refunds_state_next_attempt_at", "state", "next_attempt_at"),
        Index("ix_refunds_gateway_payment_id", "gateway", "payment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]  # the order that asked for it: told twice, it is one
    topup_id: Mapped[UUID | None] = mapped_column(ForeignKey("topups.id"), index=True)
    payer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)  # where no top-up tells
    gateway: Mapped[str]
    payment_id: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Credits())  # in `currency`
    currency: Mapped[str]
    refunded_before: Mapped[Decimal] = mapped_column(Credits())  # gone already, or before us in the queue
    is_whole: Mapped[bool]
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("transactions.id"), index=True)  # credits taken
    why: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    error: Mapped[str | None]
