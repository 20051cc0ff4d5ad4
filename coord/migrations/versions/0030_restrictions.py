"""Restricted clients, and the legal role that sees them."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_ROLES = (
    "ADMINISTRATOR", "AGENCY_MANAGER", "API_CLIENT", "COMMUNITY_RECEIVER", "EVALUATOR", "HOSPITAL_COORDINATOR",
    "PROGRAM_OFFICER", "SOCIAL_WORKER", "SPONSOR_VIEWER", "SUPERVISOR",
)  # fmt: skip


def _allow_roles(*roles: str) -> None:
    listed = ", ".join(f"'{role}'" for role in sorted(roles))
    for table in ("membership", "invitation"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_role"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_role"), f"role IN ({listed})")


def upgrade() -> None:
    _allow_roles(*_ROLES, "PRIVACY_OFFICER")
    op.create_table(
        "client_restriction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("restricted_at", _moment(), nullable=False),
        sa.Column("restricted_by_id", sa.Uuid(), nullable=True),
        sa.Column("restricted_by_name", sa.String(length=100), nullable=False),
        sa.Column("lifted_at", _moment(), nullable=True),
        sa.Column("lifted_by_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_by_name", sa.String(length=100), nullable=True),
        sa.Column("lift_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_restriction_client_id_client"),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["organization.id"], name="fk_client_restriction_hospital_id_organization"
        ),
        sa.ForeignKeyConstraint(
            ["restricted_by_id"], ["app_user.id"], name="fk_client_restriction_restricted_by_id_app_user"
        ),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["app_user.id"], name="fk_client_restriction_lifted_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_client_restriction"),
    )
    op.create_index("ix_client_restriction_client_id", "client_restriction", ["client_id"])
    op.create_index("ix_client_restriction_hospital_id", "client_restriction", ["hospital_id"])
    live = sa.column("lifted_at").is_(None)
    op.create_index(
        "uq_client_restriction_live", "client_restriction", ["client_id"], unique=True,
        sqlite_where=live, postgresql_where=live,
    )


def downgrade() -> None:
    op.drop_table("client_restriction")
    for table in ("membership", "invitation"):
        op.execute(f"DELETE FROM {table} WHERE role = 'PRIVACY_OFFICER'")
    _allow_roles(*_ROLES)
