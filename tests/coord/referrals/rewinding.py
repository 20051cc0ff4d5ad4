"""A referral that is put back to where it stood: hundreds of rounds begin at one place without walking there anew."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, delete, select, update
from sqlmodel import SQLModel

from coord.access.views import BEHIND
from coord.referrals.tables import Referral
from coord.work.engine import database, sync_engine

_REFERRAL = SQLModel.metadata.tables[str(Referral.__tablename__)]


@contextmanager
def beside(url: str) -> Iterator[Connection]:
    """A plain connection that passes every wall: for what a test looks at or undoes, never for what it proves."""
    engine = sync_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def real(table: Table, connection: Connection) -> Table:
    """The table under the name that it has for a plain connection: on SQLite it stands behind a view."""
    return _behind(table) if connection.dialect.name == "sqlite" else table


def real_of(model: type[SQLModel], connection: Connection) -> Table:
    """The same for the table of a model."""
    return real(SQLModel.metadata.tables[str(model.__tablename__)], connection)


@cache
def _behind(table: Table) -> Table:
    return table.to_metadata(MetaData(), name=table.name + BEHIND)


def _belongs(table: Table) -> Column[Any] | None:
    """The column by which rows of a table belong to a referral: its id, or that of the share that it made."""
    for name in ("referral_id", "origin_id", "id"):
        column = table.c.get(name)
        if column is not None and (name == "origin_id" or column.references(_REFERRAL.c.id)):
            return column
    return _REFERRAL.c.id if table is _REFERRAL else None


def _held(connection: Connection) -> Sequence[tuple[Table, Column[Any]]]:
    """Every table that says something of one referral, those that others rest on first."""
    found = ((real(table, connection), _belongs(table)) for table in SQLModel.metadata.sorted_tables)
    return [(table, table.c[column.name]) for table, column in found if column is not None]


class Rewinding:
    """The rows of one referral as they were, and the connection that puts them back."""

    def __init__(self, connection: Connection, referral_id: uuid.UUID) -> None:
        """Remember everything that is held about a referral."""
        self._connection, self._referral = connection, referral_id
        with connection.begin():
            self._kept = [
                (table, column, self._rows(connection.execute(select(table).where(column == referral_id))))
                for table, column in _held(connection)
            ]

    @staticmethod
    def _rows(found: Any) -> Mapping[uuid.UUID, Mapping[str, Any]]:
        return {row["id"]: dict(row) for row in found.mappings()}

    def back(self) -> None:
        """Take away what was added since, and write again what was changed."""
        with self._connection.begin():
            for table, column, kept in reversed(self._kept):
                added = (column == self._referral) & table.c.id.not_in(list(kept))
                self._connection.execute(delete(table).where(added))
            for table, _, kept in self._kept:
                for key, row in kept.items():
                    self._connection.execute(update(table).where(table.c.id == key).values(row))


@contextmanager
def rewinding(referral_id: uuid.UUID) -> Iterator[Rewinding]:
    """Begin at a referral as it stands now, as often as ``back`` says so."""
    with beside(database().url.render_as_string(hide_password=False)) as connection:
        yield Rewinding(connection, referral_id)
