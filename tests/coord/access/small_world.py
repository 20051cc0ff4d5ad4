"""Three places in memory, a row of every table at each: the own one, a sibling's, and another tenant's.

Rows are made from the tables themselves, so that a new table takes part without being mentioned. Nothing here is
behind a wall: what is looked at are the rules alone.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import anyio
from sqlalchemy import JSON, Column, Connection, Enum, MetaData, Table, TypeDecorator, create_engine, event, select
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

from coord.access import Actor, Grant, Role, Scope
from coord.access.rows import Predicate
from coord.access.scopes import load_scopes
from coord.migrations.tables import METADATA

OWN, SIBLING, TENANT = "own", "sibling", "tenant"
_AT = {OWN: "A", SIBLING: "A", TENANT: "B"}
"""In whose directory each place stands."""
_ORGANIZATIONS = {
    "hospital_id": "hospital", "agency_id": "agency", "employer_id": "agency", "foundation_id": "foundation",
    "sponsor_id": "sponsor",
}  # fmt: skip
_AT_FOUNDATION = {Role.ADMINISTRATOR, Role.API_CLIENT, Role.EVALUATOR, Role.PROGRAM_OFFICER}
_AT_AGENCY = {Role.AGENCY_MANAGER, Role.SUPERVISOR}


def made(place: str, what: str) -> uuid.UUID:
    """The id of something at a place; a foundation is one for all places of its directory."""
    shared = what in {"foundation", "program"}
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{_AT[place] if shared else place}/{what}")


def _referred(place: str, column: Column[Any]) -> uuid.UUID | None:
    """What a foreign key of a row at a place refers to."""
    target = next(iter(column.foreign_keys)).column.table.name
    if (place, column.table.name, column.name) == (SIBLING, "client_share", "organization_id"):
        return made(OWN, "hospital")  # The sibling shares its client with the own hospital.
    if target == "organization":
        return made(place, _ORGANIZATIONS.get(column.name, "hospital"))
    return made(place, target)


_WITHOUT_KEYS = {"program_id": "program", "hospital_id": "hospital", "agency_id": "agency", "place_id": "hospital"}
"""What columns mean that name a row although no foreign key holds them to it."""
# Shares run, and nobody is restricted: what a rule would hide otherwise is to be seen here.
_GIVEN_ALWAYS = {"from_at", "lifted_at"}


def _value(place: str, table: Table, column: Column[Any]) -> Any:
    if column.foreign_keys:
        return _referred(place, column)
    kind: Any = column.type
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, Enum):
        return kind.enums[0] if kind.enum_class is None else next(iter(kind.enum_class))
    if kind.python_type is uuid.UUID:
        meant = _WITHOUT_KEYS | {"user_id": "app_user", "actor_id": "app_user"}
        return made(place, meant.get(column.name, table.name))
    if column.nullable and kind.python_type is not str and column.name not in _GIVEN_ALWAYS:
        return None
    given: Mapping[type, Any] = {
        str: f"{place}-{table.name}.{column.name}"[: getattr(kind, "length", None) or 99], bytes: f"{place} {table.name}".encode(),
        int: 1 + list(_AT).index(place),
        bool: True, date: date(2026, 1, 1), datetime: datetime(2026, 1, 1, tzinfo=UTC), float: 1.0,
    }  # fmt: skip
    return given[kind.python_type]


def row_at(place: str, table: Table) -> dict[str, Any]:
    """A row of a table at a place; its texts begin with the place's name."""
    return {column.name: _value(place, table, column) for column in table.columns}


def rows_of_organizations(place: str) -> Iterator[dict[str, Any]]:
    """The organizations of a place, and its directory's foundation."""
    table = METADATA.tables["organization"]
    for what in ("foundation", "hospital", "agency", "sponsor", "center"):
        if (place, what) != (SIBLING, "foundation"):
            home = made(place, "foundation")
            yield row_at(place, table) | {"id": made(place, what), "foundation_id": home, "code": f"{place} {what}"}


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    """A row at each place; a program is one for all places of a directory, each place takes part in it."""
    for place in (OWN, SIBLING, TENANT):
        if table.name == "organization":
            yield from rows_of_organizations(place)
        elif place != SIBLING or not _is_one_for_both(table):
            yield row_at(place, table)


def _is_one_for_both(table: Table) -> bool:
    """A program, and what there is once of each."""
    return table.name == "program" or [column.name for column in table.primary_key] == ["program_id"]


@cache
def places_of(table: Table) -> Mapping[tuple[Any, ...], str]:
    """At which place each row of a table stands, by its key."""
    found = {}
    for place in (TENANT, SIBLING, OWN):
        rows = rows_of_organizations(place) if table.name == "organization" else [row_at(place, table)]
        for row in rows:
            found[tuple(row[column.name] for column in table.primary_key)] = place
    return found


@cache
def connection() -> Connection:
    """The rows, in memory; the types turn ids over as everywhere."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda raw, _: raw.create_function("coord_user", 0, lambda: None))
    opened = engine.connect()
    bare = MetaData()
    for table in METADATA.sorted_tables:
        copied = table.to_metadata(bare)
        # Rows of two places may be equal here: it is the rules that are looked at.
        copied.indexes.clear()
        copied.constraints = {copied.primary_key}
    bare.create_all(opened)
    for table in METADATA.sorted_tables:
        opened.execute(table.insert(), list(_rows(table)))
    opened.commit()
    return opened


@dataclass
class _Asking:
    """What reading scopes asks: it needs no more."""

    async def rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        return connection().execute(statement, values).all()


def home_of(role: Role) -> str:
    """The kind of organization at which a role is held."""
    if role in _AT_FOUNDATION:
        return "foundation"
    if role in _AT_AGENCY:
        return "agency"
    return {Role.SPONSOR_VIEWER: "sponsor", Role.COMMUNITY_RECEIVER: "center"}.get(role, "hospital")


async def holder(*roles: Role, place: str = OWN) -> Actor:
    """The person of a place, with roles there."""
    grants = [Grant(made(place, home_of(role)), role, made(place, "foundation")) for role in roles]
    return Actor.of(made(place, "app_user"), "N", "en", grants, await load_scopes(_Asking(), grants))


def held(*roles: Role, place: str = OWN) -> Actor:
    """The same, for tests that need no loop."""
    return anyio.run(lambda: holder(*roles, place=place))


def of_somebody_else(actor: Actor) -> Actor:
    """The same roles held by a person who made none of the rows."""
    return replace(actor, user_id=uuid.UUID(int=9))


def while_restricted(actor: Actor) -> Actor:
    """The same person while the client of the own place is restricted."""
    kept = actor.without(Scope.RESTRICTED)
    return replace(kept, scopes=(*kept.scopes, (Scope.RESTRICTED, (made(OWN, "client"),))))


@contextmanager
def changed(model: type[SQLModel], place: str, **values: Any) -> Iterator[None]:
    """The row of a table at a place is another one for a while."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    key = [column == row_at(place, table)[column.name] for column in table.primary_key]
    assert connection().execute(table.update().where(*key).values(**values)).rowcount == 1
    try:
        yield
    finally:
        connection().rollback()


def seen(model: type[SQLModel], predicate: Predicate, actor: Actor) -> set[str]:
    """The places whose rows of a table a predicate lets an actor have."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    found = connection().execute(select(*table.primary_key.columns).where(predicate(actor)))
    places = places_of(table)
    return {places[tuple(row)] for row in found}
