"""Refunds are written down before a gateway hears of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("topup_id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("refunded_before", sa.BigInteger(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'unknown', 'accepted', 'completed', 'failed')",
            name=op.f("ck_refunds_state"),
        ),
        sa.CheckConstraint("why IN ('admin', 'mismatch', 'second')", name=op.f("ck_refunds_why")),
        sa.CheckConstraint("amount > 0 AND refunded_before >= 0", name=op.f("ck_refunds_amounts")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_refunds_actor_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["transactions.id"], name=op.f("fk_refunds_hold_id")),
        sa.ForeignKeyConstraint(["topup_id"], ["topups.id"], name=op.f("fk_refunds_topup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
    )
    op.create_index("ix_refunds_gateway_payment_id", "refunds", ["gateway", "payment_id"])
    op.create_index("ix_refunds_state_next_attempt_at", "refunds", ["state", "next_attempt_at"])
    for column in ("actor_id", "hold_id", "topup_id"):
        op.create_index(op.f(f"ix_refunds_{column}"), "refunds", [column])


def downgrade() -> None:
    for column in ("topup_id", "hold_id", "actor_id"):
        op.drop_index(op.f(f"ix_refunds_{column}"), table_name="refunds")
    op.drop_index("ix_refunds_state_next_attempt_at", table_name="refunds")
    op.drop_index("ix_refunds_gateway_payment_id", table_name="refunds")
    op.drop_table("refunds")
