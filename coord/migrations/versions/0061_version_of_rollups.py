"""Since when the sums and pairs of a program say the same."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("measure_state", sa.Column("version", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("measure_state", "version")
