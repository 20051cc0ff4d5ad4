"""Two files of one person become one, and two again: every row that names the client is moved and remembered."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, UniqueConstraint, inspect, or_, update
from sqlmodel import SQLModel, col

from coord import audit
from coord.access.rows import all_rules
from coord.clients.inputs import ClientPair
from coord.clients.tables import (
    Client,
    ClientApart,
    ClientIdentity,
    ClientKey,
    ClientMatchAsk,
    ClientMatchKey,
    ClientMerge,
)
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import person_key
from coord.kernel.sql import select
from coord.work import Unit, action, read

_STAYS = {Client, ClientKey, ClientIdentity, ClientMatchKey, ClientMerge, ClientApart, ClientMatchAsk}
"""The vault stays where it is: what was sealed with a client's key is opened with it for ever."""
_MOST_RELATIVES = 20
_MOST_FORMER = 100


def _table(model: Any) -> Table:
    """A model's table, for its keys and constraints; statements are made of the model."""
    found: Table = inspect(model).local_table
    return found


def _references() -> Iterator[tuple[type[SQLModel], str]]:
    """Every column that names a client, of whatever area; what may only be added, such as consents, stays as it is."""
    for rule in all_rules():
        if "UPDATE" not in rule.wall.grants:
            continue
        for key in _table(rule.model).foreign_keys:
            named = key.column.table.name == "client" and not key.parent.primary_key
            if rule.model not in _STAYS and named:
                yield rule.model, key.parent.name


def _people(kept: UUID, merged: UUID) -> dict[UUID, UUID]:
    """The keys under which the person and their relatives are counted, old to new (CR-2)."""
    return {person_key(merged, n): person_key(kept, n) for n in range(_MOST_RELATIVES + 1)}


