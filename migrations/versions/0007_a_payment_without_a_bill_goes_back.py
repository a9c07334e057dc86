"""A payment without a bill goes back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = "why IN ('admin', 'mismatch', 'second')"
_AFTER = "why IN ('admin', 'mismatch', 'second', 'stray')"


def upgrade() -> None:
    with op.batch_alter_table("refunds", copy_from=_refunds(_BEFORE)) as refunds:
        refunds.alter_column("topup_id", existing_type=sa.Uuid(), nullable=True)
        refunds.add_column(sa.Column("payer_id", sa.Uuid(), nullable=True))
        refunds.create_foreign_key(op.f("fk_refunds_payer_id"), "users", ["payer_id"], ["id"])
        refunds.create_index(op.f("ix_refunds_payer_id"), ["payer_id"])
        refunds.drop_constraint(op.f("ck_refunds_why"), type_="check")
        refunds.create_check_constraint(op.f("ck_refunds_why"), sa.text(_AFTER))
        refunds.create_check_constraint(
            op.f("ck_refunds_belongs"), sa.text("(topup_id IS NULL) <> (payer_id IS NULL)")
        )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM refunds WHERE topup_id IS NULL"))
    after = _refunds(_AFTER)
    after.c.topup_id.nullable = True
    after.append_column(sa.Column("payer_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("refunds", copy_from=after) as refunds:
        if op.get_context().dialect.name == "postgresql":  # SQLite makes the table anew without it
            refunds.drop_constraint(op.f("ck_refunds_belongs"), type_="check")
            refunds.drop_constraint(op.f("fk_refunds_payer_id"), type_="foreignkey")
            refunds.drop_index(op.f("ix_refunds_payer_id"))
        refunds.drop_column("payer_id")
        refunds.alter_column("topup_id", existing_type=sa.Uuid(), nullable=False)
        refunds.drop_constraint(op.f("ck_refunds_why"), type_="check")
        refunds.create_check_constraint(op.f("ck_refunds_why"), sa.text(_BEFORE))


def _refunds(why: str) -> sa.Table:
    """The table as it was: SQLite makes it anew, and tells none of its checks by itself."""
    return sa.Table(
        "refunds",
        sa.MetaData(),
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
            "state IN ('asked', 'unknown', 'accepted', 'completed', 'failed')", name="ck_refunds_state"
        ),
        sa.CheckConstraint(why, name="ck_refunds_why"),
        sa.CheckConstraint("amount > 0 AND refunded_before >= 0", name="ck_refunds_amounts"),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_refunds_actor_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["transactions.id"], name="fk_refunds_hold_id"),
        sa.ForeignKeyConstraint(["topup_id"], ["topups.id"], name="fk_refunds_topup_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("key", name="uq_refunds_key"),
        sa.Index("ix_refunds_gateway_payment_id", "gateway", "payment_id"),
        sa.Index("ix_refunds_state_next_attempt_at", "state", "next_attempt_at"),
        *(sa.Index(f"ix_refunds_{column}", column) for column in ("actor_id", "hold_id", "topup_id")),
    )
