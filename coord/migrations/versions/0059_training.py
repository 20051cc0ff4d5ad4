"""When whoever fills a post was trained for it, and how many certificates a training of supporters gave."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_GIVEN = sa.text("certificates IS NOT NULL")


def upgrade() -> None:
    op.add_column("placement", sa.Column("trained_on", sa.Date(), nullable=True))
    op.add_column("service_contact", sa.Column("certificates", sa.Integer(), nullable=True))
    op.create_index(
        "ix_service_contact_certificates", "service_contact", ["program_id", "occurred_on"], sqlite_where=_GIVEN,
        postgresql_where=_GIVEN,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_service_contact_certificates", "service_contact")
    op.drop_column("service_contact", "certificates")
    op.drop_column("placement", "trained_on")
