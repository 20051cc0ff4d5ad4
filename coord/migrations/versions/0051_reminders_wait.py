"""Reminders of late months wait a minute before they go out, and can be taken back until then."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_LIVE = sa.text("taken_back_at IS NULL")
_ONCE = ["hospital_id", "program_id", "sent_on"]


def upgrade() -> None:
    with op.batch_alter_table("month_reminder") as batch:
        batch.add_column(sa.Column("told_at", _moment(), nullable=True))
        batch.add_column(sa.Column("taken_back_at", _moment(), nullable=True))
        batch.drop_constraint("uq_month_reminder_hospital_id_program_id_sent_on", type_="unique")
    op.execute("UPDATE month_reminder SET told_at = sent_at")
    op.create_index(
        "uq_month_reminder_live", "month_reminder", _ONCE, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
    )


def downgrade() -> None:
    op.execute("DELETE FROM month_reminder WHERE taken_back_at IS NOT NULL")
    op.drop_index("uq_month_reminder_live", table_name="month_reminder")
    with op.batch_alter_table("month_reminder") as batch:
        batch.drop_column("taken_back_at")
        batch.drop_column("told_at")
        batch.create_unique_constraint("uq_month_reminder_hospital_id_program_id_sent_on", _ONCE)
