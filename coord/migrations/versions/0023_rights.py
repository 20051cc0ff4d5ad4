"""Copies of a person's data held back, and corrections with what was said before."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_FIELDS = ("NAME", "PHONE", "BIRTH_YEAR", "GENDER", "DISTRICT")


def _of_client(table: str) -> list:
    return [
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=f"fk_{table}_client_id_client"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name=f"fk_{table}_hospital_id_organization"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def upgrade() -> None:
    op.create_table(
        "export_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _moment(), nullable=False),
        sa.Column("until_at", _moment(), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> asked_by_id", name="two_people"
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["app_user.id"], name="fk_export_hold_asked_by_id_app_user"),
        sa.ForeignKeyConstraint(["approved_by_id"], ["app_user.id"], name="fk_export_hold_approved_by_id_app_user"),
        *_of_client("export_hold"),
    )
    op.create_index("ix_export_hold_client_id", "export_hold", ["client_id"])
    op.create_table(
        "client_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(*_FIELDS, name="corrected_field", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name="fk_client_correction_by_id_app_user"),
        *_of_client("client_correction"),
    )
    op.create_index("ix_client_correction_client_id", "client_correction", ["client_id"])


def downgrade() -> None:
    op.drop_table("client_correction")
    op.drop_table("export_hold")
