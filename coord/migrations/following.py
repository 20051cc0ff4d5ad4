"""Triggers that write down which rows of a table came and went, on both kinds of database.

On PostgreSQL a whole statement's rows are written at once, and what only changed in other columns not at all. The function
acts as its owner: the roles of people may write no change themselves. On SQLite the triggers bear random names, for the
reason that ``coord.migrations.guards`` tells.
"""

import secrets
from collections.abc import Iterator, Sequence

from alembic import op

from coord.access.views import GUARD


def _postgresql(table: str, log: str, columns: Sequence[str]) -> Iterator[str]:
    name, named = f"{GUARD}{log}", ", ".join(columns)
    fixed = f"INSERT INTO {log} (id, row_id, sign, {named})"
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    bodies = {
        "insert": f"{fixed} SELECT gen_random_uuid(), id, 1, {named} FROM came; RETURN NULL;",  # noqa: S608  names of our own tables
        "delete": f"{fixed} SELECT gen_random_uuid(), id, -1, {named} FROM went; RETURN NULL;",  # noqa: S608  the same
        "update": f"{fixed} VALUES (gen_random_uuid(), OLD.id, -1, {old}), (gen_random_uuid(), NEW.id, 1, {new}); "
        "RETURN NULL;",
    }
    for event, body in bodies.items():
        yield (
            f"CREATE FUNCTION {name}_{event}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
            f"SET search_path = pg_catalog, public AS $$ BEGIN {body} END $$"
        )
        yield f"REVOKE ALL ON FUNCTION {name}_{event}() FROM PUBLIC"
    for event, rows in (("INSERT", "NEW TABLE AS came"), ("DELETE", "OLD TABLE AS went")):
        yield (
            f"CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_{event.lower()}()"
        )
    yield (
        f"CREATE TRIGGER {name}_update AFTER UPDATE ON {table} FOR EACH ROW "
        f"WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {name}_update()"
    )


def _sqlite(table: str, log: str, columns: Sequence[str]) -> Iterator[str]:
    fixed = f"INSERT INTO {log} (id, row_id, sign, {', '.join(columns)})"

    def change(row: str, sign: int) -> str:
        said = ", ".join(f"{row}.{column}" for column in columns)
        return f"{fixed} VALUES (lower(hex(randomblob(16))), {row}.id, {sign}, {said});"

    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    steps = {
        "INSERT": ("", change("NEW", 1)),
        "DELETE": ("", change("OLD", -1)),
        "UPDATE": (f"WHEN {differs} ", f"{change('OLD', -1)} {change('NEW', 1)}"),
    }
    for event, (when, body) in steps.items():
        name = f"{GUARD}{secrets.token_hex(16)}_{log}_{event.lower()}"
        yield f"CREATE TRIGGER {name} AFTER {event} ON {table} {when}BEGIN {body} END"


def follow(table: str, log: str, columns: Sequence[str]) -> None:
    """Write every row that comes or goes from now on into ``log``, with these columns."""
    write = _postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite
    for statement in write(table, log, columns):
        op.execute(statement)


def unfollow(table: str, log: str) -> None:
    """Write no more of it."""
    if op.get_bind().dialect.name == "postgresql":
        for event in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER {GUARD}{log}_{event} ON {table}")
            op.execute(f"DROP FUNCTION {GUARD}{log}_{event}()")
        return
    found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB :name"
    names = op.get_bind().exec_driver_sql(found.replace(":name", f"'{GUARD}*_{log}_*'"))
    for (name,) in names.all():
        op.execute(f"DROP TRIGGER {name}")
