"""One unit of work: commit, roll back, share it among tasks, read without writing, find the database away."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError

from coord.clients.tables import Client
from coord.kernel.errors import NotFound, Unavailable
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.settings import Settings
from coord.work import Unit, action, begin, engine, read
from coord.work.engine import Database, async_url, ping, sync_url
from coord.work.tables import OutboxJob
from tests.coord.making import contact, log, stored, total
from tests.world import BUILDER, LIN, NORTH, PROGRAM_ID, cast

pytestmark = pytest.mark.anyio


async def _add_and_break() -> None:
    async with begin(BUILDER) as unit:
        unit.later("a.job", n=1)
        await unit.session.flush()
        raise InterruptedError


async def test_leaving_the_block_commits_and_an_exception_rolls_everything_back(real_database: Database) -> None:
    async with begin(BUILDER) as unit:
        unit.later("a.job", n=1)
    with pytest.raises(InterruptedError):
        await _add_and_break()
    (job,) = await stored(OutboxJob)
    assert (job.job, job.arguments) == ("a.job", {"n": "1"})


async def test_what_runs_before_the_commit_is_committed_with_it(real_database: Database) -> None:
    async with begin(BUILDER) as unit:
        unit.before_commit.append(lambda: unit.later("at.the.end"))
    assert [job.job for job in await stored(OutboxJob)] == ["at.the.end"]


async def test_a_failed_savepoint_leaves_the_rest_of_the_unit_usable(real_database: Database) -> None:
    async with begin(BUILDER) as unit:
        unit.later("kept")
        with pytest.raises(IntegrityError):
            await unit.session.savepoint(Client(program_id=PROGRAM_ID, hospital_id=NORTH, code="NORTH-0001"))
        unit.later("kept too")
    assert {job.job for job in await stored(OutboxJob)} == {"kept", "kept too"}


async def test_sibling_tasks_share_one_unit_on_a_cold_pool(real_database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        answers = await asyncio.gather(
            *(unit.count(select(Client)) for _ in range(8)),
            *(unit.find(Client, LIN) for _ in range(8)),
            *(unit.rows(select(Organization.id)) for _ in range(8)),
        )
    assert answers[:8] == [13] * 8
    assert {client.id for client in answers[8:16]} == {LIN}  # type: ignore[attr-defined]
    assert [len(rows) for rows in answers[16:]] == [6] * 8  # type: ignore[arg-type]


async def test_many_units_at_once_keep_their_actors_apart(real_database: Database) -> None:
    async def seen(n: int) -> tuple[int, int]:
        async with begin(cast.sam if n % 2 else cast.nia, read_only=True) as unit:
            return n % 2, await unit.count(select(Client))

    assert set(await asyncio.gather(*(seen(n) for n in range(30)))) == {(1, 13), (0, 2)}


async def test_writers_and_readers_at_once_wait_for_each_other(real_database: Database) -> None:
    async def write(n: int) -> None:
        await log(contact(duration_minutes=n))

    await asyncio.gather(*(write(n) for n in range(1, 11)), *(total() for _ in range(5)))
    assert (await total())["contacts"] == 10


async def test_a_reading_unit_sees_one_moment_throughout(real_database: Database) -> None:
    async with begin(cast.ola, read_only=True) as unit:
        before = await unit.count(select(Client))
        async with begin(BUILDER) as other:
            other.add(Client(program_id=PROGRAM_ID, hospital_id=NORTH, code="NORTH-NEW"))
        assert await unit.count(select(Client)) == before
    assert (await total())["contacts"] == 0
    assert len(await stored(Client)) == before + 1


async def test_the_database_itself_refuses_writes_of_a_reading_unit_on_postgresql(real_database: Database) -> None:
    for one_moment in (True, False):
        async with real_database.connect(read_only=True, one_moment=one_moment) as connection:
            mode = "deferred" if real_database.is_sqlite else await connection.scalar(select(_setting()))
        assert mode == ("deferred" if real_database.is_sqlite else "on")


async def test_a_connection_that_nobody_gave_a_mode_cannot_write_on_postgresql(real_database: Database) -> None:
    async with real_database.people.engine.connect() as connection:
        mode = "on" if real_database.is_sqlite else await connection.scalar(select(_setting()))
    assert mode == "on"


async def test_a_changed_row_in_a_reading_unit_is_refused_and_stays_as_it_was(database: Database) -> None:
    with pytest.raises(AssertionError, match="writes nothing"):
        async with begin(cast.sam, read_only=True) as unit:
            (await unit.find(Client, LIN)).bed = "7-12"
    assert [row.bed for row in await stored(Client, Client.id == LIN)] == [None]


def _setting() -> object:
    return func.current_setting("transaction_read_only")


async def test_a_database_that_is_away_is_unavailable_and_comes_back(real_database: Database, tmp_path: Path) -> None:
    nowhere = tmp_path / "gone"
    away = Database(f"sqlite:///{nowhere}/x.sqlite", pooled=False)
    nowhere.rmdir()
    engine.use(away)
    with pytest.raises(Unavailable):
        async with begin(BUILDER, read_only=True) as unit:
            await unit.rows(select(Client.id))
    with pytest.raises(Unavailable):
        await ping(seconds=2)
    engine.use(real_database)
    await ping(seconds=5)
    assert len(await stored(Client)) == 15


async def test_an_expected_refusal_passes_through_the_unit_unchanged(database: Database) -> None:
    with pytest.raises(NotFound):
        async with begin(cast.nia) as unit:
            await unit.find(Client, LIN)


async def test_first_rows_and_values_of_nothing_are_none(database: Database) -> None:
    nobody = select(Client.id).where(Client.code == "nobody")
    async with begin(cast.sam, read_only=True) as unit:
        assert await unit.row(nobody) is None
        assert await unit.scalar(nobody) is None
        assert await unit.scalars(nobody) == []


async def test_a_process_opens_the_database_of_its_settings_on_first_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.use(None)
    monkeypatch.setattr(engine, "settings", lambda: Settings(database_url="", data_dir=tmp_path / "made"))
    opened = engine.database()
    assert (opened.is_sqlite, engine.database() is opened) == (True, True)
    assert opened.url.database == str(tmp_path / "made" / "coord.sqlite")
    await ping(seconds=5)
    await opened.dispose()
    engine.use(None)


def test_urls_get_the_drivers_for_async_and_for_plain_code() -> None:
    assert str(async_url("sqlite:///x.db")) == "sqlite+aiosqlite:///x.db"
    assert str(sync_url("sqlite+aiosqlite:///x.db")) == "sqlite+pysqlite:///x.db"
    assert async_url("postgresql://u@h/d").drivername == sync_url("postgresql://u@h/d").drivername
    assert async_url("postgresql://u@h/d").drivername == "postgresql+psycopg"


def test_a_verb_that_is_not_in_the_vocabulary_cannot_be_declared() -> None:
    async def anything(_: Unit) -> None:
        """Does nothing."""

    for door in (action, read):
        with pytest.raises(ValueError, match="unknown permission"):
            door("contact.fly")(anything)


def test_a_database_in_memory_needs_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Database("sqlite://", pooled=False).is_sqlite
    assert list(tmp_path.iterdir()) == []
