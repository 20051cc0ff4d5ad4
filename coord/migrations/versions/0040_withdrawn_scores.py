"""Scales that were entered by mistake: withdrawn with a reason, never deleted."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def _allow(*statuses: str) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    with op.batch_alter_table("scale_score") as batch:
        batch.drop_constraint(op.f("ck_scale_score_status"), type_="check")
        batch.create_check_constraint(op.f("ck_scale_score_status"), f"status IN ({listed})")


def upgrade() -> None:
    _allow("COMPLETE", "INCOMPLETE", "WITHDRAWN")
    with op.batch_alter_table("scale_score") as batch:
        batch.add_column(sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key("fk_scale_score_withdrawn_by_id_app_user", "app_user", ["withdrawn_by_id"], ["id"])
    with op.batch_alter_table("scale_answers") as batch:
        batch.add_column(sa.Column("withdrawal_reason", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.execute("UPDATE scale_score SET status = 'INCOMPLETE' WHERE status = 'WITHDRAWN'")
    _allow("COMPLETE", "INCOMPLETE")
    with op.batch_alter_table("scale_answers") as batch:
        batch.drop_column("withdrawal_reason")
    with op.batch_alter_table("scale_score") as batch:
        batch.drop_constraint("fk_scale_score_withdrawn_by_id_app_user", type_="foreignkey")
        batch.drop_column("withdrawn_by_id")
        batch.drop_column("withdrawn_at")
