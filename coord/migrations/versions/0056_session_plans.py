"""What a group means to do at a session, and the money that a session used."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("planned_session", sa.Column("plan", sa.String(2000), nullable=True))
    op.add_column("process_record", sa.Column("budget_used", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("process_record", "budget_used")
    op.drop_column("planned_session", "plan")
