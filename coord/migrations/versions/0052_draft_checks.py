"""Who checked which words of a disclosure's draft."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "draft_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("period", _text(length=8), nullable=False),
        sa.Column("digest", _text(length=64), nullable=False),
        sa.Column("checked_at", _moment(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("checked_by_name", _text(length=80), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_draft_check_program_id_program")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["app_user.id"], name=op.f("fk_draft_check_checked_by_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_check")),
        sa.UniqueConstraint("program_id", "period", "digest", name=op.f("uq_draft_check_program_id_period_digest")),
    )


def downgrade() -> None:
    op.drop_table("draft_check")
