"""The guarded session: twenty ways to ask, all narrowed; what cannot be narrowed is refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, exists, func, insert, literal_column, table, text, union_all, update
from sqlalchemy.orm import aliased, make_transient_to_detached
from sqlmodel import col

from coord.access import system
from coord.access.guard import GuardedSession, guarded_info
from coord.audit.tables import AuditEntry
from coord.clients.tables import Client, ClientIdentity
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs.tables import Participation, Program
from coord.work import Unit, begin
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.world import BUILDER, LIN, NORTH, SOUTH, SOUTH_QIAN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
SOUTHERN = {SOUTH_ZHAO, SOUTH_QIAN}
other = aliased(Client, name="other")
_sub = select(Client.id, Client.hospital_id).subquery()
_cte = select(Client.id).cte()

SHAPES: dict[str, Callable[[], Any]] = {
    "entity": lambda: select(Client),
    "columns": lambda: select(Client.id),
    "alias": lambda: select(other.id),
    "alias joined in ON": lambda: (
        select(other.id).select_from(Organization).join(other, other.hospital_id == Organization.id)
    ),
    "outer join": lambda: (
        select(other.id)
        .select_from(Organization)
        .outerjoin(other, other.hospital_id == Organization.id)
        .where(col(other.id).is_not(None))
    ),
    "join": lambda: select(Client.id).join(ClientIdentity, col(ClientIdentity.id) == col(Client.id)),
    "joined from below": lambda: select(ClientIdentity.id).join(Client, col(Client.id) == col(ClientIdentity.id)),
    "subquery": lambda: select(_sub.c.id),
    "cte": lambda: select(_cte.c.id),
    "in": lambda: select(Client.id).where(col(Client.id).in_(select(ClientIdentity.id))),
    "not in": lambda: select(Client.id).where(col(Client.id).not_in([SOUTH_ZHAO])),
    "exists": lambda: select(Client.id).where(exists().where(col(ClientIdentity.id) == col(Client.id))),
    "or true": lambda: select(Client.id).where((col(Client.id) == LIN) | (col(Client.id) != LIN)),
    "union": lambda: union_all(select(Client.id), select(Client.id)),
    "distinct": lambda: select(Client.id).distinct(),
    "group by": lambda: select(Client.id).group_by(col(Client.id)),
    "window": lambda: select(
        select(Client.id, func.row_number().over(order_by=col(Client.id)).label("n")).subquery().c.id
    ),
    "case of a column": lambda: select(func.coalesce(Client.id, Client.id)),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_every_shape_of_statement_shows_the_actors_rows_only(database: Database, shape: str) -> None:
    async with begin(cast.nia, read_only=True) as unit:
        found = await unit.scalars(SHAPES[shape]())
    ids = {getattr(row, "id", row) for row in found}
    assert {UUID(str(row)) for row in ids} <= SOUTHERN
    assert ids


async def test_counts_and_scalar_subqueries_are_narrowed(database: Database) -> None:
    number = select(func.count(col(Client.id))).scalar_subquery()
    async with begin(cast.nia, read_only=True) as unit:
        assert await unit.count(select(Client)) == 2
        assert await unit.scalar(select(func.count()).select_from(Client)) == 2
        assert await unit.scalar(select(number)) == 2
        assert await unit.scalar(select(func.count(func.distinct(Client.hospital_id)))) == 1


async def test_a_foreign_row_is_not_found_like_one_that_never_was(database: Database) -> None:
    async with begin(cast.nia, read_only=True) as unit:
        for key in (LIN, UUID(int=7)):
            with pytest.raises(NotFound):
                await unit.find(Client, key)
        assert (await unit.find(Client, SOUTH_ZHAO)).id == SOUTH_ZHAO


async def test_updates_and_deletes_by_condition_touch_the_actors_rows_only(database: Database) -> None:
    await log(contact())
    async with begin(cast.nia) as unit:
        await unit.session.run(update(Client).values(bed="SOUTH"))
        await unit.session.run(delete(Presence))
        of_north = update(ServiceContact).where(col(ServiceContact.hospital_id) == NORTH)
        await unit.session.run(of_north.values(duration_minutes=1))
    assert {row.bed for row in await stored(Client, Client.hospital_id == NORTH)} == {None}
    assert {row.bed for row in await stored(Client, Client.hospital_id == SOUTH)} == {"SOUTH"}
    assert len(await stored(Presence)) == 1
    assert [row.duration_minutes for row in await stored(ServiceContact)] != [1]


_clients = Client.__table__  # type: ignore[attr-defined]
REFUSED: dict[str, Callable[[], Any]] = {
    "core select": _clients.select,
    "core update": lambda: _clients.update().values(bed="x"),
    "core delete": _clients.delete,
    "core insert": _clients.insert,
    "text": lambda: text("SELECT id FROM client"),
    "from text": lambda: select(Client).from_statement(text("SELECT * FROM client")),
    "text in a condition": lambda: select(Client.id).where(text("1 = 1 OR 1 = 1")),
    "literal column": lambda: select(Client.id, literal_column("(SELECT name FROM client_identity LIMIT 1)")),
    "made-up table": lambda: select(Client.id).select_from(table("client_identity")),
    "orm insert": lambda: insert(Organization).values(code="X"),
}


@pytest.mark.parametrize("statement", REFUSED)
async def test_what_cannot_be_narrowed_is_refused(database: Database, statement: str) -> None:
    async with begin(cast.nia) as unit:
        with pytest.raises(AssertionError, match="scoped session"):
            await unit.session.run(REFUSED[statement]())


async def test_updates_by_a_list_of_primary_keys_are_refused(database: Database) -> None:
    async with begin(cast.nia) as unit:
        with pytest.raises(AssertionError, match="by condition"):
            await unit.session.run(update(Client), [{"id": LIN, "bed": "x"}])
    assert {row.bed for row in await stored(Client)} == {None}


async def test_the_connection_itself_is_for_system_actors_only(database: Database) -> None:
    async with begin(cast.nia) as unit:
        with pytest.raises(AssertionError, match="not narrowed"):
            _ = await unit.session.connection()
    async with begin(BUILDER) as unit:
        connection = await unit.session.connection()
        assert await connection.scalar(select(func.count()).select_from(Client)) == 15


async def _write_foreign(unit: Unit, row: Client, *, remove: bool) -> None:
    make_transient_to_detached(row)
    unit.add(row)
    if remove:
        await unit.session._session.delete(row)  # noqa: SLF001  the way round the unit, on purpose
    else:
        row.bed = "taken"
    await unit.session.flush()


@pytest.mark.parametrize("remove", [True, False])
async def test_a_row_made_up_as_loaded_is_neither_changed_nor_deleted(database: Database, *, remove: bool) -> None:
    (kept,) = await stored(Client, Client.id == LIN)
    with pytest.raises(AssertionError, match="did not load"):
        async with begin(cast.nia) as unit:
            await _write_foreign(unit, Client(**kept.model_dump()), remove=remove)
    (after,) = await stored(Client, Client.id == LIN)
    assert after.model_dump() == kept.model_dump()


async def test_own_rows_are_changed_after_loading_and_after_making(database: Database) -> None:
    async with begin(cast.sam) as unit:
        client = await unit.find(Client, LIN)
        client.bed = "7-12"
        made = Client(program_id=client.program_id, hospital_id=NORTH, code="NORTH-NEW")
        unit.add(made)
        await unit.session.flush()
        made.bed = "7-13"
    assert {row.bed for row in await stored(Client, Client.bed.is_not(None))} == {"7-12", "7-13"}  # type: ignore[union-attr]


def test_bulk_methods_are_refused() -> None:
    session = GuardedSession(info=guarded_info(cast.sam, read_only=False))
    for method, arguments in (
        (session.bulk_save_objects, ([],)),
        (session.bulk_insert_mappings, (Client, [])),
        (session.bulk_update_mappings, (Client, [])),
    ):
        with pytest.raises(AssertionError, match="bulk"):
            method(*arguments)


async def test_a_reading_unit_writes_nothing_in_any_way(database: Database) -> None:
    entry = {"verb": "x", "subject": "x"}
    for statement in (update(Client).values(bed="x"), delete(Client), insert(AuditEntry).values(**entry)):
        async with begin(cast.sam, read_only=True) as unit:
            with pytest.raises(AssertionError, match="writes nothing"):
                await unit.session.run(statement)
    with pytest.raises(AssertionError, match="writes nothing"):
        async with begin(BUILDER, read_only=True) as unit:
            unit.later("job.of.nobody")
    assert await stored(AuditEntry) == []


async def test_rules_that_ask_other_tables_are_narrowed_by_those_tables_rules(database: Database) -> None:
    async with begin(cast.petra, read_only=True) as unit:
        assert await unit.scalars(select(Program.id)) == []
        assert await unit.scalars(select(Participation.id)) == []


def test_a_system_actor_needs_known_verbs_and_a_reason() -> None:
    for name, reason, verb in (("x", "", "job.run"), ("x", "because", "job.fly")):
        with pytest.raises(ValueError, match="system actor"):
            system(name, reason, verb)
