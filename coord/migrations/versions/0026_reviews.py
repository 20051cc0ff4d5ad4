"""Reviews of records: seeds, drawn records, decisions."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_KINDS = (
    "TOO_LITTLE_SAID", "WRONG_TIME", "WRONG_PERSON", "WRONG_SERVICE", "ENTERED_TWICE", "PROOF_MISSING", "OTHER",
)  # fmt: skip


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _key(column: str, table: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))


def upgrade() -> None:
    op.create_table(
        "review_seed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(length=7), nullable=False),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        _key("program_id", "review_seed", "program"),
        _key("hospital_id", "review_seed", "organization"),
        _key("worker_id", "review_seed", "worker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_seed")),
        sa.UniqueConstraint(
            "worker_id", "hospital_id", "program_id", "month",
            name=op.f("uq_review_seed_worker_id_hospital_id_program_id_month"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_review_seed_program_id"), "review_seed", ["program_id"])
    op.create_index(op.f("ix_review_seed_hospital_id"), "review_seed", ["hospital_id"])
    op.create_table(
        "review_pick",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("seed_id", sa.Uuid(), nullable=False),
        _key("contact_id", "review_pick", "service_contact"),
        _key("seed_id", "review_pick", "review_seed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_pick")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_review_pick_contact_id")),
    )
    op.create_index(op.f("ix_review_pick_seed_id"), "review_pick", ["seed_id"])
    op.create_table(
        "record_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("decision", _enum("decision", "APPROVED", "RETURNED"), nullable=False),
        sa.Column("kind", _enum("kind", *_KINDS), nullable=True),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=400), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("undone_at", _moment(), nullable=True),
        _key("contact_id", "record_review", "service_contact"),
        _key("by_id", "record_review", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_review")),
    )
    op.create_index(op.f("ix_record_review_contact_id"), "record_review", ["contact_id"])
    op.create_index(op.f("ix_record_review_batch_id"), "record_review", ["batch_id"])


def downgrade() -> None:
    op.drop_table("record_review")
    op.drop_table("review_pick")
    op.drop_table("review_seed")
