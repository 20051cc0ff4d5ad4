"""When administrators were last told that an impact assessment ends."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("impact_assessment", sa.Column("reminded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("impact_assessment", "reminded_at")
