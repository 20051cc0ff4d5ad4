"""The discharge that a referral follows."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("referral") as batch:
        batch.add_column(sa.Column("discharged_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.execute(
        "UPDATE referral SET discharged_at = (SELECT max(d.discharged_at) FROM discharge d"
        " WHERE d.client_id = referral.client_id AND d.readmitted_on IS NULL)"
        " WHERE state IN ('SENT', 'RECEIVED', 'RETURNED', 'ACCEPTED', 'UNREACHABLE')"
    )


def downgrade() -> None:
    with op.batch_alter_table("referral") as batch:
        batch.drop_column("discharged_at")
