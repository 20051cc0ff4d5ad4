"""What is held about a client: every table that reaches one, by which way, and the class of each column. Pure.

The ways are found in the metadata: a table is about a client when a foreign key leads from it to ``client``, directly
or through other tables. So a new table cannot be forgotten by an export or an erasure; it fails a wall until its columns
have a class (``coord/rights/classes.py``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Table, or_
from sqlmodel import SQLModel, col

from coord import cases, contacts, outcomes, referrals
from coord.access.rows import all_rules
from coord.clients.private import stay_with_their_author
from coord.clients.tables import Client
from coord.kernel.sql import select
from coord.rights.classes import CLASSES, DataClass

_AREAS = (cases, contacts, outcomes, referrals)
"""Imported for their rules: the tables of an area are known once it is."""
ROOT = "client"
_LEAVING = frozenset({DataClass.PERSONAL, DataClass.SENSITIVE})


class SealedWith(StrEnum):
    """Whose key a sealed value needs; the value is bound to ``<table>.<column>.<row id>``."""

    CLIENT = "CLIENT"
    REFERRAL = "REFERRAL"
    PRIVATE = "PRIVATE"
    """A key of the note, in its own row."""
    NOTE = "NOTE"
    """A key of the client at one organization, which the row names (``note_key_id``)."""


@dataclass(frozen=True, slots=True)
class Held:
    """One column: its class, and whose key opens it where it is sealed."""

    name: str
    data_class: DataClass
    sealed_with: SealedWith | None = None

    @property
    def leaves(self) -> bool:
        """Whether the person gets it."""
        return self.data_class in _LEAVING or (self.data_class is DataClass.WITHHELD and not stay_with_their_author())


@dataclass(frozen=True, slots=True)
class Way:
    """A foreign key towards a client: a column of this table, and the table it names."""

    column: str
    towards: str


@dataclass(frozen=True, slots=True)
class About:
    """A table about clients. ``ways`` are its foreign keys to ``client``, else the first one to a table nearer to it."""

    model: type[SQLModel]
    ways: tuple[Way, ...]
    columns: tuple[Held, ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)


def _models() -> dict[str, type[SQLModel]]:
    return {str(rule.model.__tablename__): rule.model for rule in all_rules()}


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, to be described: its rows are read through the model."""
    return model.metadata.tables[str(model.__tablename__)]


def _keys(table: Table) -> Iterator[tuple[str, str]]:
    """Foreign keys as column and table, those that are never empty first: they reach every row."""
    for column in sorted(table.columns, key=lambda column: bool(column.nullable)):
        yield from ((column.name, key.column.table.name) for key in column.foreign_keys)


def ways_to_clients(tables: dict[str, Table]) -> dict[str, tuple[Way, ...]]:
    """For each table that reaches ``client``, its shortest ways; the root itself has none."""
    found: dict[str, tuple[Way, ...]] = {ROOT: ()}
    while True:
        ring: dict[str, tuple[Way, ...]] = {}
        for name, table in tables.items():
            ways = tuple(Way(column, other) for column, other in _keys(table) if other in found)
            if name not in found and ways:
                direct = tuple(way for way in ways if way.towards == ROOT)
                ring[name] = direct or ways[:1]
        if not ring:
            return found
        found |= ring


def _held(name: str, table: Table) -> tuple[Held, ...]:
    classes = CLASSES[name]
    owner = SealedWith.REFERRAL if name.startswith("referral") else SealedWith.CLIENT
    if "note_key_id" in table.columns:
        owner = SealedWith.NOTE
    if name == "private_note":
        owner = SealedWith.PRIVATE

    def sealed(column: Any) -> SealedWith | None:
        is_sealed = isinstance(column.type, LargeBinary) and classes[column.name] is not DataClass.SECRET
        return owner if is_sealed else None

    return tuple(Held(column.name, classes[column.name], sealed(column)) for column in table.columns)


@cache
def about_clients() -> Sequence[About]:
    """Every table about a client, ``client`` first, each after those that its ways lead to."""
    models = _models()
    ways = ways_to_clients({name: table_of(model) for name, model in models.items()})
    if ways.keys() != CLASSES.keys():
        raise AssertionError(
            f"tables about a client without classes, or the other way round: {ways.keys() ^ CLASSES.keys()}"
        )
    return tuple(About(models[name], way, _held(name, table_of(models[name]))) for name, way in ways.items())


@cache
def _by_name() -> dict[str, About]:
    return {about.name: about for about in about_clients()}


def rows_about(about: About, clients: Sequence[UUID]) -> ColumnElement[bool]:
    """The condition that a row of this table is about one of these clients (a person's file and those merged into it)."""
    if not about.ways:
        return col(Client.id).in_(clients)
    return or_(*(_through(about, way, clients) for way in about.ways))


def _through(about: About, way: Way, clients: Sequence[UUID]) -> ColumnElement[bool]:
    column: Any = getattr(about.model, way.column)
    if way.towards == ROOT:
        named: ColumnElement[bool] = column.in_(clients)
        return named
    nearer = _by_name()[way.towards]
    inside: ColumnElement[bool] = column.in_(
        select(getattr(nearer.model, "id")).where(rows_about(nearer, clients))  # noqa: B009  models differ
    )
    return inside
