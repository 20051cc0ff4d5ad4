"""One request, one transaction: ``begin`` is the only place that commits."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Executable, func
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from coord.access.actor import Actor
from coord.kernel.clock import now
from coord.kernel.errors import NotFound, Unavailable
from coord.kernel.sql import select
from coord.work.engine import database
from coord.work.session import ScopedSession
from coord.work.tables import OutboxJob

ModelT = TypeVar("ModelT", bound=SQLModel)


@dataclass(slots=True)
class Unit:
    """A transaction with its actor. Reads show the actor's rows only."""

    actor: Actor
    session: ScopedSession
    is_sqlite: bool
    read_only: bool = False
    started_at: datetime = field(default_factory=now)
    before_commit: list[Callable[[], None]] = field(default_factory=list)
    trail: list[Mapping[str, Any]] = field(default_factory=list)
    last: Callable[["Unit", AsyncConnection], Awaitable[None]] | None = None
    """The statements that end a unit, after everything else of it was sent."""

    async def rows(self, statement: Executable, **values: Any) -> Sequence[Any]:
        """All rows of a statement; ``values`` fill the places that it leaves open."""
        return (await self.session.run(statement, values or None)).all()

    async def row(self, statement: Executable) -> Any:
        """The first row of a statement, or None."""
        return (await self.session.run(statement)).first()

    async def scalars(self, statement: Executable, **values: Any) -> Sequence[Any]:
        """The first column of all rows; ``values`` fill the places that it leaves open."""
        return (await self.session.run(statement, values or None)).scalars().all()

    async def scalar(self, statement: Executable, **values: Any) -> Any:
        """The first column of the first row, or None; ``values`` fill the places that it leaves open."""
        return (await self.session.run(statement, values or None)).scalars().first()

    async def count(self, statement: Any) -> int:
        """How many rows a select would give, narrowed like the select itself."""
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
        return int(await self.scalar(counted) or 0)

    async def find(self, model: type[ModelT], key: UUID) -> ModelT:
        """The row with this id. Raises ``NotFound`` if the actor may not see it or it never existed."""
        found = await self.session.get(model, key)
        if found is None:
            raise NotFound
        return found

    def add(self, *rows: SQLModel) -> None:
        """Put new rows into the unit."""
        self.session.add(*rows)

    def later(self, job: str, **arguments: Any) -> None:
        """Ask for a job after the commit; arguments are ids and plain values, never personal data."""
        self.add(OutboxJob(job=job, arguments={k: str(v) for k, v in arguments.items()}))


async def _finish(unit: Unit) -> None:
    """What was left for the end, then the trail as the very last statements, then the commit."""
    for finish in unit.before_commit:
        finish()
    if unit.last and unit.read_only:
        raise AssertionError("a read-only unit writes nothing, no trail either")
    await unit.session.commit(partial(unit.last, unit) if unit.last else None)


@asynccontextmanager
async def begin(
    actor: Actor, *, read_only: bool = False, one_moment: bool = True, statement_seconds: float | None = None
) -> AsyncIterator[Unit]:
    """Open a unit of work; leaving the block commits, an exception rolls everything back.

    A unit that only reads sees one moment of the database; ``one_moment=False`` spares PostgreSQL the
    transaction around statements that need not agree. A statement that takes longer than
    ``statement_seconds`` (half a minute for a person, where nothing is said) is ended. Raises ``TooSlow`` then,
    ``Unavailable`` when the database is away.
    """
    store = database()
    try:
        async with store.connect(read_only=read_only, one_moment=one_moment, system=bool(actor.unscoped)) as connection:
            session = ScopedSession(connection, actor, read_only=read_only, statement_seconds=statement_seconds)
            unit = Unit(actor, session, store.is_sqlite, read_only)
            try:
                yield unit
                await _finish(unit)
            finally:
                await session.close()
    except (OperationalError, InterfaceError, NoConnectionFree) as error:
        raise Unavailable(type(error).__name__) from error
