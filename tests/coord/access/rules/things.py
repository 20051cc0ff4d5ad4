"""Two small tables that no other test knows, with rules of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import ColumnElement, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, col

from coord.access import Actor, Grant, Retention, Role, rows
from coord.access.rows import Wall, among, any_of, everybody, one_of


class _Apart(SQLModel, registry=registry(metadata=MetaData())):
    """A base whose tables are not among those of the product."""


class Thing(_Apart, table=True):
    """Something at an organization."""

    __tablename__ = "thing"
    id: UUID = Field(primary_key=True)
    home_id: UUID
    name: str = ""


class Part(_Apart, table=True):
    """A part of a thing; its key has two columns."""

    __tablename__ = "part"
    thing_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)


class Word(_Apart, table=True):
    """Something that everybody reads."""

    __tablename__ = "word"
    id: UUID = Field(primary_key=True)


HERE, THERE, ELSEWHERE, HOME, ABROAD, SELF = (UUID(int=number) for number in range(1, 7))


def things(actor: Actor) -> ColumnElement[bool]:
    """Things at the actor's hospitals, and of programs that the actor oversees."""
    return any_of(one_of(Thing.home_id, actor.at(Role.SOCIAL_WORKER)), one_of(Thing.id, actor.scope("PROGRAMS_RUN")))


def own_things(actor: Actor) -> ColumnElement[bool]:
    """Things at the actor's hospitals."""
    return one_of(Thing.home_id, actor.at(Role.SOCIAL_WORKER))


def parts(actor: Actor) -> ColumnElement[bool]:
    """Parts of things that the actor sees."""
    return among(Part.thing_id, col(Thing.id), things(actor))


def worker(*places: UUID, **scopes: tuple[UUID, ...]) -> Actor:
    """A social worker of some places."""
    return Actor.of(SELF, "W", "en", [Grant(place, Role.SOCIAL_WORKER, HOME) for place in places], scopes)


@contextmanager
def protected() -> Iterator[None]:
    """Only these tables have rules."""
    kept = dict(rows._rules)
    rows._rules.clear()
    rows.protect(Thing, things, retention=Retention.CLINICAL, personal=("name",), wall=Wall(writes=own_things))
    rows.protect(Part, parts, retention=Retention.OPERATIONAL, wall=Wall(grants=("INSERT",)))
    rows.protect(Word, everybody, retention=Retention.REFERENCE)
    try:
        yield
    finally:
        rows._rules.clear()
        rows._rules.update(kept)
