"""Numbers are heard of from outside, reported by people, guarded by success, and rented again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _hear_of_numbers()
    _pause_sales()
    _report_numbers()
    op.add_column("offers", sa.Column("reactivates_number_id", sa.Uuid(), nullable=True))
    op.add_column("active_numbers", sa.Column("reactivates_id", sa.Uuid(), nullable=True))
    for table in ("active_numbers", "sms_messages"):
        paid = sa.Column("paid_reactivations", sa.Integer(), server_default="0", nullable=False)
        op.add_column(table, paid)
    op.create_index("ix_active_numbers_reactivates_id", "active_numbers", ["reactivates_id"])
    op.create_index(
        "ix_active_numbers_kind", "active_numbers", ["provider", "sms_service_id", "country_id", "created_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_active_numbers_kind", table_name="active_numbers")
    op.drop_index("ix_active_numbers_reactivates_id", table_name="active_numbers")
    for table in ("sms_messages", "active_numbers"):
        op.drop_column(table, "paid_reactivations")
    op.drop_column("active_numbers", "reactivates_id")
    op.drop_column("offers", "reactivates_number_id")
    op.drop_table("number_reports")
    op.drop_table("sale_pauses")
    op.drop_table("upstream_notices")


def _hear_of_numbers() -> None:
    op.create_table(
        "upstream_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("upstream_id", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upstream_notices")),
        sa.UniqueConstraint(
            "provider",
            "upstream_id",
            "external_id",
            name=op.f("uq_upstream_notices_provider_upstream_id_external_id"),
        ),
    )
    due = ["handled_at", "next_attempt_at"]
    op.create_index("ix_upstream_notices_handled_at_next_attempt_at", "upstream_notices", due)
    op.create_index("ix_upstream_notices_received_at", "upstream_notices", ["received_at"])


def _pause_sales() -> None:
    op.create_table(
        "sale_pauses",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_sale_pauses_country_id")),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_sale_pauses_sms_service_id")
        ),
        sa.PrimaryKeyConstraint("provider", "sms_service_id", "country_id", name=op.f("pk_sale_pauses")),
    )
    op.create_index("ix_sale_pauses_sms_service_id", "sale_pauses", ["sms_service_id"])
    op.create_index("ix_sale_pauses_country_id", "sale_pauses", ["country_id"])


def _report_numbers() -> None:
    op.create_table(
        "number_reports",
        sa.Column("active_number_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(), nullable=True),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('already_used', 'refused', 'other')", name=op.f("ck_number_reports_reason")
        ),
        sa.ForeignKeyConstraint(
            ["active_number_id"], ["active_numbers.id"], name=op.f("fk_number_reports_active_number_id")
        ),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_number_reports_country_id")),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_number_reports_sms_service_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_number_reports_user_id")),
        sa.PrimaryKeyConstraint("active_number_id", name=op.f("pk_number_reports")),
    )
    op.create_index("ix_number_reports_user_id", "number_reports", ["user_id"])
    op.create_index("ix_number_reports_country_id", "number_reports", ["country_id"])
    kind = ["sms_service_id", "country_id", "reported_at"]
    op.create_index("ix_number_reports_kind", "number_reports", kind)
