"""Private notes of a therapy, their author's alone."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "private_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_private_note_client_id_client"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_private_note_hospital_id_organization"),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name="fk_private_note_author_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_private_note"),
    )
    for column in ("client_id", "hospital_id", "author_id"):
        op.create_index(f"ix_private_note_{column}", "private_note", [column])


def downgrade() -> None:
    op.drop_table("private_note")
