"""Erasure: nothing of the person in the database, its dump, its list, or an older copy once the list was replayed."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import JSON, Connection, LargeBinary, String, text
from sqlalchemy.engine import make_url
from sqlmodel import AutoString, col

from coord.access import system
from coord.audit.verifying import verify
from coord.cases.codes import CaseStatus
from coord.cases.tables import CaseFile
from coord.clients import CLIENTS, cards, clients, find_clients
from coord.clients.codes import ErasureBasis
from coord.clients.emergency import OpenEmergency, end_emergency, open_emergency
from coord.clients.inputs import ClientPair
from coord.clients.keys import key_of
from coord.clients.merging import merge_clients
from coord.clients.tables import Client, ClientKey
from coord.clients.tombstones import opaque_code
from coord.contacts import notes
from coord.contacts.codes import FlagKind
from coord.contacts.tables import NoteKey, QualityFlag
from coord.kernel.clock import local_date, now
from coord.kernel.errors import Conflict, Erased, Invalid, NotAllowed, NotConfirmed
from coord.kernel.sql import select
from coord.migrations.walls import lower, raise_again
from coord.referrals.codes import ReferralEventKind
from coord.referrals.tables import ReferralKey
from coord.rights.classes import DataClass
from coord.rights.erasure import (
    ERASER,
    AskErasure,
    NotAList,
    agree_to_erasure,
    ask_erasure,
    erase,
    erase_due,
    note_erased,
    parsed,
    replay,
    replaying,
    retention,
)
from coord.rights.erasure.emptying import EMPTIED, GONE, STAYS
from coord.rights.erasure.replaying import Tombstone
from coord.rights.erasure.rules import Kept, years_later
from coord.rights.erasure.tables import ErasureRequest
from coord.rights.subject import about_clients, rows_about
from coord.settings import Settings
from coord.work import begin
from coord.work.engine import sync_engine
from tests.conftest import DATABASES
from tests.coord.clients.test_emergency import PETRA, code_of
from tests.coord.making import contact, log, session_for, stored, total
from tests.coord.outcomes.recording import record, scale
from tests.coord.referrals.making import by_source, sent
from tests.databases import database_of_our_own, new_postgres, used
from tests.world import BUILDER, CHEN, HUANG, LIN, NORTH, cast

pytestmark = pytest.mark.anyio
CANARY = "canary7"
VERIFIER = system("test verifier", "follows the trail in a test", "audit.verify")
READER = system("test reader", "looks at all rows in a test", "job.run")
TODAY = date(2026, 9, 30)


@pytest.fixture(params=DATABASES)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database that is really written to."""
    async with database_of_our_own(request, tmp_path) as made:
        yield made


@pytest.fixture
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No law keeps anything, and the list of erased ids stands in a file of the test's own."""
    monkeypatch.setattr(retention, "kept", lambda: Kept(0, 0))
    changed = Settings(erased_ids=tmp_path / "kept" / "erased-ids.jsonl")
    monkeypatch.setattr(replaying, "settings", lambda: changed)
    return tmp_path / "kept" / "erased-ids.jsonl"


async def a_life() -> None:
    """Lin with everything that the platform writes about people, and Chen's file merged into hers."""
    logged = await log(contact(note=f"{CANARY} note of a long talk about the family", setting="WARD"))
    await log(contact(client=str(CHEN), note=f"{CANARY} note under the other file"))
    async with begin(BUILDER) as unit:
        unit.add(QualityFlag(contact_id=logged.contact_id, kind=FlagKind.TOO_LONG))
    opening = await open_emergency(PETRA, await session_for(PETRA), OpenEmergency.parse({
        "hospital": NORTH, "code": await code_of(LIN), "reason": "DANGER_TO_LIFE", "explanation": "Brought in by ambulance"}))  # fmt: skip
    await end_emergency(PETRA, opening)
    await by_source(await sent(), ReferralEventKind.WITHDRAW, reason_code="SENT_BY_MISTAKE")
    await record(scale(note=f"{CANARY} beside the answers"))
    async with begin(cast.sam) as unit:
        await merge_clients(unit, ClientPair(client=LIN, other=CHEN))


def _texts(about: Any) -> Iterable[tuple[str, Any]]:
    for column in about.model.__table__.columns:
        is_text = type(column.type) in {String, AutoString} or isinstance(column.type, JSON)
        if is_text and (
            f"{about.name}.{column.name}" not in STAYS or (column.name == "code" and about.name == "client")
        ):
            yield column.name, column


def _marked(column: Any, number: int) -> Any:
    if isinstance(column.type, JSON):
        return [[f"{CANARY}{number}"]]
    return f"{CANARY}{number}"[: column.type.length]


