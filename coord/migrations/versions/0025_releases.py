"""Releases: what a quarter was counted from, its protected cells, and how far it is on its way to the public."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_AT = sqlmodel.sql.sqltypes.UTCDateTime()
_APPENDED = ("release_snapshot", "protected_cell")
_CUBES = ("PERSON_TIMES", "SESSIONS", "PERSONS", "REFERRALS", "OUTCOMES")
_STATES = ("BUILT", "REVIEWED", "PUBLISHED", "SUPERSEDED")
_LIVE = sa.text("state != 'SUPERSEDED'")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def _snapshot() -> None:
    op.create_table(
        "release_snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", _AT, nullable=False),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        _refers("release_snapshot", "id", "release"),
        _refers("release_snapshot", "program_id", "program"),
        sa.PrimaryKeyConstraint("id", name="pk_release_snapshot"),
    )
    op.create_index("ix_release_snapshot_program_id", "release_snapshot", ["program_id"])


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("state", _choice("state", _STATES), nullable=False),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("built_at", _AT, nullable=False),
        sa.Column("ordered_by_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", _AT, nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", _AT, nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("signing_key", sa.String(length=16), nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=True),
        _refers("release", "program_id", "program"),
        *(_refers("release", f"{verb}_by_id", "app_user") for verb in ("ordered", "reviewed", "published")),
        sa.CheckConstraint(
            "published_by_id IS NULL OR published_by_id <> reviewed_by_id", name=op.f("ck_release_two_people")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
    )
    op.create_index("ix_release_program_id", "release", ["program_id"])
    op.create_index(
        "uq_release_live", "release", ["program_id", "period"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
    )


def _cell() -> None:
    op.create_table(
        "protected_cell",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("cube", _choice("cube", _CUBES), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("class_code", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        _refers("protected_cell", "release_id", "release"),
        _refers("protected_cell", "hospital_id", "organization"),
        sa.CheckConstraint("value > 0", name=op.f("ck_protected_cell_value")),
        sa.UniqueConstraint(
            "release_id", "cube", "hospital_id", "class_code",
            name="uq_protected_cell_release_id_cube_hospital_id_class_code",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_protected_cell"),
    )
    op.create_index("ix_protected_cell_hospital_id", "protected_cell", ["hospital_id"])


def _never_changed() -> None:
    """A published figure that could be changed afterwards would be no release."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION release_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'what a release holds is added, never changed'; END $$"
        )
        for table in _APPENDED:
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION release_refuse()"
            )
        return
    for table in _APPENDED:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                "BEGIN SELECT raise(ABORT, 'what a release holds is added, never changed'); END"
            )


def upgrade() -> None:
    _release()
    _snapshot()
    _cell()
    _never_changed()


def downgrade() -> None:
    for table in ("protected_cell", "release_snapshot", "release"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION release_refuse()")
