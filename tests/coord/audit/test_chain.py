"""The chain of the trail: whatever is done to it behind our back is found."""

import asyncio
import random
from functools import partial
from typing import Any, Protocol

import anyio
import psycopg
import pytest
import rfc8785
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from coord.access import system
from coord.audit.chain import START, Head, body_of, hash_of
from coord.audit.checkpoints import all_checkpoints
from coord.audit.signing import is_genuine, public_keys, read_line
from coord.audit.tables import AuditEntry, AuditHead
from coord.audit.trail import record_reading
from coord.audit.verifying import Checked, followed, verify
from coord.clients.reads import cards
from coord.kernel.errors import TooSlow
from coord.work import begin
from coord.work.engine import Database
from tests.bench.readings import read_together
from tests.coord.making import sign_when_due, stored
from tests.coord.wall.plain import as_person, run
from tests.databases import new_postgres
from tests.lowered import alter
from tests.turns import enough
from tests.world import CHEN, HUANG, LIN, NORTH_MEMBERS, cast

pytestmark = pytest.mark.anyio
_LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9) | st.text(max_size=9)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner), max_leaves=5
)
PLACES = enough(50, whole=100)
"""Of six kinds of attacks on two databases: 600 attempts."""
VERIFIER = system("test verifier", "follows the trail in a test", "audit.verify")


async def read(times: int) -> None:
    """Read identities, one entry each."""
    for _ in range(times):
        async with begin(cast.sam) as unit:
            await cards(unit, [LIN])


async def checked(kept: list[Head] | None = None) -> Checked:
    """What verification says."""
    async with begin(VERIFIER, read_only=True) as unit:
        return await verify(unit, kept or [])


async def head() -> Head:
    """Where the trail ends now."""
    (row,) = await stored(AuditHead)
    return Head(row.seq, row.hash)


async def partners_heads() -> list[Head]:
    """The heads of the checkpoints that a partner downloaded, each genuine."""
    async with begin(cast.fatima, read_only=True) as unit:
        kept = [read_line(each.line) for each in await all_checkpoints(unit)]
    assert all(is_genuine(each, public_keys()) for each in kept)
    return [each.head for each in kept]


async def test_every_name_shown_is_one_entry_and_the_trail_is_whole(database: Database) -> None:
    async with begin(cast.sam) as unit:
        await cards(unit, [LIN, CHEN, HUANG, *NORTH_MEMBERS])
    found = await checked()
    assert (found.entries, found.fault, found.head) == (13, None, await head())
    entries = sorted(await stored(AuditEntry), key=lambda entry: entry.seq)
    assert [entry.seq for entry in entries] == list(range(1, 14))
    assert entries[0].prev == START
    assert {entry.subject_id for entry in entries} == {LIN, CHEN, HUANG, *NORTH_MEMBERS}


async def test_what_is_rolled_back_leaves_no_entry(database: Database) -> None:
    async def fail_after_reading() -> None:
        async with begin(cast.sam) as unit:
            await cards(unit, [LIN])
            raise LookupError

    with pytest.raises(LookupError):
        await fail_after_reading()
    assert (await checked()).entries == 0


@pytest.mark.parametrize("number", [1, 8, 9, 40])
async def test_few_entries_and_many_make_the_same_chain(database: Database, number: int) -> None:
    """A unit's few entries are sent value by value, many as lists."""
    begun = (await head()).seq
    people = [(LIN, CHEN, HUANG)[n % 3] for n in range(number)]
    async with begin(cast.sam) as unit:
        record_reading(unit, "client.read_identity", "client", people)
    entries = sorted(await stored(AuditEntry, AuditEntry.seq > begun), key=lambda entry: entry.seq)
    assert [(entry.subject_id, entry.actor_id) for entry in entries] == [(one, cast.sam.user_id) for one in people]
    assert (await checked()).fault is None


@pytest.mark.parametrize("real_database", ["postgresql"], indirect=True)
async def test_whoever_waits_too_long_for_the_end_of_the_chain_is_told_so_and_nothing_stays(
    real_database: Database,
) -> None:
    before = await head()
    address = real_database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address) as other:
        await other.execute("SELECT seq FROM audit_head FOR UPDATE")
        with pytest.raises(TooSlow):
            async with begin(cast.sam, statement_seconds=0.2) as unit:
                record_reading(unit, "client.read_identity", "client", [LIN])
        await other.rollback()
    assert await head() == before


async def test_an_entry_of_a_whole_second_is_whole(database: Database) -> None:
    with time_machine.travel("2026-09-03T08:00:00Z", tick=False):
        await read(1)
    assert (await checked()).fault is None


@given(st.dictionaries(st.text(max_size=5), _JSON, max_size=5))
def test_a_body_is_canonical_json_whatever_it_tells(told: dict[str, Any]) -> None:
    assert body_of(told) == rfc8785.dumps(told)


