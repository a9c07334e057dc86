"""Ended numbers are not looked through for those that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    numbers = sa.table("active_numbers", sa.column("next_check_at"), sa.column("closed_upstream_at"))
    op.execute(numbers.update().where(numbers.c.closed_upstream_at.is_not(None)).values(next_check_at=None))
    op.create_index("ix_active_numbers_provider_status", "active_numbers", ["provider", "status"])
    op.create_index("ix_active_numbers_provider_created_at", "active_numbers", ["provider", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_active_numbers_provider_created_at", table_name="active_numbers")
    op.drop_index("ix_active_numbers_provider_status", table_name="active_numbers")