async def plant(url: str) -> int:
    """A token in every text column about Lin, whatever tables there are; in how many columns."""
    async with begin(READER, read_only=True) as unit:
        rows = {about.name: [row.id for row in await unit.scalars(select(about.model).where(rows_about(about, [LIN, CHEN])))]
                for about in about_clients()}  # fmt: skip
    sqlite, planted = url.startswith("sqlite"), 0

    def put(connection: Connection) -> None:
        nonlocal planted
        for about in about_clients():
            table = about.model.__table__  # type: ignore[attr-defined]
            for name, column in _texts(about):
                for number, row in enumerate(rows[about.name]):
                    value = _marked(column, number)
                    value = json.dumps(value) if isinstance(value, list) else value
                    key = row.hex if sqlite else str(row)
                    connection.execute(
                        text(f"UPDATE {table.name} SET {name} = :v WHERE id = :k"),  # noqa: S608 - our own tables
                        {"v": value, "k": key},
                    )
                planted += bool(rows[about.name])

    _as_owner(url, put)
    return planted


def _as_owner(url: str, change: Any) -> None:
    engine = sync_engine(url)
    with engine.begin() as connection:
        lower(connection)
        change(connection)
        raise_again(connection)
    engine.dispose()


def dumped(url: str) -> bytes:
    """All that the database holds: the file after a vacuum, or what pg_dump writes."""
    if url.startswith("sqlite"):
        path = Path(make_url(url).database or "")
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(["pg_dump", plain], check=True, capture_output=True).stdout  # noqa: S603, S607 - the address of a database of our own


@asynccontextmanager
async def copy_of(url: str, folder: Path) -> AsyncIterator[str]:
    """An older backup of the database."""
    if url.startswith("sqlite"):
        path, backup = Path(make_url(url).database or ""), folder / "backup.sqlite"
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copy(path, backup)
        yield f"sqlite:///{backup}"
        return
    with new_postgres(url) as made:
        yield made


async def closed() -> None:
    """No case goes on any more."""
    async with begin(BUILDER) as unit:
        for case in await unit.scalars(select(CaseFile).where(col(CaseFile.client_id).in_([LIN, CHEN]))):
            case.status, case.closed_on = CaseStatus.CLOSED, date(2026, 9, 3)


async def agreed() -> None:
    """Sam asks, Sun agrees."""
    async with begin(cast.sam) as unit:
        given = AskErasure(client=LIN, basis=ErasureBasis.ASKED_BY_PERSON)
        request = await ask_erasure(unit, await session_for(cast.sam), given)
    async with begin(cast.sun) as unit:
        await agree_to_erasure(unit, await session_for(cast.sun), request)


async def keys_left() -> list[int]:
    """Keys of Lin's two files, of their notes and referrals."""
    both = [LIN, CHEN]
    return [
        len(await stored(model, col(whose).in_(both)))
        for model, whose in (
            (ClientKey, ClientKey.id),
            (NoteKey, NoteKey.client_id),
            (ReferralKey, ReferralKey.client_id),
        )
    ]


async def test_nothing_of_an_erased_person_is_left_anywhere_and_no_figure_changes(
    url: str, nothing_is_kept: Path, tmp_path: Path
) -> None:
    await a_life()
    assert await plant(url) >= 12
    assert CANARY.encode() in dumped(url)
    await closed()
    before = await figures()
    async with copy_of(url, tmp_path) as backup:
        await agreed()
        async with begin(ERASER) as unit:
            assert await erase_due(unit) == 1
        async with begin(ERASER) as unit:
            assert await note_erased(unit) == 2
        async with begin(ERASER) as unit:
            assert (await note_erased(unit), await erase_due(unit)) == (0, 0)
            assert await erase(unit, LIN, TODAY, ErasureBasis.UNLAWFUL) == []
        assert dumped(url).count(CANARY.encode()) == 0
        assert (await keys_left(), await figures()) == ([0, 0, 0], before)
        assert await is_whole()
        listed = kept_in(nothing_is_kept)
        assert {each.client_id for each in listed} == {LIN, CHEN}
        async with used(backup):
            assert CANARY.encode() in dumped(backup)
            assert await keys_left() != [0, 0, 0]
            async with begin(ERASER) as unit:
                assert await replay(unit, listed) == 2
            async with begin(ERASER) as unit:
                assert await replay(unit, listed) == 0
            assert dumped(backup).count(CANARY.encode()) == 0
            assert (await keys_left(), await figures(), await is_whole()) == ([0, 0, 0], before, True)


def kept_in(path: Path) -> list[Tombstone]:
    """The list, in which nothing but ids, days and grounds stand."""
    said = path.read_text("utf-8")
    assert CANARY not in said
    return list(parsed(said.splitlines()))


