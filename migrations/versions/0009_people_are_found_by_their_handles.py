"""People are found by their handles, in small and capital letters alike."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_users_handle", "users", [sa.text("lower(username)")])


def downgrade() -> None:
    op.drop_index("ix_users_handle", table_name="users")
