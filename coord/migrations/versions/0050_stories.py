"""Stories of people: the care team's, and the words that may be told."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from coord.migrations.guards import Guard, guard, unguard

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString
_KEPT = ("id", "program_id", "digest", "told_at")
_CHANGED = " OR ".join(
    [
        *(f"NEW.{name} <> OLD.{name}" for name in _KEPT),
        *(f"(NEW.{name} <> OLD.{name} AND NEW.{name} <> '')" for name in ("title", "text", "salt")),
        "(OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)",
    ]
)
GUARDS = (Guard("told_story", "UPDATE", "an approved story is told as it is, or ends", _CHANGED),)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _story() -> None:
    op.create_table(
        "story",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("WAITING", "RETURNED", "APPROVED", "ENDED", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", _text(length=120), nullable=False),
        sa.Column("text", _text(length=2000), nullable=False),
        sa.Column("written_at", _moment(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", _text(length=400), nullable=True),
        sa.Column("decided_at", _moment(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> written_by_id", name=op.f("ck_story_two_people")),
        _refers("story", "client_id", "client"),
        _refers("story", "program_id", "program"),
        _refers("story", "hospital_id", "organization"),
        _refers("story", "consent_id", "consent"),
        _refers("story", "written_by_id", "app_user"),
        _refers("story", "decided_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )  # fmt: skip
    for column in ("client_id", "hospital_id", "consent_id"):
        op.create_index(op.f(f"ix_story_{column}"), "story", [column])


def _told_story() -> None:
    op.create_table(
        "told_story",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("title", _text(length=120), nullable=False),
        sa.Column("text", _text(length=2000), nullable=False),
        sa.Column("salt", _text(length=64), nullable=False),
        sa.Column("digest", _text(length=64), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("told_at", _moment(), nullable=False),
        sa.Column("published_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        _refers("told_story", "id", "story"),
        _refers("told_story", "program_id", "program"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_story")),
    )
    op.create_index(op.f("ix_told_story_program_id"), "told_story", ["program_id"])


def upgrade() -> None:
    _story()
    _told_story()
    guard(*GUARDS)


def downgrade() -> None:
    unguard(*GUARDS)
    op.drop_table("told_story")
    op.drop_table("story")
