"""Imports of people, and taking them back."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_BASES = ("ASKED_BY_PERSON", "CONSENT_WITHDRAWN", "RETENTION_OVER", "UNLAWFUL", "ORDERED")
_MORE = "ENTERED_IN_ERROR"


def _allow_bases(*names: str) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    for table, column, named in (
        ("client", "erasure_basis", "ck_client_erasure_basis"),
        ("erasure_request", "basis", "ck_erasure_request_basis"),
    ):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(named), type_="check")
            batch.create_check_constraint(op.f(named), f"{column} IN ({listed})")


def upgrade() -> None:
    kind = sa.Enum("CONTACTS", "CLIENTS", name="kind", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("contact_import") as batch:
        batch.add_column(sa.Column("kind", kind, nullable=False, server_default="CONTACTS"))
        batch.add_column(sa.Column("undone_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    with op.batch_alter_table("contact_import") as batch:
        batch.alter_column("kind", existing_type=sa.String(length=32), server_default=None)
    _allow_bases(*_BASES, _MORE)


def downgrade() -> None:
    op.execute(f"UPDATE client SET erasure_basis = 'UNLAWFUL' WHERE erasure_basis = '{_MORE}'")  # noqa: S608  a constant
    op.execute(f"DELETE FROM erasure_request WHERE basis = '{_MORE}'")  # noqa: S608  a constant of this file
    _allow_bases(*_BASES)
    op.execute("DELETE FROM import_file WHERE id IN (SELECT id FROM contact_import WHERE kind = 'CLIENTS')")
    op.execute("DELETE FROM contact_import WHERE kind = 'CLIENTS'")
    with op.batch_alter_table("contact_import") as batch:
        batch.drop_constraint(op.f("ck_contact_import_kind"), type_="check")
        batch.drop_column("undone_at")
        batch.drop_column("kind")
