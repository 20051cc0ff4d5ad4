"""Passkeys, and links for a new password; an authenticator is kept only once a code of it was shown."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    # Begun and never shown to work: whoever wants one begins again.
    op.execute("DELETE FROM second_factor WHERE confirmed_at IS NULL")
    with op.batch_alter_table("second_factor") as batch:
        batch.alter_column("confirmed_at", existing_type=_moment(), nullable=False)
        batch.drop_column("started_at")
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("aaguid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("verifies_user", sa.Boolean(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("last_used_at", _moment(), nullable=True),
        sa.Column("refused_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_passkey_user_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passkey_challenge"),
        sa.UniqueConstraint("key", name="uq_passkey_challenge_key"),
    )
    op.create_table(
        "password_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_password_reset_user_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_password_reset"),
        sa.UniqueConstraint("token_hash", name="uq_password_reset_token_hash"),
    )
    op.create_index("ix_password_reset_user_id", "password_reset", ["user_id"])


def downgrade() -> None:
    op.drop_table("password_reset")
    op.drop_table("passkey_challenge")
    op.drop_table("passkey")
    with op.batch_alter_table("second_factor") as batch:
        batch.add_column(sa.Column("started_at", _moment(), nullable=True))
        batch.alter_column("confirmed_at", existing_type=_moment(), nullable=True)
    op.execute("UPDATE second_factor SET started_at = confirmed_at")
    with op.batch_alter_table("second_factor") as batch:
        batch.alter_column("started_at", existing_type=_moment(), nullable=False)