def test_a_body_that_is_no_entry_is_found_though_its_hash_fits() -> None:
    for body in (b"not JSON", b"{}", b"[]", b'{"at": 1, "actor_id": 1, "subject_id": 1}'):
        row = (1, START, hash_of(START, 1, body), body, "2026-09-03 08:00:00.000000", None, "x", "client", None)
        assert followed(Head(0, START), [row], is_sqlite=True) == (Head(0, START), "COLUMNS_DIFFER")


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry"])
async def test_a_persons_connection_changes_no_entry(database: Database, statement: str) -> None:
    await read(2)
    try:
        async with as_person(database, cast.sam) as connection:
            await run(connection, statement)
    except DBAPIError:
        pass
    assert (await checked()).entries == 2
    assert {entry.verb for entry in await stored(AuditEntry)} == {"client.read_identity"}


async def test_writers_at_the_same_time_make_one_chain_without_a_fork(real_database: Database) -> None:
    await asyncio.gather(*(read(20) for _ in range(8)))
    found = await checked()
    assert (found.entries, found.fault) == (160, None)


async def test_threads_that_read_at_once_leave_as_many_entries_as_names_were_served(postgres_template: str) -> None:
    """``python -m tests.bench.audit --parts readings`` does the same with 32 threads that read 1,000 times each."""
    with new_postgres(postgres_template) as made:
        url = make_url(made).render_as_string(hide_password=False)
        served, _, found = await anyio.to_thread.run_sync(read_together, url, 8, 50)
    assert (served, found.entries, found.fault) == (400, 400, None)


def _rehash(connection: Connection, start: int) -> None:
    """Make everything from an entry on anew, the head included."""
    rows = connection.execute(
        text("SELECT seq, prev, body FROM audit_entry WHERE seq >= :s ORDER BY seq"), {"s": start}
    )
    prev: bytes | None = None
    for row in rows.all():
        prev = bytes(row.prev) if prev is None else prev
        made = hash_of(prev, row.seq, bytes(row.body))
        connection.execute(
            text("UPDATE audit_entry SET prev = :p, hash = :h WHERE seq = :s"), {"p": prev, "h": made, "s": row.seq}
        )
        prev = made
    connection.execute(text("UPDATE audit_head SET hash = :h"), {"h": prev})


def _edit(connection: Connection, at: int) -> None:
    body = connection.execute(text("SELECT body FROM audit_entry WHERE seq = :s"), {"s": at}).scalar_one()
    forged = bytes(body).replace(b"Sam", b"Eve")
    connection.execute(text("UPDATE audit_entry SET body = :b WHERE seq = :s"), {"b": forged, "s": at})


def _search_column(connection: Connection, at: int) -> None:
    connection.execute(text("UPDATE audit_entry SET verb = 'x' WHERE seq = :s"), {"s": at})


def _delete(connection: Connection, at: int) -> None:
    connection.execute(text("DELETE FROM audit_entry WHERE seq = :s"), {"s": at})


def _swap(connection: Connection, at: int) -> None:
    for old, new in ((at, -1), (at + 1, at), (-1, at + 1)):
        connection.execute(text("UPDATE audit_entry SET seq = :n WHERE seq = :o"), {"n": new, "o": old})


def cut(connection: Connection, at: int) -> None:
    connection.execute(text("DELETE FROM audit_entry WHERE seq > :s"), {"s": at})
    connection.execute(
        text("UPDATE audit_head SET seq = :s, hash = (SELECT hash FROM audit_entry WHERE seq = :s)"), {"s": at}
    )


def _edit_and_rehash(connection: Connection, at: int) -> None:
    _edit(connection, at)
    _rehash(connection, at)


class _Attack(Protocol):
    def __call__(self, connection: Connection, at: int) -> None: ...


ATTACKS: dict[str, tuple[_Attack, bool]] = {
    "one entry edited": (_edit, True),
    "a column for searching edited": (_search_column, True),
    "one taken out": (_delete, True),
    "two swapped": (_swap, True),
    "the end cut off": (cut, False),
    "edited and all after it made anew": (_edit_and_rehash, False),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_every_attack_by_the_owner_of_the_database_is_found(real_database: Database, name: str) -> None:
    """At random places; the last two need a signed checkpoint that somebody outside has kept."""
    attack, found_alone = ATTACKS[name]
    await read(30)
    assert await sign_when_due()
    kept = await partners_heads()
    assert kept == [await head()]
    assert (await checked(kept)).fault is None
    rng = random.Random(7)  # noqa: S311  places of attacks in a test
    for _ in range(PLACES):
        place = rng.randint(1, 28)
        async with alter(real_database, partial(attack, at=place)):
            alone, witnessed = await checked(), await checked(kept)
            assert (alone.fault is not None, witnessed.fault is not None) == (found_alone, True), place
    assert (await checked(kept)).fault is None
