"""How often each person has searched, exported, imported and read names within the present hour."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("names", "searches", "exports", "imports")),
        sa.ForeignKeyConstraint(["id"], ["app_user.id"], name=op.f("fk_pace_count_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pace_count")),
    )


def downgrade() -> None:
    op.drop_table("pace_count")
