"""The wall comes down for a migration and goes up again after it.

It is made from the row rules, not from revisions: what the code says and what the database enforces are
written in one place.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect

from coord.access import policies, views
from coord.migrations.tables import METADATA


def _policies(connection: Connection) -> dict[str, list[str]]:
    """The policies of every table that has row security switched on."""
    rows = connection.exec_driver_sql(
        "SELECT c.relname, p.polname FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity"
    )
    found: dict[str, list[str]] = {}
    for table, policy in rows:
        found.setdefault(table, []).extend([policy] if policy else [])
    return found


def _lowering(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        yield from views.renamed(inspect(connection).get_table_names(), behind=False)
        return
    for table, names in _policies(connection).items():
        yield from policies.lowered(table, names)


def _raising(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        yield from views.renamed(inspect(connection).get_table_names(), behind=True)
    else:
        yield from policies.walls()


def lower(connection: Connection) -> None:
    """Take the wall down: the tables stand under their own names, and their owner sees every row."""
    for statement in list(_lowering(connection)):
        connection.exec_driver_sql(statement)


def raise_again(connection: Connection) -> None:
    """Put the wall up, if every table is there; an older revision stays without: nothing can serve from it."""
    if set(METADATA.tables) <= set(inspect(connection).get_table_names()):
        for statement in list(_raising(connection)):
            connection.exec_driver_sql(statement)


def is_up(connection: Connection) -> bool:
    """Whether the wall of an SQLite file stands. What it lets through is said by each connection, so nothing of it is old.

    PostgreSQL holds the policies itself, and what the code says today may be another thing: there it is always made anew.
    """
    return connection.dialect.name == "sqlite" and not list(_raising(connection))
