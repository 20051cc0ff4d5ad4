"""The database's own wall: plain SQL on a person's connection gives that person's rows and no others."""

from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

from coord.access import views
from coord.access.policies import APP_ROLE, JOB_ROLE, context_of
from coord.access.rows import all_rules
from coord.access.whoever import value_of
from coord.audit.tables import AuditEntry
from coord.clients.tables import Client, ClientSearchKey
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.migrations.tables import METADATA
from coord.work import begin, engine, walls
from coord.work.engine import Database
from tests.coord.making import contact, log, signed_in, stored, without_client
from tests.coord.wall.interleaving import interleave
from tests.coord.wall.plain import as_person, rows_in, run
from tests.world import BUILDER, CAST, LIN, SOUTH, SOUTH_ZHAO, cast, fixed

pytestmark = pytest.mark.anyio
_WATCHED = (Client, ClientSearchKey, ServiceContact, AuditEntry)


def _id(database: Database, value: object) -> str:
    """An id as the database writes it."""
    return f"'{str(value).replace('-', '')}'" if database.is_sqlite else f"'{value}'"


@pytest.fixture
async def history(database: Database) -> None:
    """A contact at North, and an event that South hosts too."""
    await log(contact())
    await log(without_client(service_code="COMMUNITY_EVENT", hosts=[str(SOUTH)]))


@pytest.mark.parametrize("name", CAST)
async def test_plain_sql_gives_each_person_what_the_rule_says_in_every_table(
    history: None, database: Database, name: str
) -> None:
    actor = getattr(cast, name)
    for rule in all_rules():
        table = rule.model.__table__  # type: ignore[attr-defined]
        async with begin(BUILDER, read_only=True) as unit:
            allowed = len(await unit.rows(select(*table.primary_key.columns).where(rule.sees(actor))))
        async with as_person(database, actor) as connection:
            given = await rows_in(connection, table.name)
        assert (table.name, given) == (table.name, allowed)


async def test_without_somebody_who_asks_there_is_nothing_about_anybody(history: None, database: Database) -> None:
    async with as_person(database, None) as connection:
        for table in ("client", "client_identity", "service_contact", "presence", "case_file", "app_user", "worker"):
            assert await rows_in(connection, table) == 0, table


FOREIGN_WRITES = {
    "update of a foreign row": "UPDATE client SET bed = 'x' WHERE id = {zhao}",
    "update of everything": "UPDATE client SET bed = 'x'",
    "update by a condition": "UPDATE client SET bed = 'x' WHERE hospital_id = {south} OR 1 = 1",
}


@pytest.mark.parametrize("statement", FOREIGN_WRITES.values(), ids=FOREIGN_WRITES)
async def test_a_foreign_row_stays_as_it_is(database: Database, statement: str) -> None:
    async with as_person(database, cast.sam) as connection:
        await run(connection, statement.format(zhao=_id(database, SOUTH_ZHAO), south=_id(database, SOUTH)))
    assert {row.bed for row in await stored(Client, Client.hospital_id == SOUTH)} == {None}


REFUSED_WRITES = {
    "a move to another hospital": "UPDATE client SET hospital_id = {south} WHERE id = {lin}",
    "a new row of another hospital": "INSERT INTO client (id, program_id, hospital_id, code, gender, registered_at)"
    " SELECT {new}, program_id, {south}, 'NEW', gender, registered_at FROM client WHERE id = {lin}",
    "a key for a foreign client": "INSERT INTO client_search_key (id, client_id, hospital_id, hash)"
    " VALUES ({new}, {zhao}, {south}, 'x')",
    "a change of the trail": "UPDATE audit_entry SET verb = 'nothing'",
    "a change by a joint host": "UPDATE service_contact SET duration_minutes = 1 WHERE id IN"
    " (SELECT contact_id FROM event_host)",
}


@pytest.mark.parametrize("name", REFUSED_WRITES)
async def test_what_the_rule_does_not_let_be_written_is_refused_or_changes_nothing(
    history: None, database: Database, name: str
) -> None:
    ids = {"south": SOUTH, "lin": LIN, "zhao": SOUTH_ZHAO, "new": fixed("new row")}
    statement = REFUSED_WRITES[name].format(**{key: _id(database, value) for key, value in ids.items()})
    actor = await signed_in("nia") if "joint" in name else cast.sam
    before = {model: [row.model_dump() for row in await stored(model)] for model in _WATCHED}
    with suppress(DBAPIError):
        async with as_person(database, actor) as connection:
            await run(connection, statement)
    assert {model: [row.model_dump() for row in await stored(model)] for model in _WATCHED} == before


