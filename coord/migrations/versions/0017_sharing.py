"""Clients shared with other organizations; jobs that time asks for."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime


def _share() -> None:
    op.create_table(
        "client_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("with_identity", sa.Boolean(), nullable=False),
        sa.Column("from_at", _moment(), nullable=True),
        sa.Column("until_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_share_client_id_client"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_client_share_hospital_id_organization"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_client_share_organization_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_client_share"),
        sa.UniqueConstraint("origin_id", name="uq_client_share_origin_id"),
    )
    op.create_index("ix_client_share_client_id", "client_share", ["client_id"])
    op.create_index("ix_client_share_consent_id", "client_share", ["consent_id"])
    op.create_index("ix_client_share_organization", "client_share", ["organization_id", "client_id"])


def upgrade() -> None:
    _share()
    op.create_table(
        "scheduled_job",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("next_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_scheduled_job"),
    )


def downgrade() -> None:
    op.drop_table("scheduled_job")
    op.drop_table("client_share")
