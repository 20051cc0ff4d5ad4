"""Cases step by step: intake, assessment, plan with goals, closing, follow-ups, and the history of each file."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATUS = (
    "DRAFT", "WAITING_ASSIGNMENT", "ASSESSING", "OPENING_REVIEW", "OPEN", "NOT_OPENED", "INTERVENING", "CLOSING_REVIEW",
    "CLOSED", "FOLLOW_UP", "RETURNED",
)
_CLOSURE = (
    "GOALS_REACHED", "ENDED_BY_CLIENT", "BEYOND_CAPACITY", "MOVED_OR_REASSIGNED", "LOST_CONTACT", "DECEASED",
    "TRANSFERRED",
)
_EVENT = (
    "WRITE_INTAKE", "SUBMIT_INTAKE", "TAKE", "ASSIGN", "ASSESS", "SUBMIT_OPENING", "APPROVE_OPENING", "DECLINE_OPENING",
    "RETURN", "RESUME", "WRITE_PLAN", "SUBMIT_PLAN", "APPROVE_PLAN", "RETURN_PLAN", "RATE_GOALS", "SUBMIT_CLOSING",
    "APPROVE_CLOSING", "RECORD_FOLLOW_UP", "REOPEN", "TRANSFER",
)
_NEW = ("case_step", "case_follow_up", "case_closing", "case_goal", "case_plan", "case_assessment", "case_intake")


def _codes(name: str, *values: str, nullable: bool = False) -> sa.Column:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def _id(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _day(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _at(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=True)


def _yes(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _words(nullable: bool = False) -> sa.Column:
    return sa.Column("words", sa.LargeBinary(), nullable=nullable)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _table(name: str, *parts: sa.Column | sa.Constraint, case: str = "id", **more: str) -> None:
    references = [_refers(name, case, "case_file"), *(_refers(name, column, other) for column, other in more.items())]
    op.create_table(name, _id("id"), *parts, *references, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))


def _file() -> None:
    op.drop_index("uq_case_file_open", table_name="case_file")
    with op.batch_alter_table("case_file") as batch:
        batch.add_column(_codes("status", *_STATUS, nullable=True))
        batch.add_column(_codes("origin", "NEW", "REOPENED", "TAKEN_OVER", nullable=True))
        batch.add_column(_id("previous_id", True))
        batch.add_column(_id("key_id", True))
        batch.add_column(_day("received_on", True))
        batch.add_column(_codes("before_review", *_STATUS, nullable=True))
        batch.add_column(_at("submitted_at"))
        batch.add_column(_id("submitted_by_id", True))
    op.execute(
        "UPDATE case_file SET origin = 'NEW', received_on = opened_on,"
        " status = CASE WHEN closed_on IS NULL THEN 'INTERVENING' ELSE 'CLOSED' END"
    )
    with op.batch_alter_table("case_file") as batch:
        for name in ("status", "origin"):
            batch.alter_column(name, existing_type=sa.String(32), nullable=False)
        batch.alter_column("received_on", existing_type=sa.Date(), nullable=False)
        batch.alter_column("opened_on", existing_type=sa.Date(), nullable=True)
        batch.create_foreign_key("fk_case_file_previous_id_case_file", "case_file", ["previous_id"], ["id"])
        batch.create_foreign_key("fk_case_file_key_id_client_key", "client_key", ["key_id"], ["id"])
        batch.create_foreign_key("fk_case_file_submitted_by_id_app_user", "app_user", ["submitted_by_id"], ["id"])
    live = sa.text("status NOT IN ('NOT_OPENED', 'CLOSED', 'FOLLOW_UP')")
    op.create_index(
        "uq_case_file_live", "case_file", ["client_id", "program_id"], unique=True, sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_case_file_worker_status", "case_file", ["worker_id", "status"])


def upgrade() -> None:
    _file()
    _table(
        "case_intake", _id("received_by_id"),
        _codes("source", "PUBLICITY", "FOUND_BY_WORKER", "SELF_REFERRED", "RECOMMENDED", "COMMUNITY", "GOVERNMENT",
               "ORGANIZATION", "OTHER"),
        _codes("urgency", "URGENT", "PRIORITY", "ROUTINE", nullable=True),
        _codes("risk", "NONE_SEEN", "CONCERN", "IMMEDIATE", nullable=True),
        _codes("decision", "OPEN", "REFER", "CONSULT_ONCE", "DO_NOT_OPEN", nullable=True),
        _words(), received_by_id="worker",
    )
    _table("case_assessment", _day("assessed_on"), _id("assessor_id"), _words(), assessor_id="worker")
    _table(
        "case_plan", _codes("status", "DRAFT", "WAITING", "APPROVED", "RETURNED"), _day("review_on"),
        _number("planned_sessions"), _yes("client_agrees"), _words(), _at("submitted_at"), _id("submitted_by_id", True),
        _at("decided_at"), _id("decided_by_id", True), submitted_by_id="app_user", decided_by_id="app_user",
    )
    _table(
        "case_goal", _id("case_id"), sa.Column("position", sa.Integer(), nullable=False), _day("due_on"), _words(),
        _number("attainment"), _number("scaling"), _day("rated_on", True),
        sa.UniqueConstraint("case_id", "position", name="uq_case_goal_case_id_position"), case="case_id",
    )
    _table(
        "case_closing", _codes("closure", *_CLOSURE), _day("ends_on"),
        _codes("reaction", "POSITIVE", "DENIAL", "REGRESSION", "DEPENDENCE", "COMPLAINT", "ANGER", "BARGAINING",
               "LOW_MOOD", nullable=True),
        _yes("is_referred"), _number("satisfaction"), _words(),
    )
    _table(
        "case_follow_up", _id("case_id"), _day("due_on"), _codes("status", "DUE", "REACHED", "NOT_REACHED"),
        _day("done_on", True), _codes("method", "PHONE", "INTERVIEW", "HOME_VISIT", "ONLINE", nullable=True),
        _yes("has_relapsed"), _words(True),
        sa.UniqueConstraint("case_id", "due_on", name="uq_case_follow_up_case_id_due_on"), case="case_id",
    )
    op.create_index("ix_case_follow_up_due_on", "case_follow_up", ["due_on"])
    _table(
        "case_step", _id("case_id"), _codes("event", *_EVENT), _codes("source", *_STATUS), _codes("target", *_STATUS),
        _at("at", False), _id("by_id", True), sa.Column("by_name", sa.String(100), nullable=False), _words(True),
        case="case_id", by_id="app_user",
    )
    op.create_index("ix_case_step_case_id_at", "case_step", ["case_id", "at"])


def downgrade() -> None:
    for name in _NEW:
        op.drop_table(name)
    op.drop_index("uq_case_file_live", table_name="case_file")
    op.drop_index("ix_case_file_worker_status", table_name="case_file")
    # A file that was never opened has no place in the older form, where every case counts.
    op.execute("UPDATE case_file SET previous_id = NULL")
    op.execute("DELETE FROM case_file WHERE opened_on IS NULL")
    with op.batch_alter_table("case_file") as batch:
        for name, other in (("previous_id", "case_file"), ("key_id", "client_key"), ("submitted_by_id", "app_user")):
            batch.drop_constraint(f"fk_case_file_{name}_{other}", type_="foreignkey")
        for name in ("status", "origin", "before_review"):
            batch.drop_constraint(op.f(f"ck_case_file_{name}"), type_="check")
        for name in ("status", "origin", "previous_id", "key_id", "received_on", "before_review", "submitted_at",
                     "submitted_by_id"):
            batch.drop_column(name)
        batch.alter_column("opened_on", existing_type=sa.Date(), nullable=False)
    running = sa.text("closed_on IS NULL")
    op.create_index(
        "uq_case_file_open", "case_file", ["client_id", "program_id"], unique=True, sqlite_where=running,
        postgresql_where=running,
    )
