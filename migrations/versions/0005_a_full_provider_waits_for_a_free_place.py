"""A full provider waits for a free place."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("provider_pauses", sa.Column("waiting_below", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("provider_pauses", "waiting_below")
