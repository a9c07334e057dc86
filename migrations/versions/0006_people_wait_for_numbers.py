"""People wait for numbers that have run out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_watches",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sms_service_id", sa.Uuid(), nullable=False),
        sa.Column("country_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["country_id"], ["countries.id"], name=op.f("fk_stock_watches_country_id")),
        sa.ForeignKeyConstraint(
            ["sms_service_id"], ["sms_services.id"], name=op.f("fk_stock_watches_sms_service_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stock_watches_user_id")),
        sa.PrimaryKeyConstraint("user_id", "sms_service_id", "country_id", name=op.f("pk_stock_watches")),
    )
    op.create_index("ix_stock_watches_sms_service_id", "stock_watches", ["sms_service_id"])
    op.create_index("ix_stock_watches_country_id", "stock_watches", ["country_id"])


def downgrade() -> None:
    op.drop_table("stock_watches")
