"""Process records: how a service was done and what comes next. Groups say whom they look for, and how many."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_METHODS = (
    "INTERVIEW", "WARD", "PHONE", "VIDEO", "HOME_VISIT", "ONLINE", "ACCOMPANIMENT", "RESOURCE_VISIT", "SCHOOL_VISIT",
    "INSTITUTION_VISIT", "LETTER", "OTHER",
)  # fmt: skip


def _choice(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


_KINDS = (
    "SAME_CLIENT_TWO_WORKERS", "OVERLAPPING_TIMES", "TOO_SHORT", "TOO_LONG", "BACKDATED", "ENTERED_IN_BURST", "COPIED_NOTE",
)  # fmt: skip
_NEW_KINDS = ("OFF_HOURS", "NO_CONSENT", "AFTER_CLOSURE")


def _flags_are(*kinds: str) -> None:
    """Let the CHECK of the kinds of flags allow these."""
    with op.batch_alter_table("quality_flag") as batch:
        batch.drop_constraint(op.f("ck_quality_flag_kind"), type_="check")
    with op.batch_alter_table("quality_flag") as batch:
        batch.create_check_constraint(op.f("ck_quality_flag_kind"), sa.column("kind").in_(kinds))


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_process_record_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "process_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("note_key_id", sa.Uuid(), nullable=True),
        sa.Column("method", _choice("method", *_METHODS), nullable=True),
        sa.Column("risk_change", _choice("risk_change", "LOWER", "SAME", "HIGHER"), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("travel_minutes", "record_minutes", "volunteers", "satisfaction")),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        _refers("id", "service_contact"),
        _refers("client_id", "client"),
        _refers("hospital_id", "organization"),
        _refers("note_key_id", "note_key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_record")),
    )
    for column in ("client_id", "next_on"):
        op.create_index(op.f(f"ix_process_record_{column}"), "process_record", [column])
    op.add_column("service_group", sa.Column("recruitment", sa.String(length=400), nullable=True))
    op.add_column("service_group", sa.Column("planned_members", sa.Integer(), nullable=True))
    _flags_are(*_KINDS, *_NEW_KINDS)


def downgrade() -> None:
    flags = sa.table("quality_flag", sa.column("kind"))
    op.execute(sa.delete(flags).where(flags.c.kind.in_(_NEW_KINDS)))
    _flags_are(*_KINDS)
    with op.batch_alter_table("service_group") as batch:
        batch.drop_column("planned_members")
        batch.drop_column("recruitment")
    op.drop_table("process_record")
