"""A session that belongs to one actor for life and serializes its own use."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Result
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, AsyncTransaction
from sqlmodel import SQLModel

from coord.access.actor import Actor
from coord.access.guard import GuardedSession, guarded_info, has_changes, plain_select, refuse_changes
from coord.work.sending import send
from coord.work.walls import begin_for

ModelT = TypeVar("ModelT", bound=SQLModel)
R = TypeVar("R")
Values: TypeAlias = Mapping[str, Any] | Sequence[dict[str, Any]] | None
LAST_STATEMENT_SECONDS = 3.0
"""How long the end of a unit waits for a statement that nobody waits for any more; the API's end by themselves before."""


class ScopedSession:
    """The few ways in which the domain talks to the database, narrowed to the actor's rows.

    Sibling GraphQL resolvers run concurrently; SQLAlchemy's session does not allow that, so every
    awaiting method takes the lock. One that is cancelled does not take its connection with it.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        actor: Actor,
        *,
        read_only: bool = False,
        statement_seconds: float | None = None,
    ) -> None:
        """Bind to an open connection; the actor never changes."""
        self._lock = asyncio.Lock()
        self._under_way: set[asyncio.Task[Any]] = set()
        self._actor = actor
        self._read_only = read_only
        self._seconds = statement_seconds
        self._connection = connection
        self._transaction: AsyncTransaction | None = None
        self._objects: AsyncSession | None = None

    @property
    def _session(self) -> AsyncSession:
        """SQLAlchemy's own session, made for the first object: most units that only read have none."""
        if self._objects is None:
            self._objects = AsyncSession(
                self._connection,
                expire_on_commit=False,
                sync_session_class=GuardedSession,
                info=guarded_info(self._actor, read_only=self._read_only),
                join_transaction_mode="rollback_only",
            )
        return self._objects

    async def _begun(self) -> None:
        """Open the transaction where there is none yet."""
        if self._transaction is None:
            self._transaction = await begin_for(self._connection, self._actor, self._seconds)
        if not self._transaction.is_active:
            raise AssertionError("the unit was rolled back: nothing more can be done in it")

    async def _undisturbed(self, work: Callable[[], Awaitable[R]]) -> R:
        """Do something with the session alone, to its end, also when whoever asked for it does not wait any more.

        A driver that is interrupted half-way loses its connection, and with it the unit of every sibling.
        """
        await self._lock.acquire()
        task: asyncio.Task[R] = asyncio.ensure_future(self._and_release(work))
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    async def _and_release(self, work: Callable[[], Awaitable[R]]) -> R:
        try:
            await self._begun()
            return await work()
        finally:
            self._lock.release()

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, also when nobody waits for it any more

    async def run(self, statement: Executable, parameters: Values = None) -> Result[Any]:
        """Execute a statement, with values of its parameters; with a list of mappings, once for all of them."""
        return await self._undisturbed(lambda: self._executed(statement, parameters))

    async def _executed(self, statement: Executable, parameters: Values) -> Result[Any]:
        plain = plain_select(self._actor, statement)
        if plain is None or isinstance(parameters, Sequence):
            result: Result[Any] = await self._session.execute(statement, parameters)
            return result
        if self._objects is not None and has_changes(self._objects.sync_session):
            await self._objects.flush()
        return await send(self._connection, plain, parameters or {})

    async def connection(self) -> AsyncConnection:
        """The unit's own connection, for the bulk loads of a system actor that sees all rows anyway."""
        if not self._actor.unscoped:
            raise AssertionError("driver-level statements are not narrowed to an actor's rows")
        async with self._lock:
            await self._begun()
            return self._connection

    async def get(self, model: type[ModelT], key: UUID) -> ModelT | None:
        """The row with this id, None if there is none that the actor may see."""
        return await self._undisturbed(lambda: self._session.get(model, key, populate_existing=True))

    def add(self, *rows: SQLModel) -> None:
        """Put new rows into the unit."""
        self._session.add_all(rows)

    async def flush(self) -> None:
        """Send pending changes, so that constraints speak now."""
        await self._undisturbed(self._session.flush)

    async def savepoint(self, *rows: SQLModel) -> None:
        """Insert rows inside a savepoint: an IntegrityError leaves the rest of the unit usable."""
        await self._undisturbed(lambda: self._nested(rows))

    async def claim(self, row: SQLModel) -> bool:
        """Insert a row unless the database has one with the same unique values; of two at once the second waits.

        Unlike a savepoint this is one turn to PostgreSQL, and a refused row leaves no dead version in the table.
        """
        return await self._undisturbed(lambda: self._claimed(row))

    async def _claimed(self, row: SQLModel) -> bool:
        if self._connection.dialect.name == "sqlite":  # views take no ON CONFLICT, and no turn is saved in one process
            try:
                await self._nested([row])
            except IntegrityError:
                return False
            return True
        # nosemgrep: around-the-guard -- one row that the caller made, seen by nobody; the database's wall checks whose it is
        table = type(row).__table__  # type: ignore[attr-defined]
        statement = insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        return (await self._connection.execute(statement, row.model_dump())).rowcount == 1

    async def _nested(self, rows: Sequence[SQLModel]) -> None:
        async with self._session.begin_nested():
            self._session.add_all(rows)

    async def commit(self, last: Callable[[AsyncConnection], Awaitable[None]] | None = None) -> None:
        """Commit the transaction. Refuses changes in one that only reads.

        Once all changes were sent, ``last`` is given the unit's own connection for the fixed statements that end the
        unit: the database's wall alone looks at them.

        That one too is committed: with a transaction that is rolled back the driver forgets the connection's prepared
        statements, and PostgreSQL would plan every statement, its policies included, in every unit anew.
        """
        if self._read_only and self._objects is not None:
            refuse_changes(self._objects.sync_session)
        if self._transaction or self._objects or last:
            await self._undisturbed(lambda: self._committed(last))

    async def _committed(self, last: Callable[[AsyncConnection], Awaitable[None]] | None) -> None:
        if self._objects is not None:
            await self._objects.commit()  # sends what waits and forgets its part; the transaction itself is ours
        if last is not None:
            await last(self._connection)
        if self._transaction is not None:
            await self._transaction.commit()
            self._transaction = None

    async def close(self) -> None:
        """Roll back what is not committed and give the connection back; what is under way ends before, or is ended."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_STATEMENT_SECONDS)
        for task in tuple(self._under_way):
            task.cancel()
        async with self._lock:
            if self._objects is not None:
                await self._objects.close()
            if self._transaction is not None:
                await self._transaction.close()
