"""Why a client is restricted: for a reason, or because an erasure waits for the law."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_CAUSE = sa.Enum(
    "REASON", "ERASURE", name="restriction_cause", native_enum=False, create_constraint=True, length=32
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("client_restriction") as batch:
        batch.add_column(sa.Column("cause", _CAUSE, nullable=False, server_default="REASON"))
    with op.batch_alter_table("client_restriction") as batch:
        batch.alter_column("cause", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("client_restriction") as batch:
        batch.drop_constraint(op.f("ck_client_restriction_restriction_cause"), type_="check")
        batch.drop_column("cause")