async def figures() -> Mapping[str, int]:
    """Every measure of the year."""
    return await total()


async def is_whole() -> bool:
    """Whether the trail holds from its first entry to its last."""
    async with begin(VERIFIER, read_only=True) as unit:
        return (await verify(unit)).fault is None


async def test_it_takes_two_people_a_fresh_proof_and_the_end_of_what_the_law_keeps(
    url: str, nothing_is_kept: Path
) -> None:
    given = AskErasure(client=HUANG, basis=ErasureBasis.ASKED_BY_PERSON)
    async with begin(cast.sun) as unit:
        request = await ask_erasure(unit, await session_for(cast.sun), given)
    for actor, refusal in ((cast.sun, Invalid), (cast.sam, NotAllowed), (cast.nia, NotAllowed)):
        session = await session_for(actor)
        with pytest.raises(refusal):
            async with begin(actor) as unit:
                await agree_to_erasure(unit, session, request)
    with pytest.raises(Conflict):
        async with begin(cast.sam) as unit:
            await ask_erasure(unit, await session_for(cast.sam), given)
    stale = await session_for(cast.sam)
    with time_machine.travel(now() + timedelta(minutes=30)), pytest.raises(NotConfirmed):
        async with begin(cast.sam) as unit:
            await ask_erasure(unit, stale, given)
    async with begin(ERASER) as unit:
        assert await erase_due(unit) == 0
    (client,) = await stored(Client, Client.id == HUANG)
    assert client.erased_on is None


async def test_before_the_hold_date_nothing_is_erased_and_the_day_is_said(
    url: str, nothing_is_kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "kept", lambda: Kept(15, 30))
    await log(contact(occurred_on="2026-09-03"))
    (lin,) = await stored(Client, Client.id == LIN)
    await closed()
    await agreed()
    async with begin(ERASER) as unit:
        assert await erase_due(unit) == 0
    (request,) = await stored(ErasureRequest)
    assert request.due_on == years_later(max(date(2026, 9, 3), local_date(lin.registered_at, "Asia/Shanghai")), 15)
    with time_machine.travel(datetime(2060, 1, 1, tzinfo=UTC)):
        async with begin(ERASER) as unit:
            assert await erase_due(unit) == 1


async def test_a_tombstone_is_said_where_one_asks_and_is_in_no_list(url: str, nothing_is_kept: Path) -> None:
    logged = await log(contact(note="a note"))
    async with begin(ERASER) as unit:
        await erase(unit, LIN, TODAY, ErasureBasis.ORDERED)
    async with begin(cast.sam) as unit:
        with pytest.raises(Erased) as told:
            await key_of(unit, LIN)
        page = await clients(unit, ["id"], CLIENTS.request(100, None))
        assert LIN not in {row["id"] for row in page.rows}
        assert await find_clients(unit, "林") == []
        assert await find_clients(unit, opaque_code(LIN)) == []
        assert await notes(unit, [logged.contact_id]) == {}
        assert (await cards(unit, [LIN]))[LIN].name == opaque_code(LIN)
    assert (told.value.day, told.value.basis) == (TODAY, "ORDERED")
    with pytest.raises(Invalid):
        await log(contact())


def test_every_column_about_a_person_is_emptied_sealed_gone_or_stays_for_a_reason() -> None:
    left = {
        f"{about.name}.{held.name}"
        for about in about_clients()
        if about.name not in GONE
        for held in about.columns
        if is_text_or_secret(about, held) and held.sealed_with is None and held.name not in EMPTIED.get(about.name, {})
    }
    assert left == {name for name in STAYS if name.split(".")[0] in {about.name for about in about_clients()}}


def is_text_or_secret(about: Any, held: Any) -> bool:
    """Columns that can say something in words, or by which somebody is found."""
    kind = about.model.__table__.columns[held.name].type
    return (
        held.data_class is DataClass.SECRET
        or type(kind) in {String, AutoString}
        or isinstance(kind, (JSON, LargeBinary))
    )


@pytest.mark.parametrize(("day", "years", "later"), [
    (date(2026, 9, 3), 15, date(2041, 9, 3)), (date(2024, 2, 29), 15, date(2039, 3, 1)), (date(2024, 2, 29), 4, date(2028, 2, 29)),
])  # fmt: skip
def test_years_are_counted_to_the_day(day: date, years: int, later: date) -> None:
    assert years_later(day, years) == later


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"client": "x", "erased_on": "2026-01-01", "basis": "ORDERED"}'])
def test_a_file_that_is_no_list_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(NotAList) as wrong:
        list(parsed(["", line]))
    assert wrong.value.args == (2,)
