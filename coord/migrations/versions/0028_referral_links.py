"""Signed links: what opens one referral to a provider without an account."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_ACTIONS = ("ANSWER", "CONTACT", "FEEDBACK")


def upgrade() -> None:
    with op.batch_alter_table("receiver") as batch:
        batch.add_column(sa.Column("answers_by_link", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("receiver") as batch:
        batch.alter_column("answers_by_link", server_default=None)
    op.create_table(
        "referral_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["app_user.id"], name="fk_referral_link_created_by_id_app_user"),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_link_referral_id_referral"),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["app_user.id"], name="fk_referral_link_revoked_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_link"),
        sa.UniqueConstraint("token_hash", name="uq_referral_link_token_hash"),
    )
    op.create_index("ix_referral_link_referral_id", "referral_link", ["referral_id"], unique=False)
    op.create_table(
        "referral_link_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(*_ACTIONS, name="action", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["referral_link.id"], name="fk_referral_link_use_link_id_referral_link"),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_referral_link_use_referral_id_referral"),
        sa.PrimaryKeyConstraint("id", name="pk_referral_link_use"),
        sa.UniqueConstraint("link_id", "action", name="uq_referral_link_use_link_id_action"),
    )
    op.create_index("ix_referral_link_use_referral_id", "referral_link_use", ["referral_id"], unique=False)


def downgrade() -> None:
    op.drop_table("referral_link_use")
    op.drop_table("referral_link")
    with op.batch_alter_table("receiver") as batch:
        batch.drop_column("answers_by_link")