@action("client.merge")
async def merge_clients(unit: Unit, given: ClientPair) -> UUID:
    """Make one file of two; the id of the merge, by which it is undone.

    Raises ``Invalid`` for pairs that stay apart or that do not belong together, ``Conflict`` when both have a case
    that is going on.
    """
    kept, merged = await _pair(unit, given)
    if await unit.scalar(select(ClientApart.id).where(_same_pair(given))) is not None:
        raise Invalid(Problem("other", "KEPT_APART"))
    await _refuse_two_cases(unit, given)
    moved: list[list[str]] = []
    for model, column in _references():
        moved += await _move(unit, model, column, {merged.id: kept.id})
    for model in _counted():
        moved += await _move(unit, model, "person_id", _people(kept.id, merged.id))
    merged.merged_into_id = kept.id
    row = ClientMerge(
        kept_id=kept.id, merged_id=merged.id, hospital_id=kept.hospital_id, moved=moved, by_id=unit.actor.user_id,
        at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    await unit.session.flush()
    audit.record(unit, "client.merge", merged)
    return row.id


def _counted() -> list[type[SQLModel]]:
    """What counts people, by whom they may be changed: what the database writes down of it follows by itself."""
    counts = (rule for rule in all_rules() if "person_id" in rule.model.model_fields)
    return [rule.model for rule in counts if "UPDATE" in rule.wall.grants]


async def _refuse_two_cases(unit: Unit, given: ClientPair) -> None:
    """Partial unique indexes on a client, such as that of cases going on, are asked beforehand."""
    for model, column in _references():
        for index in _table(model).indexes:
            where = index.dialect_options["sqlite"]["where"]
            if index.unique and where is not None and column in index.columns:
                both = select(getattr(model, column)).where(
                    col(getattr(model, column)).in_([given.client, given.other]), where
                )
                if len(set(await unit.scalars(both))) > 1:
                    raise Conflict(Problem("other", "CASE_OPEN_ALREADY"))


async def _pair(unit: Unit, given: ClientPair) -> tuple[Client, Client]:
    kept, merged = await _both(unit, given)
    if kept.id == merged.id or (kept.hospital_id, kept.program_id) != (merged.hospital_id, merged.program_id):
        raise Invalid(Problem("other", "NO_SUCH_CLIENT"))
    if kept.merged_into_id or merged.merged_into_id:
        raise Conflict(Problem("other", "MERGED_ALREADY"))
    return kept, merged


async def _both(unit: Unit, given: ClientPair) -> tuple[Client, Client]:
    """The two files, held until the unit ends: of those who merge at once one comes first, the others see it.

    Raises ``NotFound`` for one that the actor does not see.
    """
    statement = select(Client).where(col(Client.id).in_([given.client, given.other]))
    rows: Sequence[Client] = await unit.scalars(statement.order_by(col(Client.id)).limit(2).with_for_update())
    found = {row.id: row for row in rows}
    if not {given.client, given.other} <= found.keys():
        raise NotFound
    return found[given.client], found[given.other]


def _same_pair(given: ClientPair) -> Any:
    first, second = sorted((given.client, given.other))
    return (col(ClientApart.first_id) == first) & (col(ClientApart.second_id) == second)


async def _move(unit: Unit, model: Any, column: str, renamed: dict[UUID, UUID]) -> list[list[str]]:
    """Let rows name the other client; those that would stand twice stay. What was moved, with what it said before."""
    named = getattr(model, column)
    moved: list[list[str]] = []
    for before, after in renamed.items():
        rows = await unit.scalars(select(model).where(col(named) == before).order_by(col(model.id)))
        taken = await _taken(unit, model, column, after) if rows else []
        ids = [row.id for row in rows if not any(_key(row, names) in keys for names, keys in taken)]
        await _point(unit, model, column, ids, after)
        moved += [[str(model.__tablename__), column, str(row_id), str(before)] for row_id in ids]
    return moved


def _key(row: Any, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


async def _taken(unit: Unit, model: Any, column: str, after: UUID) -> list[tuple[list[str], set[tuple[Any, ...]]]]:
    """What stands for the other client already, by each unique constraint that the column is part of."""
    found = []
    rows = await unit.scalars(select(model).where(col(getattr(model, column)) == after))
    for constraint in _table(model).constraints:
        if isinstance(constraint, UniqueConstraint) and column in constraint.columns:
            names = [part.name for part in constraint.columns if part.name != column]
            found.append((names, {_key(row, names) for row in rows}))
    return found


async def _point(unit: Unit, model: Any, column: str, ids: Sequence[UUID], to: UUID) -> None:
    if ids:
        changed = update(model).where(col(model.id).in_(ids)).values({column: to})
        await unit.session.run(changed.execution_options(synchronize_session=False))


@action("client.merge")
async def unmerge_clients(unit: Unit, merge_id: UUID) -> UUID:
    """Undo a merge: what it moved goes back, what came later stays; the client that has a file again.

    Raises ``Conflict`` when it was undone before.
    """
    statement = select(ClientMerge).where(col(ClientMerge.id) == merge_id).with_for_update()
    merge: ClientMerge | None = await unit.scalar(statement)
    if merge is None:
        raise NotFound
    if merge.undone_at is not None:
        raise Conflict(Problem("merge", "UNDONE_ALREADY"))
    models = {str(rule.model.__tablename__): rule.model for rule in all_rules()}
    back: dict[tuple[str, str, str], list[UUID]] = {}
    for table, column, row_id, before in merge.moved:
        back.setdefault((table, column, before), []).append(UUID(row_id))
    for (table, column, before), ids in back.items():
        await _point(unit, models[table], column, ids, UUID(before))
    merged = await unit.find(Client, merge.merged_id)
    merged.merged_into_id = None
    merge.undone_at = unit.started_at
    audit.record(unit, "client.unmerge", merged)
    return merged.id


@action("client.merge")
async def keep_apart(unit: Unit, given: ClientPair) -> None:
    """Two people who only look alike: they are not offered again, and never merged."""
    await _pair(unit, given)
    if await unit.scalar(select(ClientApart.id).where(_same_pair(given))) is None:
        first, second = sorted((given.client, given.other))
        hospital = (await unit.find(Client, given.client)).hospital_id
        row = ClientApart(first_id=first, second_id=second, hospital_id=hospital, by_id=unit.actor.user_id)
        unit.add(row)
        audit.record(unit, "client.keep_apart", row)


@read("client.merge")
async def merges_of(unit: Unit, client_id: UUID) -> Sequence[ClientMerge]:
    """Merges into a client that were not undone, the latest first."""
    statement = select(ClientMerge).where(
        or_(col(ClientMerge.kept_id) == client_id, col(ClientMerge.merged_id) == client_id),
        col(ClientMerge.undone_at).is_(None),
    )
    found: Sequence[ClientMerge] = await unit.scalars(statement.order_by(col(ClientMerge.id).desc()).limit(50))
    return found


@read("client.list")
async def former_files(unit: Unit, client_id: UUID) -> Sequence[UUID]:
    """The files that were merged into a client's, and into those: what was sealed with their keys is the client's now."""
    found: list[UUID] = []
    level = [client_id]
    while level and len(found) < _MOST_FORMER:
        statement = select(Client.id).where(col(Client.merged_into_id).in_(level)).limit(_MOST_FORMER)
        level = [each for each in await unit.scalars(statement) if each not in found]
        found += level
    return found
