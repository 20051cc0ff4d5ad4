"""Reminders of late months, samples of evidence, corrective actions."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString


def _choice(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _month_reminder() -> None:
    op.create_table(
        "month_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_at", _moment(), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=True),
        _refers("month_reminder", "program_id", "program"),
        _refers("month_reminder", "hospital_id", "organization"),
        _refers("month_reminder", "sent_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_reminder")),
        sa.UniqueConstraint("hospital_id", "program_id", "sent_on", name=op.f("uq_month_reminder_hospital_id_program_id_sent_on")),
    )
    op.create_index(op.f("ix_month_reminder_program_id"), "month_reminder", ["program_id"])


def _evidence_sample() -> None:
    op.create_table(
        "evidence_sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("month", _text(length=7), nullable=False),
        sa.Column("seed", _text(length=32), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("frame_print", _text(length=64), nullable=False),
        sa.Column("drawn_at", _moment(), nullable=False),
        sa.Column("drawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_by_name", _text(length=80), nullable=False),
        _refers("evidence_sample", "program_id", "program"),
        _refers("evidence_sample", "hospital_id", "organization"),
        _refers("evidence_sample", "drawn_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_sample")),
        sa.UniqueConstraint("hospital_id", "program_id", "month", name=op.f("uq_evidence_sample_hospital_id_program_id_month")),
    )
    op.create_index(op.f("ix_evidence_sample_program_id"), "evidence_sample", ["program_id"])


def _evidence_check() -> None:
    op.create_table(
        "evidence_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("found", _choice("found", "SEEN", "NOT_SEEN", "MISMATCH"), nullable=True),
        sa.Column("note", _text(length=400), nullable=True),
        sa.Column("checked_at", _moment(), nullable=True),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("checked_by_name", _text(length=80), nullable=True),
        _refers("evidence_check", "sample_id", "evidence_sample"),
        _refers("evidence_check", "contact_id", "service_contact"),
        _refers("evidence_check", "checked_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_check")),
        sa.UniqueConstraint("sample_id", "contact_id", name=op.f("uq_evidence_check_sample_id_contact_id")),
    )
    op.create_index(op.f("ix_evidence_check_contact_id"), "evidence_check", ["contact_id"])


def _corrective_action() -> None:
    op.create_table(
        "corrective_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("origin", _choice("origin", "EVIDENCE", "QUALITY", "LATE_MONTH"), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("month", _text(length=7), nullable=False),
        sa.Column("title", _text(length=200), nullable=False),
        sa.Column("owner", _choice("owner", "HOSPITAL", "FOUNDATION"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", _choice("state", "OPEN", "DONE", "VERIFIED"), nullable=False),
        sa.Column("sent_back_because", _text(length=400), nullable=True),
        sa.Column("answer", _text(length=400), nullable=True),
        sa.Column("opened_at", _moment(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by_name", _text(length=80), nullable=False),
        *(
            column
            for step in ("done", "verified")
            for column in (
                sa.Column(f"{step}_at", _moment(), nullable=True),
                sa.Column(f"{step}_by_id", sa.Uuid(), nullable=True),
                sa.Column(f"{step}_by_name", _text(length=80), nullable=True),
            )
        ),
        sa.CheckConstraint("verified_by_id IS NULL OR verified_by_id <> done_by_id", name=op.f("ck_corrective_action_two_people")),
        _refers("corrective_action", "program_id", "program"),
        _refers("corrective_action", "hospital_id", "organization"),
        _refers("corrective_action", "check_id", "evidence_check"),
        *(_refers("corrective_action", f"{step}_by_id", "app_user") for step in ("opened", "done", "verified")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
    )
    op.create_index("ix_corrective_action_due", "corrective_action", ["program_id", "state", "due_on"])
    op.create_index(op.f("ix_corrective_action_hospital_id"), "corrective_action", ["hospital_id"])


def upgrade() -> None:
    _month_reminder()
    _evidence_sample()
    _evidence_check()
    _corrective_action()


def downgrade() -> None:
    for table in ("corrective_action", "evidence_check", "evidence_sample", "month_reminder"):
        op.drop_table(table)
