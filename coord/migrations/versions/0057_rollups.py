"""Sums and persons by month, and the changes of facts that are not folded into them yet; the first fold fills them."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from coord.migrations.following import follow, unfollow

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_SPLIT = ("service_code", "stage", "phase", "target")
_WHERE = ("program_id", "hospital_id", "agency_id")
_FOLLOWED = {
    "service_contact": (
        "contact_change",
        (
            *_WHERE, "client_id", "group_id", "occurred_on", *_SPLIT, "attendance", "duration_minutes", "co_worker_count",
            "recorded_at", "withdrawn_at",
        ),
    ),
    "presence": ("presence_change", (*_WHERE, "person_id", "occurred_on", *_SPLIT, "heads")),
    "case_file": (
        "case_change",
        (
            *_WHERE, "status", "origin", "received_on", "opened_on", "closed_on", "closure", "plan_approved_on", "goals",
            "goals_reached", "satisfaction",
        ),
    ),
}  # fmt: skip
_SUMS = (
    "contacts", "person_times", "identified_heads", "sessions", "events", "minutes", "attempts_not_delivered",
    "records_in_time", "visits_arranged", "visits_kept", "cases_opened", "cases_reopened", "cases_taken_over",
    "cases_closed", "cases_lost", "intakes_decided", "intakes_opened", "plans_due", "plans_approved", "goals_at_closure",
    "goals_reached", "satisfaction_answers", "satisfaction_points",
)  # fmt: skip


def _id(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _code(name: str, length: int = 32, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _change(table: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        *(_id(name) for name in ("id", "row_id", "program_id", "hospital_id")),
        _id("agency_id", nullable=True),
        _number("sign"),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_program", table, ["program_id", "id"])


def _split() -> list[sa.Column]:
    return [_code("service_code"), _code("stage", nullable=True), _code("phase", nullable=True), _code("target")]


def _cells(table: str, more: tuple[str, ...], *columns: sa.Column) -> None:
    keys = ("program_id", "along", "place_id", "month", "key", *more)
    op.create_table(
        table,
        _id("program_id"),
        _code("along", 16),
        _id("place_id"),
        _code("month", 7),
        _code("key"),
        *columns,
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    _change(
        "contact_change", _id("client_id", nullable=True), _id("group_id", nullable=True), _day("occurred_on"), *_split(),
        _code("attendance"), _number("duration_minutes"), _number("co_worker_count"),
        sa.Column("recorded_at", _moment(), nullable=False), sa.Column("withdrawn_at", _moment(), nullable=True),
    )  # fmt: skip
    op.create_index(op.f("ix_contact_change_group_id"), "contact_change", ["group_id"])
    _change("presence_change", _id("person_id", nullable=True), _day("occurred_on"), *_split(), _number("heads"))
    op.create_index(op.f("ix_presence_change_person_id"), "presence_change", ["person_id"])
    _change(
        "case_change", _code("status"), _code("origin"), _day("received_on"), _day("opened_on", nullable=True),
        _day("closed_on", nullable=True), _code("closure", nullable=True), _day("plan_approved_on", nullable=True),
        _number("goals"), _number("goals_reached"), _number("satisfaction", nullable=True),
    )  # fmt: skip
    _cells("measure_sum", (), *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS))
    _cells(
        "measure_pair", ("measure", "previous"), _code("measure", 16), _code("previous", 7),
        sa.Column("number", sa.BigInteger(), nullable=False),
    )  # fmt: skip
    op.create_table(
        "measure_state",
        _id("program_id"),
        _code("digest", 64),
        sa.Column("folded_at", _moment(), nullable=True),
        sa.Column("checked_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("program_id", name=op.f("pk_measure_state")),
    )
    op.create_index(op.f("ix_presence_person_id"), "presence", ["person_id"])
    for table, (log, columns) in _FOLLOWED.items():
        follow(table, log, columns)


def downgrade() -> None:
    for table, (log, _) in _FOLLOWED.items():
        unfollow(table, log)
    op.drop_index(op.f("ix_presence_person_id"), "presence")
    for table in ("measure_state", "measure_pair", "measure_sum", "case_change", "presence_change", "contact_change"):
        op.drop_table(table)
