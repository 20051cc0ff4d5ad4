"""Months: locks, reports, adjustments, plans of groups, discharges, settings of programs, marks on work lists."""

from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STATES = ("OPEN", "SUBMITTED", "RETURNED", "APPROVED", "LOCKED")
_STAGES = ("SEEKING_CARE", "TREATMENT", "REHABILITATION", "SOCIAL_REINTEGRATION")
_KINDS = ("EDUCATION", "SUPPORT", "GROWTH", "TREATMENT")
_REASONS = ("FORGOTTEN", "ENTERED_TWICE", "WRONG_DATE", "WRONG_PERSON", "NOT_DELIVERED", "OTHER")


def _moment() -> Any:
    return sqlmodel.sql.sqltypes.UTCDateTime()


def _codes(name: str, values: tuple[str, ...]) -> Any:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> Any:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def _make(table: str, *parts: Any) -> None:
    """A table with its id; columns and constraints as given."""
    key = sa.PrimaryKeyConstraint("id", name=f"pk_{table}")
    op.create_table(table, sa.Column("id", sa.Uuid(), nullable=False), *parts, key)


def _programs() -> None:
    _make(
        "program_setting",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("setting", _codes("setting", ("QUIET_DAYS", "SUBMIT_DAY", "REVIEW_DAY", "LOCK_DAY")), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        _refers("program_setting", "program_id", "program"),
        sa.UniqueConstraint("program_id", "setting", "valid_from", name="uq_program_setting_program_id_setting_valid_from"),
    )
    op.create_index("ix_program_setting_program_id", "program_setting", ["program_id"])
    _make(
        "month_lock",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("locked_at", _moment(), nullable=False),
        _refers("month_lock", "program_id", "program"),
        _refers("month_lock", "hospital_id", "organization"),
        sa.UniqueConstraint("hospital_id", "program_id", "month", name="uq_month_lock_hospital_id_program_id_month"),
    )
    op.create_index("ix_month_lock_program_id", "month_lock", ["program_id"])


def _clients() -> None:
    _make(
        "discharge",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("discharged_at", _moment(), nullable=False),
        sa.Column("readmitted_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", _moment(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        _refers("discharge", "program_id", "program"),
        _refers("discharge", "hospital_id", "organization"),
        _refers("discharge", "client_id", "client"),
        _refers("discharge", "recorded_by_id", "app_user"),
        sa.UniqueConstraint("client_id", "discharged_at", name="uq_discharge_client_id_discharged_at"),
    )
    op.create_index("ix_discharge_client_id", "discharge", ["client_id"])
    op.create_index("ix_discharge_hospital", "discharge", ["hospital_id", "discharged_at"])


def _groups() -> None:
    with op.batch_alter_table("service_group") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=32), nullable=False, server_default="SUPPORT"))
        batch.add_column(sa.Column("stage", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("aim", sa.String(length=400), nullable=True))
        batch.add_column(sa.Column("theory", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("summary", sa.String(length=2000), nullable=True))
    with op.batch_alter_table("service_group") as batch:
        batch.alter_column("kind", type_=_codes("kind", _KINDS), existing_nullable=False, server_default=None)
        batch.alter_column("stage", type_=_codes("stage", _STAGES), existing_nullable=True)
    _make(
        "planned_session",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        _refers("planned_session", "group_id", "service_group"),
        sa.UniqueConstraint("group_id", "number", name="uq_planned_session_group_id_number"),
    )


def _contacts() -> None:
    op.add_column("service_contact", sa.Column("return_reason", sa.String(length=400), nullable=True))
    _make(
        "adjustment",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("refers_to", sa.String(length=7), nullable=False),
        sa.Column("booked_in", sa.String(length=7), nullable=False),
        sa.Column("kind", _codes("kind", ("ADDED", "TAKEN_BACK")), nullable=False),
        sa.Column("reason", _codes("reason", _REASONS), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("made_at", _moment(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        _refers("adjustment", "program_id", "program"),
        _refers("adjustment", "hospital_id", "organization"),
        _refers("adjustment", "contact_id", "service_contact"),
        _refers("adjustment", "made_by_id", "app_user"),
        sa.UniqueConstraint("contact_id", "kind", name="uq_adjustment_contact_id_kind"),
    )
    op.create_index("ix_adjustment_program_id", "adjustment", ["program_id"])
    op.create_index("ix_adjustment_refers", "adjustment", ["hospital_id", "refers_to"])
    op.create_index("ix_adjustment_booked", "adjustment", ["hospital_id", "booked_in"])


def _periods() -> None:
    people = ("submitted", "approved", "locked")
    _make(
        "month_report",
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", _codes("state", _STATES), nullable=False),
        *(sa.Column(name, sa.String(length=2000), nullable=True) for name in ("words", "story", "plan")),
        *(
            column
            for step in people
            for column in (
                sa.Column(f"{step}_at", _moment(), nullable=True),
                sa.Column(f"{step}_by_id", sa.Uuid(), nullable=True),
            )
        ),
        _refers("month_report", "program_id", "program"),
        _refers("month_report", "hospital_id", "organization"),
        *(_refers("month_report", f"{step}_by_id", "app_user") for step in people),
        sa.UniqueConstraint("hospital_id", "program_id", "month", name="uq_month_report_hospital_id_program_id_month"),
    )
    op.create_index("ix_month_report_program_id", "month_report", ["program_id"])
    _make(
        "month_step",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", _codes("from_state", _STATES), nullable=False),
        sa.Column("to_state", _codes("to_state", _STATES), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        _refers("month_step", "report_id", "month_report"),
        _refers("month_step", "by_id", "app_user"),
    )
    op.create_index("ix_month_step_report_id", "month_step", ["report_id"])
    _make(
        "month_snapshot",
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("taken_at", _moment(), nullable=False),
        _refers("month_snapshot", "id", "month_report"),
    )


def upgrade() -> None:
    _programs()
    _clients()
    _groups()
    _contacts()
    _periods()
    _make(
        "work_mark",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_at", _moment(), nullable=False),
        _refers("work_mark", "user_id", "app_user"),
        sa.UniqueConstraint("user_id", "key", name="uq_work_mark_user_id_key"),
    )


def downgrade() -> None:
    for table in (
        "work_mark", "month_snapshot", "month_step", "month_report", "adjustment", "planned_session", "discharge",
        "month_lock", "program_setting",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("service_contact") as batch:
        batch.drop_column("return_reason")
    with op.batch_alter_table("service_group") as batch:
        for constraint in ("kind", "stage"):
            batch.drop_constraint(op.f(f"ck_service_group_{constraint}"), type_="check")
        for column in ("summary", "closed_on", "theory", "aim", "stage", "kind"):
            batch.drop_column(column)
