"""Checkpoints: made when they are due, signed, kept by others, and never changed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coord.audit import signing
from coord.audit.chain import Head
from coord.audit.checkpoints import (
    EVERY_ENTRIES,
    SIGNER,
    Standing,
    all_checkpoints,
    is_due,
    is_late,
    newest_checkpoints,
    standing,
)
from coord.audit.signing import Checkpoint, NotACheckpoint, is_genuine, public_keys, read_keys, read_line, signed
from coord.audit.tables import AuditCheckpoint
from coord.audit.verifying import verify_signed
from coord.clients.reads import cards
from coord.kernel.errors import NotAllowed
from coord.settings import Settings
from coord.work import begin
from coord.work.engine import Database
from tests.coord.audit.test_chain import VERIFIER, cut, read
from tests.coord.making import sign_when_due, stored
from tests.coord.wall.plain import as_person, run
from tests.lowered import alter
from tests.world import CAST, LIN, cast

pytestmark = pytest.mark.anyio
AT = datetime(2026, 9, 3, 8, tzinfo=UTC)
HEAD = Head(7, b"\x07" * 32)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A morning in September that passes only when a test moves it."""
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


async def kept() -> list[Checkpoint]:
    """What a member of an organization downloads, read back from its lines."""
    async with begin(cast.fatima, read_only=True) as unit:
        return [read_line(each.line) for each in await all_checkpoints(unit)]


def test_a_line_holds_all_that_is_needed_to_check_it() -> None:
    made = signed(HEAD, AT, b"\x01" * 32)
    assert read_line(made.line) == made
    assert is_genuine(read_line(made.line), public_keys())


@pytest.mark.parametrize(
    "changed",
    [{"seq": 8}, {"hash": b"\x08" * 32}, {"at": AT + timedelta(seconds=1)}, {"prev": b""}, {"signature": b"\x00" * 64},
     {"key": "0" * 16}, {"signature": b""}],
)  # fmt: skip
def test_a_checkpoint_that_was_changed_is_not_genuine(changed: dict[str, object]) -> None:
    assert not is_genuine(replace(signed(HEAD, AT, b"\x01" * 32), **changed), public_keys())  # type: ignore[arg-type]


def test_a_stranger_cannot_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = public_keys()
    monkeypatch.setattr(signing, "settings", lambda: Settings(checkpoint_keys=SecretStr("another secret")))
    forged = signed(HEAD, AT, b"")
    assert is_genuine(forged, public_keys())
    assert not is_genuine(forged, ours)
    assert not is_genuine(replace(forged, key=next(iter(ours))), ours)


def test_an_old_key_of_the_ring_still_checks_and_the_newest_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    old = signed(HEAD, AT, b"")
    phrase = Settings().checkpoint_keys.get_secret_value()
    monkeypatch.setattr(signing, "settings", lambda: Settings(checkpoint_keys=SecretStr(f"new one,{phrase}")))
    new = signed(HEAD, AT, b"")
    assert (is_genuine(old, public_keys()), is_genuine(new, public_keys()), old.key != new.key) == (True, True, True)
    assert next(iter(public_keys())) == new.key


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", "7", '{"seq": "7"}', signed(HEAD, AT, b"").line.replace('"seq":7', '"seq":7.0'),
             signed(HEAD, AT, b"").line.replace("+00:00", ""), signed(HEAD, AT, b"").line.replace("-1", "-2")],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(line: str) -> None:
    with pytest.raises(NotACheckpoint):
        read_line(line)


@pytest.mark.parametrize("file", ["", "{}", '{"keys": [{"key": "00", "public_key": "11"}]}', '{"keys": 1}'])
def test_what_is_no_file_of_keys_is_refused(file: str) -> None:
    with pytest.raises(NotACheckpoint):
        read_keys(file)


def _standing(seq: int, *, since: datetime | None, fits: bool = True, last_at: datetime | None = AT) -> Standing:
    last = None if last_at is None else replace(signed(HEAD, last_at, b""), at=last_at)
    return Standing(Head(seq, b""), last, since, fits)


