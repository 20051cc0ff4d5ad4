"""Supervision: sessions, attendance, private worries; more settings of a program."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString
_SETTINGS = ("QUIET_DAYS", "SUBMIT_DAY", "REVIEW_DAY", "LOCK_DAY")
_MORE = ("BACKDATE_DAYS", "CASELOAD", "SUPERVISION_MINUTES", "SUPERVISION_MINUTES_NEW", "READMISSION_DAYS")


def _key(column: str, table: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))


def _allow_settings(*names: str) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("program_setting") as batch:
        batch.drop_constraint(op.f("ck_program_setting_setting"), type_="check")
        batch.create_check_constraint(op.f("ck_program_setting_setting"), f"setting IN ({listed})")


def upgrade() -> None:
    _allow_settings(*_SETTINGS, *_MORE)
    op.create_table(
        "supervision_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_name", _text(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("INDIVIDUAL", "GROUP", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("agreed", _text(length=2000), nullable=True),
        sa.Column("recorded_at", _moment(), nullable=False),
        sa.Column("withdrawn_at", _moment(), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_supervision_session_minutes")),
        _key("program_id", "supervision_session", "program"),
        _key("supervisor_id", "supervision_session", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_session")),
    )
    op.create_index(op.f("ix_supervision_session_program_id"), "supervision_session", ["program_id"])
    op.create_index(op.f("ix_supervision_session_supervisor_id"), "supervision_session", ["supervisor_id"])
    _attendance()
    _worries()


def _attendance() -> None:
    op.create_table(
        "supervision_attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        _key("session_id", "supervision_attendance", "supervision_session"),
        _key("worker_id", "supervision_attendance", "worker"),
        _key("program_id", "supervision_attendance", "program"),
        _key("hospital_id", "supervision_attendance", "organization"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_attendance")),
        sa.UniqueConstraint("session_id", "worker_id", name=op.f("uq_supervision_attendance_session_id_worker_id")),
    )
    op.create_index("ix_supervision_attendance_worker", "supervision_attendance", ["worker_id", "held_on"])
    op.create_index(op.f("ix_supervision_attendance_program_id"), "supervision_attendance", ["program_id"])
    op.create_index(op.f("ix_supervision_attendance_hospital_id"), "supervision_attendance", ["hospital_id"])


def _worries() -> None:
    op.create_table(
        "supervision_worry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=False),
        _key("session_id", "supervision_worry", "supervision_session"),
        _key("worker_id", "supervision_worry", "worker"),
        _key("supervisor_id", "supervision_worry", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_worry")),
        sa.UniqueConstraint("session_id", "worker_id", name=op.f("uq_supervision_worry_session_id_worker_id")),
    )
    op.create_index(op.f("ix_supervision_worry_worker_id"), "supervision_worry", ["worker_id"])
    op.create_index(op.f("ix_supervision_worry_supervisor_id"), "supervision_worry", ["supervisor_id"])


def downgrade() -> None:
    for table in ("supervision_worry", "supervision_attendance", "supervision_session"):
        op.drop_table(table)
    setting = sa.table("program_setting", sa.column("setting", sa.String()))
    op.execute(sa.delete(setting).where(setting.c.setting.in_(_MORE)))
    _allow_settings(*_SETTINGS)
