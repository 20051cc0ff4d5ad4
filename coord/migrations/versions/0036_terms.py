"""Terms of a program; clocks and alerts that keep the term under which they began."""

from datetime import timedelta

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_KNOWN = (
    "QUIET_DAYS", "SUBMIT_DAY", "REVIEW_DAY", "LOCK_DAY", "BACKDATE_DAYS", "CASELOAD", "SUPERVISION_MINUTES",
    "SUPERVISION_MINUTES_NEW", "READMISSION_DAYS",
)  # fmt: skip
_TERMS = (
    "ACKNOWLEDGE_DAYS",
    "DECIDE_DAYS",
    "ASSIGN_DAYS",
    "AFTER_DISCHARGE_HOURS",
    "FIRST_CONTACT_DAYS",
    "SCHEDULE_DAY_1",
    "SCHEDULE_DAY_2",
    "SCHEDULE_DAY_3",
    "SCHEDULE_DAY_4",
    "SCHEDULE_DAY_5",
    "SCHEDULE_DAY_6",
    "NEXT_CONTACT_DAYS",
    "RESPONSE_REVIEW_WEEKS",
    "RESPONSE_REVIEW_LAST_WEEKS",
    "FEEDBACK_DAYS",
    "FEEDBACK_AGAIN_DAYS",
    "REACH_ATTEMPTS",
    "REACH_DAYS",
    "LOST_DAYS",
    "ALERT_MINUTES",
    "IMMINENT_ALERT_MINUTES",
    "SILENT_DAYS",
    "URGENT_DECIDE_DAYS",
    "URGENT_ASSIGN_DAYS",
    "URGENT_FIRST_CONTACT_HOURS",
    "EMERGENCY_ACKNOWLEDGE_HOURS",
    "EMERGENCY_DECIDE_HOURS",
    "EMERGENCY_ASSIGN_HOURS",
    "EMERGENCY_FIRST_CONTACT_HOURS",
)
_CLOCKS = ("T1", "T2", "T3", "T4", "T6", "T8", "T9")
_WORKING_DAYS = (
    ("ROUTINE", "T1", 1), ("ROUTINE", "T2", 5), ("ROUTINE", "T3", 5), ("ROUTINE", "T8", 10), ("URGENT", "T1", 1),
    ("URGENT", "T2", 1), ("URGENT", "T3", 2), ("URGENT", "T8", 10), ("EMERGENCY", "T8", 10),
)  # fmt: skip
"""What ran until now."""
_SILENT = timedelta(days=30)


def _allow(table: str, column: str, names: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


def upgrade() -> None:
    _allow("program_setting", "setting", _KNOWN + _TERMS)
    with op.batch_alter_table("referral_clock") as batch:
        batch.add_column(sa.Column("working_days", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("is_quiet", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("referral_clock") as batch:
        batch.alter_column("working_days", server_default=None)
        batch.alter_column("is_quiet", server_default=None)
    _allow("referral_clock", "clock", (*_CLOCKS, "T8B"))
    with op.batch_alter_table("referral") as batch:
        batch.add_column(sa.Column("expires_at", _moment(), nullable=True))
    with op.batch_alter_table("safety_alert") as batch:
        for name, minutes in (("same_day_minutes", "60"), ("imminent_minutes", "10")):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=minutes))
    with op.batch_alter_table("safety_alert") as batch:
        batch.alter_column("same_day_minutes", server_default=None)
        batch.alter_column("imminent_minutes", server_default=None)
    _keep_terms()
    _keep_ends()


def _keep_terms() -> None:
    """Clocks that run go on under the terms of the day on which they began."""
    referral = sa.table("referral", sa.column("id"), sa.column("urgency", sa.String()))
    clock = sa.table("referral_clock", sa.column("referral_id"), sa.column("clock", sa.String()),
                     sa.column("working_days", sa.Integer()), sa.column("is_quiet", sa.Boolean()))  # fmt: skip
    for urgency, name, days in _WORKING_DAYS:
        of_urgency = sa.select(referral.c.id).where(referral.c.urgency == urgency)
        op.execute(
            sa.update(clock).where(clock.c.clock == name, clock.c.referral_id.in_(of_urgency)).values(working_days=days)
        )
    in_hours = clock.c.clock.in_(("T1", "T2", "T3")) & (clock.c.working_days == 0)
    op.execute(sa.update(clock).where(in_hours | (clock.c.clock == "T4")).values(is_quiet=False))


def _keep_ends() -> None:
    """Referrals on their way end thirty days after they were sent."""
    referral = sa.table("referral", sa.column("id", sa.Uuid()), sa.column("state", sa.String()),
                        sa.column("sent_at", _moment()), sa.column("expires_at", _moment()))  # fmt: skip
    waiting = sa.select(referral.c.id, referral.c.sent_at).where(referral.c.state.in_(("SENT", "RECEIVED")))
    for key, sent_at in op.get_bind().execute(waiting).all():
        if sent_at is not None:
            op.execute(sa.update(referral).where(referral.c.id == key).values(expires_at=sent_at + _SILENT))


def downgrade() -> None:
    setting = sa.table("program_setting", sa.column("setting", sa.String()))
    op.execute(sa.delete(setting).where(setting.c.setting.in_(_TERMS)))
    _allow("program_setting", "setting", _KNOWN)
    clock = sa.table("referral_clock", sa.column("id"), sa.column("clock", sa.String()))
    reminder = sa.table("referral_reminder", sa.column("clock_id"))
    again = sa.select(clock.c.id).where(clock.c.clock == "T8B")
    op.execute(sa.delete(reminder).where(reminder.c.clock_id.in_(again)))
    op.execute(sa.delete(clock).where(clock.c.clock == "T8B"))
    _allow("referral_clock", "clock", _CLOCKS)
    for table, columns in (
        ("referral_clock", ("working_days", "is_quiet")), ("referral", ("expires_at",)),
        ("safety_alert", ("same_day_minutes", "imminent_minutes")),
    ):  # fmt: skip
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