def test_one_is_due_after_an_hour_or_a_thousand_entries_if_the_trail_moved_and_fits() -> None:
    soon, hour = AT + timedelta(minutes=59), AT + timedelta(hours=1)
    assert not is_due(_standing(7, since=None), hour)
    assert not is_due(_standing(8, since=AT), soon)
    assert is_due(_standing(8, since=AT), hour)
    assert not is_due(_standing(7 + EVERY_ENTRIES - 1, since=AT), soon)
    assert is_due(_standing(7 + EVERY_ENTRIES, since=AT), soon)
    assert is_due(_standing(1, since=AT, last_at=None), AT)
    assert not is_due(_standing(8, since=AT, fits=False), hour)


def test_it_is_late_when_an_entry_has_waited_more_than_two_hours() -> None:
    two = AT + timedelta(hours=2)
    assert not is_late(_standing(7, since=None), two + timedelta(days=9))
    assert (is_late(_standing(8, since=AT), two), is_late(_standing(8, since=AT), two + timedelta(seconds=1))) == (
        False,
        True,
    )


async def test_the_trail_is_signed_hour_by_hour_while_it_moves(
    database: Database, clock: time_machine.Traveller
) -> None:
    assert not await sign_when_due()
    await read(3)
    assert (await sign_when_due(), await sign_when_due()) == (True, False)
    clock.shift(timedelta(hours=5))
    assert not await sign_when_due()
    await read(2)
    assert await sign_when_due()
    found = await kept()
    assert [each.seq for each in found] == [3, 5]
    assert [each.prev for each in found] == [b"", found[0].digest]
    assert all(is_genuine(each, public_keys()) for each in found)
    assert (await standing()).since is None


async def test_workers_that_ask_at_once_make_one_line_of_checkpoints(real_database: Database) -> None:
    await read(2)
    await asyncio.gather(*(sign_when_due() for _ in range(4)))
    assert [each.seq for each in await kept()] == [2]


async def test_a_trail_that_was_cut_is_not_signed_again_and_says_so(real_database: Database) -> None:
    await read(5)
    await sign_when_due()
    async with alter(real_database, partial(cut, at=3)):
        await read(4)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
            assert not (await standing()).fits
            assert not await sign_when_due()
    assert (await standing()).fits


async def test_members_of_every_organization_see_them_and_outsiders_do_not(database: Database) -> None:
    await read(1)
    await sign_when_due()
    for name in CAST:
        actor = getattr(cast, name)
        if name == "petra":
            with pytest.raises(NotAllowed):
                async with begin(actor, read_only=True) as unit:
                    await newest_checkpoints(unit)
            continue
        async with begin(actor, read_only=True) as unit:
            assert [each.seq for each in await newest_checkpoints(unit)] == [1]


@pytest.mark.parametrize("statement", ["UPDATE audit_checkpoint SET seq = 9", "DELETE FROM audit_checkpoint"])
async def test_nobodys_connection_changes_a_checkpoint(database: Database, statement: str) -> None:
    await read(1)
    await sign_when_due()
    try:
        async with as_person(database, cast.adam) as connection:
            await run(connection, statement)
    except DBAPIError:
        pass
    with pytest.raises(DBAPIError):
        async with begin(SIGNER) as unit:
            await (await unit.session.connection()).execute(text(statement))
    assert [row.seq for row in await stored(AuditCheckpoint)] == [1]


async def test_stored_checkpoints_that_were_forged_are_found(real_database: Database) -> None:
    await read(2)
    await sign_when_due()
    async with begin(VERIFIER, read_only=True) as unit:
        whole = await verify_signed(unit, public_keys())
        forged = await verify_signed(unit, {})
    assert (whole.fault, forged.fault, forged.seq) == (None, "CHECKPOINT_FORGED", 2)


async def test_a_reading_after_a_checkpoint_waits_for_the_next(
    database: Database, clock: time_machine.Traveller
) -> None:
    await read(1)
    await sign_when_due()
    async with begin(cast.sam) as unit:
        await cards(unit, [LIN])
    assert (await standing()).since == AT
    clock.shift(timedelta(hours=2, seconds=1))
    assert is_late(await standing(), AT + timedelta(hours=2, seconds=1))
