"""Invitations."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROLES = (
    "ADMINISTRATOR", "AGENCY_MANAGER", "API_CLIENT", "COMMUNITY_RECEIVER", "EVALUATOR", "HOSPITAL_COORDINATOR",
    "PROGRAM_OFFICER", "SOCIAL_WORKER", "SPONSOR_VIEWER", "SUPERVISOR",
)  # fmt: skip


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.Enum(*_ROLES, name="role", native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("accepted_at", moment, nullable=True),
        sa.Column("revoked_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["foundation_id"], ["organization.id"], name="fk_invitation_foundation_id_organization"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_invitation_organization_id_organization"),
        sa.ForeignKeyConstraint(["invited_by_id"], ["app_user.id"], name="fk_invitation_invited_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    )
    op.create_index("ix_invitation_foundation_id", "invitation", ["foundation_id"])


def downgrade() -> None:
    op.drop_table("invitation")
