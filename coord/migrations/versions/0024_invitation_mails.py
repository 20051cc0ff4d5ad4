"""Mails to people who have no account yet: a sealed address and a language in place of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing_mail") as batch:
        batch.alter_column("user_id", existing_type=sa.Uuid(), nullable=True)
        batch.add_column(sa.Column("address", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("language", sa.String(length=8), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM outgoing_mail WHERE user_id IS NULL")
    with op.batch_alter_table("outgoing_mail") as batch:
        batch.drop_column("language")
        batch.drop_column("address")
        batch.alter_column("user_id", existing_type=sa.Uuid(), nullable=False)
