"""Records that wait for somebody to decide, found without going through all that were decided about."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_WAITS = sa.column("status") == "SUBMITTED"


def upgrade() -> None:
    op.create_index(
        "ix_service_contact_waiting",
        "service_contact",
        ["hospital_id", "occurred_on", "id"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )


def downgrade() -> None:
    op.drop_index("ix_service_contact_waiting", "service_contact")