async def test_a_joint_host_reads_the_event(history: None, database: Database) -> None:
    async with as_person(database, await signed_in("nia")) as connection:
        assert (await run(connection, "SELECT count(*) FROM service_contact")).scalar() == 1


async def test_on_postgresql_every_table_is_forced_behind_the_wall_and_the_roles_own_nothing(
    database: Database,
) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's own catalogs")
    async with database.connect(read_only=False, system=True) as connection:
        tables = await run(connection, "SELECT relname, relrowsecurity AND relforcerowsecurity, pg_get_userbyid(relowner)"
                           " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")  # fmt: skip
        found = {name: (walled, owner) for name, walled, owner in tables if name != "alembic_version"}
        roles = await run(connection, "SELECT rolname FROM pg_roles WHERE rolname IN ('coord_app', 'coord_job')"
                          " AND NOT rolsuper AND NOT rolbypassrls AND NOT rolcanlogin AND NOT rolcreaterole")  # fmt: skip
        assert {row[0] for row in roles} == {APP_ROLE, JOB_ROLE}
    assert set(found) == set(METADATA.tables)
    assert [name for name, (walled, owner) in found.items() if not walled or owner in {APP_ROLE, JOB_ROLE}] == []


async def test_on_postgresql_resetting_the_role_leads_nowhere(real_database: Database) -> None:
    if real_database.is_sqlite:
        pytest.skip("SQLite has no roles")
    async with real_database.connect(read_only=False) as connection:
        await run(connection, "RESET ROLE")
        assert (await run(connection, "SELECT current_user")).scalar() == APP_ROLE
        assert (await run(connection, "SELECT count(*) FROM client")).scalar() == 0


BYPASSES = {
    "the real table": "SELECT count(*) FROM client__t",
    "its columns": "SELECT code FROM client__t",
    "the real table of the main file": "SELECT code FROM main.client__t",
    "a name in the way": "WITH client AS (SELECT * FROM client__t) SELECT code FROM client",
    "the real table in a condition": "SELECT 1 WHERE EXISTS (SELECT 1 FROM client__t)",
    "the real table under a union": "SELECT code FROM client UNION SELECT code FROM client__t",
    "an explanation": "EXPLAIN SELECT * FROM client__t",
    "a write to the real table": "UPDATE client__t SET bed = 'x'",
    "an insert into the real table": "INSERT INTO client__t (id) VALUES ('x')",
    "a delete from the real table": "DELETE FROM client__t",
    "the schema": "SELECT sql FROM sqlite_master",
    "the connection's own schema": "SELECT sql FROM sqlite_temp_master",
    "pages of the file": "SELECT * FROM dbstat",
    "another file": "ATTACH 'x.sqlite' AS x",
    "a switch": "PRAGMA writable_schema = ON",
    "a switch as a table": "SELECT * FROM pragma_table_info('client')",
    "another name": "ALTER TABLE client__t RENAME TO mine",
    "a view of one's own": "CREATE TEMP VIEW mine AS SELECT * FROM client__t",
    "statistics": "ANALYZE",
    "a copy of the file": "VACUUM INTO 'copy.sqlite'",
    "a library": "SELECT load_extension('x')",
    "a stolen id": "INSERT OR REPLACE INTO client (id, program_id, hospital_id, code, gender, registered_at)"
    " SELECT {zhao}, program_id, hospital_id, 'MINE', gender, registered_at FROM client LIMIT 1",
}


_REFUSED = r"not authorized|prohibited|row wall|dbstat|cannot VACUUM"


@pytest.mark.parametrize("name", BYPASSES)
async def test_on_sqlite_every_way_around_the_views_is_refused(database: Database, name: str) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has policies")
    with pytest.raises(DBAPIError, match=_REFUSED):
        async with as_person(database, cast.sam) as connection:
            await run(connection, BYPASSES[name].format(zhao=_id(database, SOUTH_ZHAO)))


@pytest.fixture
def pool_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody takes turns on one connection."""
    monkeypatch.setattr(engine, "_PEOPLE_AT_ONCE", 1)


async def test_a_pool_of_one_carries_nobody_over_to_the_next(pool_of_one: None, real_database: Database) -> None:
    assert await interleave(300) == {}


async def test_a_context_that_is_carried_over_is_noticed(
    pool_of_one: None, real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall is told the first person's name for ever, as if a setting survived its transaction."""
    monkeypatch.setattr(views, "value_of", lambda _actor, name: value_of(cast.sam, name))
    monkeypatch.setattr(walls, "context_of", lambda _actor, names: context_of(cast.sam, names))
    assert await interleave(20) != {}
