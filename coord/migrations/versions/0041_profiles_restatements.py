"""Releases: cells by sex and age beside those by hospital, notes that are published with it, one restatement of each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_BY_HOSPITAL = ("PERSON_TIMES", "SESSIONS", "PERSONS", "REFERRALS", "OUTCOMES")
_PROFILES = ("PERSONS_PROFILE", "REFERRALS_PROFILE", "OUTCOMES_PROFILE")
_STATES = "'BUILT', 'REVIEWED', 'PUBLISHED', 'SUPERSEDED'"
_LIVE = sa.text("state != 'SUPERSEDED'")
_FIRST = sa.text("restates_id IS NULL")
_REFUSED = "what a release holds is added, never changed"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _stays() -> None:
    if _is_postgresql():
        op.execute(
            "CREATE TRIGGER protected_cell_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON protected_cell "
            "FOR EACH STATEMENT EXECUTE FUNCTION release_refuse()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER protected_cell_no_{event.lower()} BEFORE {event} ON protected_cell "
            f"BEGIN SELECT raise(ABORT, '{_REFUSED}'); END"
        )


def _table(group: sa.Column, cubes: Sequence[str], *more: sa.Constraint) -> None:
    """Cells as they are from now on, or were before: the rest of them stays the same."""
    op.create_table(
        "protected_cell",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("cube", sa.Enum(*cubes, name="cube", native_enum=False, create_constraint=True, length=32), nullable=False),
        group,
        sa.Column("class_code", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_protected_cell_release_id_release"),
        *more,
        sa.CheckConstraint("value > 0", name=op.f("ck_protected_cell_value")),
        sa.UniqueConstraint(
            "release_id", "cube", group.name, "class_code",
            name=f"uq_protected_cell_release_id_cube_{group.name}_class_code",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_protected_cell"),
    )  # fmt: skip


def _moved(copied: str, where: str, make: Sequence[object]) -> None:
    """Cells cannot be changed, so that they are put into a table made anew."""
    op.execute("CREATE TEMPORARY TABLE kept_cell AS SELECT * FROM protected_cell")
    op.drop_table("protected_cell")
    _table(*make)  # type: ignore[arg-type]
    op.execute(
        "INSERT INTO protected_cell SELECT id, release_id, cube, "  # noqa: S608  names of our own
        f"{copied}, class_code, value FROM kept_cell{where}"
    )
    op.execute("DROP TABLE kept_cell")
    _stays()


def _checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite writes the table anew and would forget them."""
    return (
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_release_state")),
        sa.CheckConstraint("published_by_id IS NULL OR published_by_id <> reviewed_by_id", name=op.f("ck_release_two_people")),
    )


def _published_stays() -> None:
    """Of what is published nothing changes any more, but that another release takes its place."""
    kept = ("id", "program_id", "period", "parameters", "places", "notes", "digest", "signing_key", "signature",
            "restates_id", "reviewed_by_id", "published_by_id", "published_at")  # fmt: skip
    if _is_postgresql():
        old, new = (", ".join(f"{row}.{name}::text" for name in kept) for row in ("OLD", "NEW"))
        op.execute(
            "CREATE FUNCTION release_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'DELETE' OR (OLD.state IN ('PUBLISHED', 'SUPERSEDED') AND "
            f"(ROW({old}) IS DISTINCT FROM ROW({new}) OR NEW.state NOT IN (OLD.state, 'SUPERSEDED'))) "
            f"THEN RAISE EXCEPTION '{_REFUSED}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER release_stays BEFORE UPDATE OR DELETE ON release "
            "FOR EACH ROW EXECUTE FUNCTION release_kept()"
        )
        return
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in kept)
    op.execute(
        "CREATE TRIGGER release_no_update BEFORE UPDATE ON release WHEN OLD.state IN ('PUBLISHED', 'SUPERSEDED') "
        f"AND ({differs} OR NEW.state NOT IN (OLD.state, 'SUPERSEDED')) "
        f"BEGIN SELECT raise(ABORT, '{_REFUSED}'); END"
    )
    op.execute(
        f"CREATE TRIGGER release_no_delete BEFORE DELETE ON release BEGIN SELECT raise(ABORT, '{_REFUSED}'); END"
    )


def _release(*, forward: bool) -> None:
    with op.batch_alter_table("release", table_args=_checks()) as batch:
        if forward:
            batch.add_column(sa.Column("restates_id", sa.Uuid(), nullable=True))
            batch.add_column(sa.Column("notes", sa.JSON(), nullable=True))
            batch.create_foreign_key("fk_release_restates_id_release", "release", ["restates_id"], ["id"])
        else:
            batch.drop_constraint("fk_release_restates_id_release", type_="foreignkey")
            batch.drop_column("notes")
            batch.drop_column("restates_id")


def _key(name: str, columns: Sequence[str], where: sa.TextClause) -> None:
    op.create_index(name, "release", list(columns), unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.drop_index("uq_release_live", table_name="release")
    _release(forward=True)
    op.execute("UPDATE release SET notes = '[]'")
    with op.batch_alter_table("release", table_args=_checks()) as batch:
        batch.alter_column("notes", existing_type=sa.JSON(), nullable=False)
    _published_stays()
    _key("uq_release_first", ("program_id", "period"), _FIRST)
    _key("uq_release_restated", ("restates_id",), sa.text("restates_id IS NOT NULL"))
    op.add_column("release_snapshot", sa.Column("prints", sa.JSON(), nullable=True))
    parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
    dashed = "||'-'||".join(f"substr(hospital_id, {start}, {length})" for start, length in parts)
    group = sa.Column("group_code", sa.String(length=40), nullable=False)
    _moved("hospital_id::text" if _is_postgresql() else dashed, "", (group, (*_BY_HOSPITAL, *_PROFILES)))


def downgrade() -> None:
    hospital = sa.Column("hospital_id", sa.Uuid(), nullable=False)
    to = sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_protected_cell_hospital_id_organization")
    profiles = ", ".join(f"'{name}'" for name in _PROFILES)
    copied = "group_code::uuid" if _is_postgresql() else "replace(group_code, '-', '')"
    _moved(copied, f" WHERE cube NOT IN ({profiles})", (hospital, _BY_HOSPITAL, to))
    op.create_index("ix_protected_cell_hospital_id", "protected_cell", ["hospital_id"])
    with op.batch_alter_table("release_snapshot") as batch:
        batch.drop_column("prints")
    if _is_postgresql():
        op.execute("DROP TRIGGER release_stays ON release")
        op.execute("DROP FUNCTION release_kept()")
    else:
        op.execute("DROP TRIGGER release_no_update")
        op.execute("DROP TRIGGER release_no_delete")
    op.drop_index("uq_release_restated", table_name="release")
    op.drop_index("uq_release_first", table_name="release")
    _release(forward=False)
    _key("uq_release_live", ("program_id", "period"), _LIVE)
