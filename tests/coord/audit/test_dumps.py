"""The trail of a backup, followed without a database: whole as it was made, and every attack on it is found."""

import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from coord.audit.dumps import NotADump, verify_dump
from coord.audit.signing import public_keys
from coord.work.engine import Database
from tests.coord.audit.test_chain import ATTACKS, checked, head, partners_heads, read
from tests.coord.making import sign_when_due
from tests.lowered import alter
from tests.turns import enough

pytestmark = pytest.mark.anyio
PLACES = enough(3, whole=30)


def backup(store: Database, folder: Path) -> Path:
    """A backup as operators make it: ``.backup`` of the file, or ``pg_dump`` by the owner."""
    if store.is_sqlite:
        copy = folder / "copy.sqlite"
        with closing(sqlite3.connect(str(store.url.database))) as base, closing(sqlite3.connect(copy)) as to:
            base.backup(to)
        return copy
    if shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump on this machine")
    url = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    text = folder / "copy.sql"
    subprocess.run(["pg_dump", "--file", str(text), url], check=True)  # noqa: S603, S607 -- a fixed command
    return text


async def some_trail() -> None:
    """Thirty readings and a checkpoint of them."""
    await read(30)
    assert await sign_when_due()


async def test_a_backup_is_followed_as_its_database_is(real_database: Database, tmp_path: Path) -> None:
    await some_trail()
    found = verify_dump(backup(real_database, tmp_path), public_keys(), await partners_heads())
    assert (found.entries, found.head, found.fault) == ((await checked()).entries, await head(), None)
    assert verify_dump(backup(real_database, tmp_path), {}).fault == "CHECKPOINT_FORGED"


@pytest.mark.parametrize("name", ATTACKS)
async def test_every_attack_is_found_in_a_backup(real_database: Database, tmp_path: Path, name: str) -> None:
    """With the checkpoints that stand in it: whoever holds no key cannot make them anew."""
    await some_trail()
    rng = random.Random(8)  # noqa: S311  places of attacks in a test
    for _ in range(PLACES):
        place = rng.randint(1, 28)
        async with alter(real_database, partial(ATTACKS[name][0], at=place)):
            assert verify_dump(backup(real_database, tmp_path), public_keys()).fault is not None, place


def _without_end(text: str) -> str:
    return text.partition("COPY public.audit_head ")[0]


def _other_columns(text: str) -> str:
    return text.replace("COPY public.audit_entry (seq, prev,", "COPY public.audit_entry (seq, previous,")


def _no_hexadecimal(text: str) -> str:
    return text.replace("\\\\x", "\\\\y")


@pytest.mark.parametrize("real_database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("spoiled", [_without_end, _other_columns, _no_hexadecimal])
async def test_what_is_no_whole_copy_is_not_followed(
    real_database: Database, tmp_path: Path, spoiled: Callable[[str], str]
) -> None:
    await some_trail()
    copy = backup(real_database, tmp_path)
    copy.write_text(spoiled(copy.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(NotADump):
        verify_dump(copy, public_keys())


@pytest.mark.parametrize("content", [b"", b"PGDMP\x01\x0e", b"SQLite format 3\x00 and nothing else", b"\xff\xfe"])
def test_another_file_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(NotADump):
        verify_dump(file, {})
