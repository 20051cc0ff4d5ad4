"""Minutes of supervision on each worker's attendance: the figures are counted without reading what was agreed."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("supervision_attendance") as batch:
        batch.add_column(sa.Column("agency_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("minutes", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch.create_foreign_key(
            "fk_supervision_attendance_agency_id_organization", "organization", ["agency_id"], ["id"]
        )
    _fill()
    with op.batch_alter_table("supervision_attendance") as batch:
        batch.alter_column("minutes", server_default=None)


def _fill() -> None:
    session = "FROM supervision_session s WHERE s.id = supervision_attendance.session_id"
    op.execute(
        "UPDATE supervision_attendance SET"  # noqa: S608  constants of this file
        f" minutes = (SELECT s.minutes {session}), withdrawn_at = (SELECT s.withdrawn_at {session})"
    )
    op.execute(
        "UPDATE supervision_attendance SET agency_id = (SELECT p.employer_id FROM placement p"
        " WHERE p.worker_id = supervision_attendance.worker_id AND p.hospital_id = supervision_attendance.hospital_id"
        " AND p.program_id = supervision_attendance.program_id AND p.employer_id <> p.hospital_id"
        " AND p.starts_on <= supervision_attendance.held_on"
        " AND (p.ends_on IS NULL OR p.ends_on >= supervision_attendance.held_on) ORDER BY p.starts_on DESC LIMIT 1)"
    )


def downgrade() -> None:
    with op.batch_alter_table("supervision_attendance") as batch:
        batch.drop_constraint("fk_supervision_attendance_agency_id_organization", type_="foreignkey")
        for name in ("withdrawn_at", "minutes", "agency_id"):
            batch.drop_column(name)
