"""The register of impact assessments."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "impact_assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        sa.Column("activity", _codes("activity", "SENSITIVE", "AUTOMATED", "ENTRUSTED_OR_SHARED", "CROSS_BORDER", "OTHER_MAJOR"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        *(sa.Column(name, sa.String(length=2000), nullable=False) for name in ("necessity", "effects", "measures")),
        sa.Column("risk", _codes("risk", "LOW", "MEDIUM", "HIGH"), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_name", sa.String(length=100), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_by_name", sa.String(length=100), nullable=True),
        sa.Column("reviewed_at", _moment(), nullable=True),
        sa.CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> made_by_id", name=op.f("ck_impact_assessment_two_people")),
        sa.ForeignKeyConstraint(["foundation_id"], ["organization.id"], name="fk_impact_assessment_foundation_id_organization"),
        sa.ForeignKeyConstraint(["made_by_id"], ["app_user.id"], name="fk_impact_assessment_made_by_id_app_user"),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["app_user.id"], name="fk_impact_assessment_reviewed_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_impact_assessment"),
    )
    op.create_index("ix_impact_assessment_foundation_id", "impact_assessment", ["foundation_id"])


def downgrade() -> None:
    op.drop_table("impact_assessment")
