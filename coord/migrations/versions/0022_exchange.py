"""Identifiers under which partners' systems know a referral."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=200), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_identifier_referral_id_referral"),
        sa.ForeignKeyConstraint(["source_id"], ["organization.id"], name="fk_referral_identifier_source_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_identifier"),
        sa.UniqueConstraint("source_id", "system", "value", name="uq_referral_identifier_source_id_system_value"),
    )
    op.create_index("ix_referral_identifier_referral_id", "referral_identifier", ["referral_id"])


def downgrade() -> None:
    op.drop_table("referral_identifier")
