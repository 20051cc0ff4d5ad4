"""When an opening in an emergency was told again because nobody had reviewed it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("emergency_access", sa.Column("escalated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("emergency_access") as batch:
        batch.drop_column("escalated_at")
