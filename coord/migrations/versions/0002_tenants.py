"""Each foundation has a directory of its own: codes and words are unique within it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The foundation of a program in which the organization takes part, else the oldest foundation.
_FIRST_FOUNDATION = "(SELECT id FROM organization WHERE kind = 'FOUNDATION' ORDER BY id LIMIT 1)"
_OF_PROGRAM = (
    "(SELECT p.foundation_id FROM participation j JOIN program p ON p.id = j.program_id"
    " WHERE j.organization_id = organization.id ORDER BY p.id LIMIT 1)"
)
_UNIQUE = (
    ("organization", "code", "foundation_id"),
    ("program", "code", "foundation_id"),
    ("worker", "code", "employer_id"),
    ("service_name", "name", "foundation_id"),
)


def upgrade() -> None:
    for table in ("organization", "service_name"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("foundation_id", sa.Uuid(), nullable=True))
    op.execute(f"UPDATE organization SET foundation_id = coalesce({_OF_PROGRAM}, {_FIRST_FOUNDATION}, id)")
    op.execute(f"UPDATE service_name SET foundation_id = {_FIRST_FOUNDATION}")
    # Words without a foundation were of no use to anybody.
    op.execute("DELETE FROM service_name WHERE foundation_id IS NULL")
    for table in ("organization", "service_name"):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("foundation_id", existing_type=sa.Uuid(), nullable=False)
            batch.create_foreign_key(
                f"fk_{table}_foundation_id_organization", "organization", ["foundation_id"], ["id"]
            )
    for table, own, owner in _UNIQUE:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"uq_{table}_{own}", type_="unique")
            batch.create_unique_constraint(f"uq_{table}_{owner}_{own}", [owner, own])


def downgrade() -> None:
    for table, own, owner in _UNIQUE:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"uq_{table}_{owner}_{own}", type_="unique")
            batch.create_unique_constraint(f"uq_{table}_{own}", [own])
    for table in ("service_name", "organization"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_foundation_id_organization", type_="foreignkey")
            batch.drop_column("foundation_id")
