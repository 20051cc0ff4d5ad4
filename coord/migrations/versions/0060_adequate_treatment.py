"""Whether the treatment was adequate, as the treating doctor says at the closure of a case."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_TABLES = ("case_closing", "case_file")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(
            table, sa.Column("adequate_treatment", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True)
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "adequate_treatment")
