"""Files at records and at cases, sealed as the words beside them are."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_KINDS = (
    "SIGN_IN_SHEET", "PHOTO", "SIGNED_FORM", "ASSESSMENT", "ECOMAP", "GENOGRAM", "CONFERENCE_NOTES", "BUDGET", "OTHER",
)  # fmt: skip


def _choice(name: str, values: tuple[str, ...]) -> sa.Column:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _attachment(table: str, **belongs: str) -> None:
    named = {**belongs, "attached_by_id": "app_user"}
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        _choice("kind", _KINDS),
        _choice("file_kind", ("PDF", "JPEG", "PNG")),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("attached_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attached_by_id", sa.Uuid(), nullable=True),
        sa.Column("attached_by_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        *(sa.Column(column, sa.Uuid(), nullable=False) for column in belongs),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in named.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in belongs:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    _attachment("contact_attachment", contact_id="service_contact", note_key_id="note_key")
    _attachment("case_attachment", case_id="case_file")


def downgrade() -> None:
    op.drop_table("case_attachment")
    op.drop_table("contact_attachment")
