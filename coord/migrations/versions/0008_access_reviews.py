"""The quarterly review of who has access; when somebody last signed in, and when all their browsers were signed out."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    op.add_column("app_user", sa.Column("last_signed_in_at", moment, nullable=True))
    op.add_column("app_user", sa.Column("signed_out_at", moment, nullable=True))
    # The sessions that are still there are all that is known of earlier days.
    op.execute(
        "UPDATE app_user SET last_signed_in_at ="
        " (SELECT max(created_at) FROM web_session WHERE web_session.user_id = app_user.id)"
    )
    op.create_table(
        "access_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("verdict", sa.Enum("KEPT", "ENDED", name="verdict", native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column("decided_at", moment, nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["foundation_id"], ["organization.id"], name="fk_access_review_foundation_id_organization"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_access_review_membership_id_membership"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["app_user.id"], name="fk_access_review_decided_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_access_review"),
        sa.UniqueConstraint("membership_id", "quarter", name="uq_access_review_membership_id_quarter"),
    )
    op.create_index("ix_access_review_foundation_id", "access_review", ["foundation_id"])


def downgrade() -> None:
    op.drop_table("access_review")
    with op.batch_alter_table("app_user") as batch:
        batch.drop_column("signed_out_at")
        batch.drop_column("last_signed_in_at")
